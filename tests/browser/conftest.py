import pytest

from accounts.factories import UserFactory
from tests.browser.demo_server import demo_server
from tests.browser.tools import CHROMIUM_ARGS, LOOKED_AT_ONCE, chromium_path, require

DESK_PASSWORD = "a long enough password"
# What the server does behind the page counts here, too: it writes, queues and starts.
ON_EVERY_DATABASE = {"test_comments.py", "test_queued_tasks.py", "test_server.py"}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            # One worker runs them all, so that one browser is started.
            item.add_marker(pytest.mark.xdist_group("browser"))
            if item.path.name not in ON_EVERY_DATABASE:
                item.add_marker(LOOKED_AT_ONCE)


@pytest.fixture(scope="session")
def browser():
    require("chromium", "playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Make a page in a context of its own: `new_page(color_scheme="dark", viewport=…)`.

    The Content-Security-Policy stands; `bypass_csp=True` lets axe in.
    """
    contexts = []

    def make(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture(scope="session")
def demo_site():
    """The address of a real server with the demo, for tests that only read."""
    with demo_server() as address:
        yield address


@pytest.fixture
def desk(live_server, page):
    """A page on which an editor has signed in."""
    user = UserFactory(username="edith", first_name="Edith", groups=["Editor"])
    user.set_password(DESK_PASSWORD)
    user.save()
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "edith")
    page.fill("[name=password]", DESK_PASSWORD)
    page.click("[type=submit]")
    page.locator("#user-tools").wait_for()
    return page

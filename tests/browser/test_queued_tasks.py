"""The task queue and a batch's progress, as the desk shows them."""

import pytest
from playwright.sync_api import expect

from accounts.factories import UserFactory
from core.taskqueue.models import Batch
from core.taskqueue.tests import sample
from tests.browser.checks import axe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator(live_server, new_page, client, settings):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = new_page(bypass_csp=True)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def test_progress_is_renewed_in_place_until_all_is_done(administrator, live_server, queue):
    items = [(number, f"Row {number}") for number in range(1, 6)]
    batch = Batch.start("Five rows", items, sample.change_rows)
    administrator.goto(live_server.url + batch.get_absolute_url())
    expect(administrator.locator("#batch-progress")).to_contain_text("0 of 5 done")
    assert axe(administrator, "#content-main") == []
    administrator.evaluate("window.isTheSamePage = true")
    queue()
    expect(administrator.locator("#batch-progress")).to_contain_text("4 of 5 done, 1 failed")
    expect(administrator.locator("#batch-progress")).to_contain_text("Three is not to be had.")
    assert administrator.evaluate("window.isTheSamePage")
    assert axe(administrator, "#content-main") == []


def test_tasks_are_listed_and_opened(administrator, live_server, queue):
    sample.fail.enqueue("the third quarter")
    with pytest.raises(ValueError):
        queue()
    administrator.goto(f"{live_server.url}/admin/taskqueue/queuedtask/")
    assert axe(administrator, "#changelist-form") == []
    administrator.get_by_role("link", name="fail 'the third quarter'").click()
    expect(administrator.get_by_text("Traceback")).to_be_visible()
    assert axe(administrator, "#content-main") == []

"""A writer sends a text and an editor returns it, in few clicks, at both widths and in the dark."""

import pytest
from playwright.sync_api import expect

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Review
from articles.publishing import notes
from tests.browser.checks import axe
from tests.browser.conftest import DESK_PASSWORD


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True)


def signed_in(page, live_server, name):
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", DESK_PASSWORD)
    page.click("[type=submit]")
    page.locator("#user-tools").wait_for()
    return page


def looked_at(page, within):
    """In both schemes and at both widths: nothing for axe, and nothing wider than the window."""
    for width, scheme in [(1360, "light"), (390, "dark"), (390, "light"), (1360, "dark")]:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert not axe(page, within)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_is_sent_in_one_click_and_returned_in_two(desk, live_server, new_page):
    tomas = UserFactory(username="tomas", first_name="Tomas", groups=["Writer"])
    tomas.set_password(DESK_PASSWORD)
    tomas.save()
    article = ArticleFactory(title="Harbour", authors=[AuthorFactory(user=tomas)])
    form = f"{live_server.url}/admin/articles/article/{article.pk}/change/"
    writer = signed_in(new_page(), live_server, "tomas")
    writer.goto(form)
    writer.fill("[name=title]", "Who writes the stack down?")
    # One click: a change of a live story.
    writer.get_by_role("button", name="Submit for review").first.click()
    expect(writer.locator("#desk-review")).to_contain_text("waits for review", timeout=20_000)
    notes.add_note(article, "Is this the date?", by=tomas)

    desk.goto(f"{live_server.url}/admin/")
    # Two clicks and the words between them.
    desk.get_by_role("link", name="Who writes the stack down?").first.click()
    expect(desk.locator("[name=note]")).to_be_focused()
    expect(desk.frame_locator(".desk-page").locator("h1")).to_have_text(
        "Who writes the stack down?"
    )
    looked_at(desk, "#content")
    desk.keyboard.type("The date for Quora?")
    desk.get_by_role("button", name="Return with the note").click()
    expect(desk.locator(".messagelist")).to_contain_text("is returned with your note")
    assert Review.objects.get().note == "The date for Quora?"

    writer.reload()
    expect(writer.locator("#desk-review")).to_contain_text("The date for Quora?")
    writer.get_by_role("button", name="Submit for review").first.click()
    expect(writer.locator("#desk-review")).to_contain_text("waits for review", timeout=20_000)
    desk.reload()
    looked_at(desk, "#content")
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/notes/")
    looked_at(desk, "#content")
    desk.get_by_role("button", name="Resolve").click()
    expect(desk.locator(".desk-notes li")).to_have_class("resolved")

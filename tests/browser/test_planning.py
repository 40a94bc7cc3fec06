"""A change of a live article is scheduled at the desk, and readers get it at its hour."""

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from articles.factories import ArticleFactory, AuthorFactory
from articles.models import PlannedChange
from tests.browser.checks import axe


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True)


def test_change_of_a_live_article_waits_for_its_hour(desk, live_server, new_page, queue):
    article = ArticleFactory(title="As it was", authors=[AuthorFactory()])
    reader = new_page(java_script_enabled=False)
    url = live_server.url + article.get_absolute_url()
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    desk.fill("[name=title]", "As it will be")
    desk.get_by_role("button", name="Publish…").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("Readers see the change at once.")
    assert not axe(desk, "#desk-publish")
    dialog.get_by_role("button", name="Later").click()
    desk.fill("[name=published_at_0]", "2999-05-01")
    desk.fill("[name=published_at_1]", "08:00:00")
    expect(dialog).to_contain_text("1 May 2999 at 08:00 this text takes over from the live one")
    assert not axe(desk, "#desk-publish")
    dialog.get_by_role("button", name="Schedule").click()
    expect(desk.locator("[name=at]")).to_have_value("2999-05-01T08:00")
    desk.select_option("[name=kind]", "update")
    desk.fill("[name=note]", "It has another title.")
    assert not axe(desk, "#content")
    desk.click("#content form [type=submit]")
    expect(desk.locator(".desk-going-out")).to_contain_text("takes over from the live text on")
    assert not axe(desk, ".desk-going-out")
    reader.goto(url)
    expect(reader.locator("h1")).to_have_text("As it was")

    desk.click("text=Correct the live text")
    expect(desk.locator("[name=title]")).to_have_value("As it was")

    PlannedChange.objects.update(at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    queue()
    reader.goto(url)
    expect(reader.locator("h1")).to_have_text("As it will be")
    expect(reader.locator("#corrections")).to_contain_text("It has another title.")
    desk.reload()
    expect(desk.locator(".desk-going-out")).to_have_count(0)

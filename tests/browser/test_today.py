"""The desk's first page and its calendar: by keyboard, by mouse, on a phone and without scripts."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.factories import ArticleFactory, AuthorFactory
from articles.publishing import publish
from audience.models import DailySum
from tests.browser.checks import axe

DAY = datetime.timedelta(days=1)


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True)


def scheduled(at):
    article = ArticleFactory(draft=True, title="Harbour", authors=[AuthorFactory()])
    publish(article, by=None, at=at)
    return article


def test_first_page_and_calendar_in_use(desk, live_server, new_page, queue):
    today = timezone.localdate()
    # Two days that stand in one month, and in the rows of its calendar.
    at = (timezone.now() + 40 * DAY).replace(day=10, hour=12, minute=0, second=0, microsecond=0)
    article = scheduled(at)
    for back in range(40):
        DailySum.objects.create(day=today - back * DAY, views=back)
    for width in (1360, 390):
        desk.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            desk.emulate_media(color_scheme=scheme)
            for address in ("/admin/", f"/admin/calendar/?month={at:%Y-%m}"):
                desk.goto(live_server.url + address)
                assert not axe(desk), (width, scheme, address)
                assert desk.evaluate("document.documentElement.scrollWidth") <= width

    nav, menu = desk.locator(".desk-nav"), desk.locator(".desk-menu summary")
    expect(nav).to_be_hidden()
    menu.focus()
    desk.keyboard.press("Enter")
    expect(nav.get_by_role("link", name="Sources")).to_be_visible()
    desk.set_viewport_size({"width": 1360, "height": 900})
    expect(menu).to_be_hidden()

    move_by_key(desk, article, at)
    move_by_drag(desk, article, at)
    move_without_scripts(desk, new_page, article, at)

    desk.goto(f"{live_server.url}/admin/")
    desk.click("text=New article")
    expect(desk.locator("[name=title]")).to_be_focused()
    desk.keyboard.type("The first word")
    expect(desk.locator("[name=title]")).to_have_value("The first word")


def day_of(page, article, day):
    entry = f"[data-day='{day:%Y-%m-%d}'] #article-{article.pk}"
    return expect(page.locator(entry)).to_be_visible()


def move_by_key(desk, article, at):
    desk.locator(f"#article-{article.pk} summary").focus()
    for key in ("m", "ArrowRight", "ArrowDown", "Enter"):
        desk.keyboard.press(key)
    day_of(desk, article, at + 8 * DAY)
    desk.click("text=Undo")
    day_of(desk, article, at)
    desk.locator(f"#article-{article.pk} summary").focus()
    for key in ("m", "ArrowRight", "Escape"):
        desk.keyboard.press(key)
    day_of(desk, article, at)


def move_by_drag(desk, article, at):
    target = desk.locator(f"[data-day='{at + 2 * DAY:%Y-%m-%d}']")
    desk.locator(f"#article-{article.pk} > small").drag_to(target)
    day_of(desk, article, at + 2 * DAY)


def move_without_scripts(desk, new_page, article, at):
    state = desk.context.storage_state()
    page = new_page(java_script_enabled=False, storage_state=state)
    page.goto(desk.url)
    page.click(f"#article-{article.pk} summary")
    page.fill(f"#article-{article.pk} [name=day]", f"{at + 3 * DAY:%Y-%m-%d}")
    page.click(f"#article-{article.pk} button")
    day_of(page, article, at + 3 * DAY)
    page.click("text=Undo")
    day_of(page, article, at + 2 * DAY)

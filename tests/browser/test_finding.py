"""Ctrl+K at the desk: whatever one may see is a few keys away."""

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory
from tests.browser.checks import axe


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True)


def test_finds_and_opens_by_keys_alone(desk, live_server):
    draft = ArticleFactory(title="Harbour master", draft=True)
    ArticleFactory(title="Harbour lights")
    dialog, field = desk.locator("#desk-find"), desk.locator("#desk-find input")
    for width in (1360, 390):
        desk.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            desk.emulate_media(color_scheme=scheme)
            desk.goto(f"{live_server.url}/admin/find/?q=harbour")
            assert not axe(desk)
            desk.keyboard.press("Control+k")
            expect(field).to_be_focused()
            expect(dialog.get_by_role("option").first).to_have_text("New: article")
            assert not axe(desk, "#desk-find")
            desk.keyboard.press("Escape")
            expect(dialog).to_be_hidden()
    desk.locator("h1").click()
    desk.keyboard.press("?")
    expect(desk.locator("#desk-keys")).to_contain_text("Keys of the desk")
    assert not axe(desk, "#desk-keys")
    desk.keyboard.press("Escape")

    desk.keyboard.press("Control+k")
    desk.keyboard.type("harbour")
    options = dialog.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "find-option-0")
    desk.keyboard.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "find-option-1")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/articles/article/{draft.pk}/change/")

    title = desk.locator("[name=title]")
    title.focus()
    desk.keyboard.press("Control+k")
    expect(field).to_be_focused()
    desk.keyboard.press("Escape")
    title.fill("What?")
    title.press("?")
    expect(desk.locator("#desk-keys")).to_be_hidden()
    expect(title).to_have_value("What??")
    body = desk.locator(".cm-content, [name=body]").first
    body.focus()
    desk.keyboard.press("Control+k")
    expect(dialog).to_be_hidden()

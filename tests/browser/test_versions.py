"""An article's versions, the preview of what is typed, and a draft shared with a stranger."""

import pytest
from playwright.sync_api import expect

from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import ShareLink
from articles.publishing import snapshots
from tests.browser.checks import axe, layout

PARAGRAPHS = [f"Paragraph {n} has several words that stay." for n in range(1, 30)]
SCHEMES = ["light", "dark"]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1360, "height": 900}


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True, viewport=DESKTOP, permissions=["clipboard-read"])


def checked(page, within="#content"):
    found = []
    for scheme in SCHEMES:
        for size in (PHONE, DESKTOP):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            found += axe(page, within)
    page.emulate_media(color_scheme="light")
    return found


def test_third_of_seven_versions_is_compared_restored_and_taken_back(desk, live_server):
    article = ArticleFactory(title="Version 1", authors=[AuthorFactory()], body=PARAGRAPHS[0])
    content = snapshots.of(article)
    for number in range(2, 8):
        text = "\n\n".join(PARAGRAPHS[:number])
        publishing.save_revision(
            article, content | {"title": f"Version {number}", "body": text}, by=None
        )
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/revisions/")
    assert checked(desk) == []
    desk.get_by_label("Old: revision 3").check()
    desk.get_by_role("button", name="Compare").click()
    title = desk.locator("#field-title")
    expect(title.locator(".change-old del")).to_have_text("3")
    expect(title.locator(".change-new ins")).to_have_text("7")
    expect(desk.locator("#field-body .change-row")).to_have_count(4)
    expect(desk.get_by_text("3 passages unchanged")).to_be_visible()
    desk.keyboard.press("n")
    desk.keyboard.press("n")
    expect(desk.locator("#field-body .change-row").first).to_be_focused()
    desk.keyboard.press("p")
    expect(title.locator(".change-row")).to_be_focused()
    assert checked(desk) == []
    desk.set_viewport_size(PHONE)
    expect(title.locator(".change-old")).to_be_hidden()
    expect(title.locator(".change-both")).to_have_text("Version 37")
    desk.set_viewport_size(DESKTOP)
    desk.get_by_role("link", name="In one text").click()
    expect(desk.locator("#field-title .change-both ins")).to_have_text("7")
    desk.get_by_role("button", name="Restore revision 3").click()
    expect(desk.locator("[name=title]")).to_have_value("Version 3")
    article.refresh_from_db()
    assert article.title == "Version 1"
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator("[name=title]")).to_have_value("Version 7")


def test_draft_is_shared_in_two_clicks_read_by_a_stranger_and_revoked(desk, live_server, new_page):
    article = ArticleFactory(draft=True, title="Not yet", authors=[AuthorFactory()])
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    desk.locator(".room-menu summary").click()
    desk.get_by_role("link", name="Share draft").click()
    field = desk.locator("#desk-shared input")
    expect(field).to_be_visible()
    link = ShareLink.objects.get()
    expect(field).to_have_value(f"http://testserver{link.get_absolute_url()}")
    assert checked(desk, "#desk-shared") == []

    stranger = new_page(java_script_enabled=False)
    address = live_server.url + link.get_absolute_url()
    assert stranger.goto(address).status == 200
    expect(stranger.locator("h1")).to_have_text("Not yet")
    expect(stranger.get_by_text("This is a draft.")).to_be_in_viewport()
    looker = new_page(bypass_csp=True, viewport=DESKTOP)
    looker.goto(address)
    assert checked(looker, "html") == []
    assert layout(looker) == []

    desk.locator("#desk-shared a").click()
    assert checked(desk) == []
    desk.get_by_role("button", name="Revoke").click()
    expect(desk.get_by_text("The link is revoked.")).to_be_visible()
    assert stranger.goto(address).status == 410
    expect(stranger.locator("h1")).to_have_text("This link has ended")


def test_page_of_what_is_typed_is_shown_at_three_widths_in_step_with_the_text(desk, live_server):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], body="\n\n".join(PARAGRAPHS))
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    desk.get_by_role("button", name="Both", exact=True).click()
    shown = desk.frame_locator("#desk-preview iframe")
    frame = desk.locator("#desk-preview iframe")
    body = desk.locator("[name=body]")
    for name, width in (("Phone", 390), ("Tablet", 820), ("Desktop", 1280)):
        desk.get_by_role("button", name=name, exact=True).click()
        desk.fill("[name=title]", f"On a {name}")
        body.press("Control+Home")
        body.press_sequentially(f"It is **{name}** now. ")
        expect(shown.locator("h1")).to_have_text(f"On a {name}")
        expect(shown.locator(".prose strong").first).to_have_text(name)
        assert frame.evaluate("frame => frame.contentWindow.innerWidth") == width
        box, sheet = frame.bounding_box(), desk.locator(".preview-sheet").bounding_box()
        assert box["width"] <= sheet["width"] + 1
    expect(shown.locator("script")).to_have_count(0)
    # The last paragraph is written, and stands before the reader's eyes.
    body.press("Control+End")
    body.press_sequentially(" The end.")
    expect(shown.get_by_text("The end.")).to_be_in_viewport()
    body.press("Control+Home")
    body.press_sequentially("A ")
    expect(shown.locator("h1")).to_be_in_viewport()
    assert checked(desk, "#desk-preview .preview-tools") == []

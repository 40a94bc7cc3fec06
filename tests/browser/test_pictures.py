"""Pictures where one writes: dropped, described, told of what is wrong, chosen from the library."""

import base64

from playwright.sync_api import expect

from articles.factories import ArticleFactory
from images.factories import PictureFactory, picture_bytes
from images.models import Picture
from tests.browser.tools import text_of

PLAYER = "https://www.youtube-nocookie.com/**"
DROP = """(area, files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], name, { type }));
  }
  // At the end of the first line.
  const { right, top } = document.querySelector(".cm-line").getBoundingClientRect();
  const at = { clientX: right - 2, clientY: top + 5 };
  const event = { dataTransfer, bubbles: true, cancelable: true, ...at };
  area.dispatchEvent(new DragEvent("dragover", event));
  return !area.dispatchEvent(new DragEvent("drop", event));
}"""


def file(name, content=None, color="#8a5a2b"):
    content = content or picture_bytes(color=color)
    return [name, "image/png", base64.b64encode(content).decode()]


def test_three_pictures_are_dropped_described_and_one_is_chosen(desk, live_server):
    PictureFactory(title="Tram by night", alt="A yellow tram")
    article = ArticleFactory(draft=True, title="A draft", body="Before.")
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    body = desk.locator("[name=body]")
    text_of(desk).press("Control+End")
    files = [file("one.png", color="#111111"), file("two.png", b"no picture")]
    files.append(file("three.png", color="#333333"))
    assert body.evaluate(DROP, files)
    rows = desk.locator(".desk-tray li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("This is not a JPEG")
    rows.nth(0).get_by_role("textbox").fill("A dark field")
    rows.nth(0).get_by_role("textbox").press("Enter")
    rows.nth(2).get_by_label("Decorative").check()
    expect(rows.nth(0)).to_contain_text("Described.")
    expect(rows.nth(2)).to_contain_text("Described.")
    rows.nth(1).get_by_role("button", name="Take it out").click()
    expect(rows).to_have_count(2)
    first, third = Picture.objects.get(title="one"), Picture.objects.get(title="three")
    assert (first.alt, third.is_decorative) == ("A dark field", True)
    written = f"Before.\n\n![A dark field]({first.file.url})\n\n\n\n![]({third.file.url})\n"
    expect(body).to_have_value(written)

    assert body.evaluate(DROP, [file("again.png", color="#111111")])
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("had this file already")
    assert Picture.objects.count() == 3

    desk.get_by_role("button", name="Picture", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Put in a picture")
    dialog.get_by_role("searchbox").fill("tram")
    expect(dialog.locator(".desk-pictures-grid button")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    tram = Picture.objects.get(title="Tram by night")
    assert f"![A yellow tram]({tram.file.url})" in body.input_value()


def test_video_is_fetched_from_elsewhere_only_once_a_reader_asks_for_it(page, live_server):
    article = ArticleFactory(body="[The launch](https://youtu.be/dQw4w9WgXcQ)")
    asked, told = [], []
    page.route(PLAYER, lambda route: route.fulfill(body="The player", content_type="text/html"))
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(live_server.url + article.get_absolute_url())
    link = page.get_by_role("link", name="The launch")
    expect(link).to_contain_text("Play the video from YouTube")
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    link.click()
    expect(page.frame_locator("iframe.embed").get_by_text("The player")).to_be_visible()
    others = [url for url in asked if not url.startswith(live_server.url)]
    assert others == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"]
    assert [line for line in told if "Content Security Policy" in line] == []

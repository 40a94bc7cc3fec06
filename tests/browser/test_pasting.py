"""What is pasted into a text at the desk: from Word, Google Docs, Pages and web pages."""

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory
from tests.browser.tools import BASE_DIR, text_of

PASTE = """([html, plain]) => {
  const clipboardData = new DataTransfer();
  if (html) clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  const event = { clipboardData, bubbles: true, cancelable: true };
  return !document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
}"""
# Clipboards written by hand in the manner of the programs that fill them, and what becomes of each.
CLIPBOARDS = BASE_DIR / "tests" / "browser" / "clipboards"
WORD = (CLIPBOARDS / "word.html").read_text()


@pytest.fixture
def writing(desk, live_server):
    article = ArticleFactory(draft=True, title="A draft", body="")
    desk.told, desk.asked = [], []
    desk.on("console", lambda message: desk.told.append(message.text))
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    desk.on("request", lambda request: desk.asked.append(request.url))
    return desk


def test_what_is_pasted_comes_as_markdown_and_nothing_of_it_is_run_or_fetched(writing, live_server):
    body, text = writing.locator("[name=body]"), text_of(writing)
    for source in sorted(CLIPBOARDS.glob("*.html")):
        body.fill("")
        text.focus()
        plain = f"The plain words of {source.stem}"
        assert writing.evaluate(PASTE, [source.read_text(), plain]), source
        expected = source.with_suffix(".md").read_text()
        assert body.input_value() == expected, source
        writing.keyboard.press("Control+z")
        assert body.input_value() == plain
    assert writing.evaluate("window.wasRun") is None
    assert not [line for line in writing.told if "Content Security Policy" in line]
    ours = (f"{live_server.url}/admin/", f"{live_server.url}/static/")
    assert not [url for url in writing.asked if not url.startswith(ours)]

    body.fill("As before: [^1]\n\n[^1]: a note")
    text.press("Control+Home")
    for _letter in "As before":
        writing.keyboard.press("ArrowRight")
    writing.evaluate(PASTE, [WORD, "plain"])
    assert "\n\n[^2]: By *their own* count.\n\n" in body.input_value()
    expect(writing.get_by_text("Undo once for the plain words")).to_be_visible()


def test_plain_words_are_put_in_as_they_are(writing):
    body, text = writing.locator("[name=body]"), text_of(writing)

    def pasted(html, plain):
        body.fill("")
        text.focus()
        writing.evaluate(PASTE, [html, plain])
        return body.input_value()

    assert pasted("", "Only *words*") == "Only *words*"
    assert pasted("<meta charset=utf-8><span>snake_case</span>", "snake_case") == "snake_case"
    writing.keyboard.down("Shift")
    assert pasted("<h1>Big</h1>", "Big") == "Big"
    writing.keyboard.up("Shift")
    assert pasted("<h1>Big</h1>", "Big") == "## Big\n"

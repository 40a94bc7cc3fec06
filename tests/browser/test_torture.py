"""Pages full of what tries a layout: nothing sticks out, says a thing twice or cannot be hit."""

from articles.factories import ArticleFactory
from tests.browser.checks import axe, nu_check
from tests.browser.tools import LOOKED_AT_ONCE
from tests.browser.torture import make_torture

WIDTHS = [320, 360, 768, 1360, 1920]

# What stands outside the window, although no box around it scrolls.
STICKING_OUT = """() => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (e) => e.closest("pre, .table-scroll, .visually-hidden, .honeypot, svg");
    const out = [...document.body.querySelectorAll("*")].filter((e) => {
        const { left, right, width } = e.getBoundingClientRect();
        return width && (right > wide + 1 || left < -1) && !scrolls(e);
    });
    const words = out.slice(-1).map((e) => `${e.tagName}.${e.className} sticks out`);
    const { scrollWidth } = document.documentElement;
    return scrollWidth > wide ? [`${scrollWidth} px wide`, ...words] : words;
}"""
# Links within a sentence are as high as its lines; everything else takes a fingertip.
SMALL_TARGETS = """() => {
    const own = "a[href], button, input, select, textarea, summary";
    const target = (e) => (e.matches("input") && e.closest("label")) || e;
    const isInText = (e) =>
        getComputedStyle(e).display === "inline" && !e.closest("sup, .footnotes") &&
        [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 2);
    return [...document.querySelectorAll(own)]
        .filter((e) => e.checkVisibility() && !e.closest(".honeypot, .skip"))
        .map(target)
        .filter((e) => {
            const { width, height } = e.getBoundingClientRect();
            return (width < 24 || height < 24) && !isInText(e);
        })
        .map((e) => `small: ${e.outerHTML.slice(0, 120)}`);
}"""

# A number that the stylesheet adds to the one that is written.
TWICE_NUMBERED = """() => [...document.querySelectorAll("h2:has(> .rank)")]
    .filter((e) => !["none", "normal"].includes(getComputedStyle(e, "::before").content))
    .map((e) => `numbered twice: ${e.textContent}`)"""


def at_every_width(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px: {line}" for line in page.evaluate(STICKING_OUT))
    yield from page.evaluate(SMALL_TARGETS)


def with_large_text(page):
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    yield from (f"320 px, large: {line}" for line in page.evaluate(STICKING_OUT))
    page.evaluate("document.documentElement.style.fontSize = ''")


@LOOKED_AT_ONCE
def test_hard_content_fits_is_valid_accessible_and_can_be_hit(live_server, new_page, tmp_path):
    page = new_page(bypass_csp=True)
    problems = {}
    for number, address in enumerate(make_torture()):
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, address
        (tmp_path / f"{number}.html").write_bytes(answer.body())
        found = [*at_every_width(page), *with_large_text(page)]
        found += [*page.evaluate(SMALL_TARGETS), *page.evaluate(TWICE_NUMBERED), *axe(page)]
        page.emulate_media(color_scheme="dark" if number % 2 else "light")
        problems[address] = found
    assert {address: found for address, found in problems.items() if found} == {}
    assert nu_check(tmp_path) == []


def test_code_is_copied_with_a_press(live_server, new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    article = ArticleFactory(body="```python\ndef one():\n    return 1\n```\n\n```\ntwo\n```")
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="Copy code").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "def one():\n    return 1"
    assert page.get_by_role("button", name="Copy code").count() == 1


def test_choice_is_seen_where_the_system_chooses_the_colours(live_server, new_page):
    page = new_page(forced_colors="active")
    page.goto(live_server.url + ArticleFactory().get_absolute_url())
    page.get_by_role("radio", name="Tip").check()
    chosen, other = (
        page.locator(".choices label", has_text=words).evaluate(
            "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
        )
        for words in ("Tip", "Question")
    )
    assert chosen[0] not in (other[0], chosen[1])

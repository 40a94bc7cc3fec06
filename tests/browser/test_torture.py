"""Pages full of what tries a layout: nothing sticks out, says a thing twice or cannot be hit."""

from playwright.sync_api import expect

from articles.factories import ArticleFactory
from tests.browser.checks import axe, layout, nu_check
from tests.browser.torture import make_torture

# A number that the stylesheet adds to the one that is written.
TWICE_NUMBERED = """() => [...document.querySelectorAll("h2:has(> .rank)")]
    .filter((e) => !["none", "normal"].includes(getComputedStyle(e, "::before").content))
    .map((e) => `numbered twice: ${e.textContent}`)"""
# What scrolls and shows no shadow where there is more of it.
SCROLLS_UNSEEN = """() => [...document.querySelectorAll(".table-scroll, pre")]
    .filter((e) => e.scrollWidth > e.clientWidth)
    .filter((e) => !getComputedStyle(e).backgroundImage.includes("gradient"))
    .map((e) => `no shadow: ${e.outerHTML.slice(0, 120)}`)"""


def test_hard_content_fits_is_valid_accessible_and_can_be_hit(live_server, new_page, tmp_path):
    # Colours on their way from one scheme to the other are in neither.
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    problems = {}
    for number, address in enumerate(make_torture()):
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, address
        (tmp_path / f"{number}.html").write_bytes(answer.body())
        problems[address] = [*layout(page), *page.evaluate(TWICE_NUMBERED)]
        problems[address] += page.evaluate(SCROLLS_UNSEEN)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            problems[address] += [f"{scheme}: {line}" for line in axe(page)]
    assert {address: found for address, found in problems.items() if found} == {}
    assert nu_check(tmp_path) == []


def test_code_is_copied_with_a_press(live_server, new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    article = ArticleFactory(body="```python\ndef one():\n    return 1\n```\n\n```\ntwo\n```")
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="Copy code").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "def one():\n    return 1"
    expect(page.get_by_role("button", name="Copy code")).to_have_count(1)


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

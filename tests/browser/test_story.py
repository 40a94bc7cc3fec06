"""The demo's own story, read with JavaScript off: everything is there, in the order it is told."""

import re

import pytest
from playwright.sync_api import expect

LIST = "/articles/ten-companies-one-back-end/"
DISCUSSED = "/articles/why-reddit-left-lisp/"
STORY = "/articles/the-quiet-language-behind-the-services-you-use/"
IN_ORDER = [
    ("section label", r"tech"),
    ("title", r"the quiet language behind"),
    ("standfirst", r"photo feeds, playlists and rides home"),
    ("month and year", r"june 2026"),
    ("minutes to read", r"\d+ min read"),
    ("the heart", r"\bheart\b"),
    ("advertisement above", r"advertisement"),
    ("section heading", r"where the photographs come from"),
    ("list with a bold lead-in", r"discover weekly\."),
    ("code", r"async def current_user"),
    ("closing paragraph", r"that last point is the reason"),
    ("advertisement below", r"advertisement"),
    ("comments", r"comments"),
    ("the promise", r"stay visible to everyone reading this page"),
    ("the form", r"join the discussion"),
    ("no comments", r"no comments yet"),
]


@pytest.fixture
def story(new_page, demo_site):
    page = new_page(java_script_enabled=False)
    page.goto(demo_site + STORY)
    return page


def test_story_without_javascript_shows_every_element_in_order(story):
    text, position = story.inner_text("main").lower(), 0
    for name, pattern in IN_ORDER:
        found = re.search(pattern, text[position:])
        assert found, f"{name} is missing, or not where it should be"
        position += found.end()


def test_story_without_javascript_sets_its_code_and_its_lead_ins(story):
    assert story.locator(".prose li > strong:first-child").count() >= 3
    assert story.locator(".prose p code").count() >= 3
    assert story.locator(".prose pre code span").count() > 20
    for field in ("name", "email", "text"):
        expect(story.locator(f"form [name={field}]")).to_be_visible()


def test_figures_of_the_story_carry_their_date_and_lead_to_their_page(story):
    # Without those that another source disputes them with.
    figures = story.locator(".prose a.fact:not(.newer a)")
    assert figures.count() >= 5
    assert story.locator(".prose a.fact > data[value]").count() == figures.count()
    for figure in figures.all():
        assert figure.locator("+ sup.as-of").inner_text().strip()
        assert story.locator(f".sources a[href='{figure.get_attribute('href')}']").count() >= 1


@pytest.mark.parametrize(("width", "height"), [(1360, 800), (390, 844)])
def test_text_begins_within_the_second_screen(new_page, demo_site, width, height):
    page = new_page(viewport={"width": width, "height": height})
    for address in (STORY, LIST):
        page.goto(demo_site + address)
        first = page.locator(".prose > p").first.bounding_box()
        # With an advertisement, a cover and a title of three lines; a few lines are seen with it.
        assert page.locator(".article > .ad").count() >= 1
        assert first["y"] < 1.65 * height, address


# What stands on the page in any red: its words, its lines, its ground, its dots.
IN_RED = """() => {
    const isRed = (colour) => {
        const numbers = colour.match(/-?[\\d.]+(?:e-?\\d+)?/g)?.map(Number) ?? [];
        const [r, g, b, alpha = 1] = colour.startsWith("color(") ?
            [...numbers.slice(0, 3).map((one) => 255 * one), numbers[3]] : numbers;
        return alpha > 0 && r - g > 60 && r - b > 60;
    };
    const lines = ["Top", "Right", "Bottom", "Left"].map((side) => `border${side}`);
    const inUse = (element) => {
        const style = getComputedStyle(element);
        const words = [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
        return [
            words && style.color,
            words && style.textDecorationLine !== "none" && style.textDecorationColor,
            style.backgroundColor,
            style.boxShadow !== "none" && style.boxShadow,
            ...lines.map((line) => style[`${line}Style`] !== "none" && style[`${line}Color`]),
            ...(element.closest("svg") ? [style.fill, style.stroke] : []),
        ].filter(Boolean);
    };
    return [...document.querySelectorAll("body, body *")]
        .filter((element) => !element.closest(".highlight"))
        .filter((element) => inUse(element).some(isRed))
        .map((element) => element.textContent.trim());
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_red_says_wrong_and_nothing_else(new_page, demo_site, scheme):
    page = new_page(color_scheme=scheme)
    for address in (
        STORY,
        LIST,
        "/",
        "/companies/",
        "/companies/uber/",
        "/facts/9vv2h8/",
        DISCUSSED,
    ):
        page.goto(demo_site + address)
        assert page.evaluate(IN_RED) == [], address
    page.goto(f"{demo_site}/companies/dropbox/")
    assert page.evaluate(IN_RED) == ["was wrong:"]

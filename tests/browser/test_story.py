"""The demo's own story, read with JavaScript off: everything is there, in the order it is told."""

import re

import pytest

STORY = "/articles/the-quiet-language-behind-the-services-you-use/"
IN_ORDER = [
    ("section label", r"tech"),
    ("title", r"the quiet language behind"),
    ("standfirst", r"photo feeds, playlists and rides home"),
    ("month and year", r"june 2026"),
    ("minutes to read", r"\d+ min read"),
    ("views", r"\d+ views?\b"),
    ("hearts", r"\d+ hearts?\b"),
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
        assert story.locator(f"form [name={field}]").is_visible()


def test_figures_of_the_story_carry_their_date_and_lead_to_a_source(story):
    figures = story.locator(".prose data.fact")
    assert figures.count() >= 5
    marks = story.locator(".prose sup.as-of a")
    assert marks.count() == figures.count()
    for mark in marks.all():
        assert mark.inner_text().strip()
        assert story.locator(mark.get_attribute("href")).count() == 1

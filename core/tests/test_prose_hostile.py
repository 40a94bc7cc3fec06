"""Prose from people who mean harm, and from chance: nothing raises, nothing runs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import prose
from core.prose.allowlist import clean_article, clean_comment

from .markup import assert_safe, ids
from .xss import PAYLOADS


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_runs_nowhere(payload):
    for render in (prose.render, prose.render_comment):
        for around in ("{}", "> - {}", "[a]({})", "```{}\n", "# {}"):
            assert_safe(render(around.format(payload)).html)
    assert_safe(prose.render("[a](fact:b)", lambda url, words: payload).html)


MARKS = (
    *("&:", "[", "![", "[^", "*", "*a_ ", "`", "> ", "- ", "  - a\n", "<", "|", "'a", "#\n", "~~"),
    *("[](", "^[", "> " * 200 + "a\n", "- " * 200 + "a\n", "<!--\n", "<sub>", "</sub>"),
    *("<details>\n", "</details>\n", "<details><summary>a</summary>\n", "http://", "a\n: b\n"),
    *("http://999.1.1.1/", "http://ü.de ", "(https://a_", "## a {#a}\n[a](#a)\n", "- [ ] a\n"),
)


@pytest.mark.parametrize("unit", MARKS)
def test_hundred_kilobytes_of_marks_are_rendered(unit):
    text = "[^a]: b\n\n" + unit * (100_000 // len(unit))
    assert_safe(prose.render(text).html)
    assert_safe(prose.render_comment(text).html)


def test_text_beyond_the_limit_is_cut():
    assert len(prose.render("a" * 300_000).text) == prose.ARTICLE_LIMIT
    assert len(prose.render_comment("a" * 6_000).text) == prose.COMMENT_LIMIT


def test_characters_that_cannot_be_shown_are_removed():
    assert prose.render("a\x00b\x1b\x85\ufffe\tc\r\nd\re").text == "ab\tc d e"
    assert prose.render("a\ud800b").text == "a\ufffdb"


PIECES = [
    *("# ", "\n", "\n\n", "> ", "- ", "1. ", "[", "](", ")", "![", "`", "```\n", "*", "_", "|"),
    *("-|-\n", "[^a]", "[^a]: ", "<", ">", '"', "'", "&", "fact:a/b", "javascript:x", "\\", "~~"),
    *("<!--", "-->", "<sub>", "</sub>", "<abbr title='", "<details>", "</details>\n", "<summary>"),
    *("</summary>", "{#a}", "(#a)", ": ", "[ ] ", "<ins onclick=x>", "</ins>", "<input>"),
    *("http://a.b", "[x](fact:a/b)", "    ", "&#", ";", "\x00", "\ud800", "]: ", "/a "),
]
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join)
quick = settings(max_examples=100, deadline=None)


@quick
@given(MARKDOWN)
def test_any_text_renders_safe_and_clean(text):
    for render, clean in ((prose.render, clean_article), (prose.render_comment, clean_comment)):
        rendered = render(text)
        assert_safe(rendered.html)
        assert clean(rendered.html) == rendered.html
        assert rendered.word_count >= 0
        rendered.html.encode()
        rendered.text.encode()


@quick
@given(MARKDOWN)
def test_any_text_has_unique_ids_and_its_headings_are_there(text):
    rendered = prose.render(text)
    found = ids(rendered.html)
    assert len(found) == len(set(found))
    assert {heading.id for heading in rendered.headings} <= set(found)
    assert all(heading.text for heading in rendered.headings)


@quick
@given(MARKDOWN)
def test_any_text_hands_the_resolver_what_links_lists(text):
    asked = []
    prose.render(text, lambda url, words: asked.append((url, words)))
    assert asked == [(link.url, link.words) for link in prose.links(text)]


@quick
@given(MARKDOWN)
def test_any_text_rewritten_has_the_same_links_elsewhere(text):
    before = prose.links(text)
    after = prose.links(prose.rewrite_links(text, lambda link: f"{link.scheme}:new"))
    assert [(link.scheme, link.words) for link in after] == [
        (link.scheme, link.words) for link in before
    ]

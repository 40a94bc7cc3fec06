"""What is read of HTML in Markdown, what is shown as written, and what the author is told."""

from urllib.parse import unquote

import pytest

from core import prose
from core.prose.html import MAX_DEPTH

from .markup import assert_safe, attributes, elements, ids
from .xss import PAYLOADS


def tags(html):
    return {tag for tag, _ in elements(html)}


# Comments


@pytest.mark.parametrize(
    "text",
    [
        "<!-- call <jane@example.org> -->",
        "<!-- one\n\ntwo, *three*\n\n- four -->",
        "<!-- a --><!-- b -->",
        "<!-- a -->\n<!-- b -->",
    ],
)
def test_comment_vanishes(text):
    assert prose.render(text).html == ""
    assert prose.render(f"before\n\n{text}\n\nafter").text == "before\nafter"
    assert prose.oddities(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <!-- b --> c", "a  c"),
        ("a\n<!-- b\n\nb --> *c*", "a\nc"),
        ("<!-- b --> c", "c"),
        ("> <!-- b\n> b -->\n> c", "c"),
        ("- a\n  <!-- b\n\n  b -->\n- c", "a\nc"),
    ],
)
def test_words_around_a_comment_stay(text, shown):
    assert prose.render(text).text == shown


@pytest.mark.parametrize("text", ["`<!-- a -->`", "```\n<!-- a -->\n```", "    <!-- a -->"])
def test_comment_in_code_is_code(text):
    assert prose.render(text).text == "<!-- a -->"


def test_comment_without_an_end_is_shown_and_told():
    assert prose.render("a\n\n<!-- b").text == "a\n<!-- b"
    assert prose.oddities("a\n\n<!-- b") == [prose.Oddity(3, "<!--")]


# Tags within a sentence


INLINE_TAGS = ("abbr", "del", "ins", "kbd", "mark", "sub", "sup")


@pytest.mark.parametrize("tag", INLINE_TAGS)
def test_inline_tag_works_with_markdown_in_it(tag):
    assert prose.render(f"a<{tag}>*b*</{tag}>").html == f"<p>a<{tag}><em>b</em></{tag}></p>\n"
    assert prose.render(f"a<{tag.upper()}>b</{tag}>").text == "ab"


@pytest.mark.parametrize("tag", [*INLINE_TAGS, "details", "summary"])
@pytest.mark.parametrize(
    "attribute", ["onclick=alert(1)", 'style="x"', "class=x id=comments", "title='><script>'"]
)
def test_tag_keeps_no_attribute_that_runs_or_looks(tag, attribute):
    html = prose.render(f"<details><summary>a</summary>\n<{tag} {attribute}>b</{tag}>").html
    assert_safe(html)
    kept = [name for _, attrs in elements(html) for name in attrs]
    assert set(kept) <= {"title", "open"}


AROUND = [
    *("<sub>{}</sub>", '<abbr title="{}">a</abbr>', "<abbr title='{}'>a</abbr>"),
    *("<mark {}>a</mark>", "<details {}>\n\na\n\n</details>", "<!-- --> {}", "a\n: {}"),
    *("<details><summary>{}</summary>a</details>", "- [ ] {}", "## a {{#{}}}"),
    "https://a.example/{}",
]


@pytest.mark.parametrize("around", AROUND)
def test_payload_within_what_is_read_runs_nowhere(around):
    for payload in PAYLOADS:
        assert_safe(prose.render(around.format(payload)).html)


def test_abbreviation_keeps_its_title():
    html = prose.render("""<abbr title="A &amp; 'B'" class=x>AB</abbr>""").html
    assert attributes(html, "abbr") == [{"title": "A & 'B'"}]


@pytest.mark.parametrize(
    "text",
    [
        *("<b>a</b>", "<div>", '<img src="/x">', "</sub>", "<sub>", "<br>", "<ins/>"),
        *("<script>alert(1)</script>", "<sub>a\n\nb</sub>", "<input type=text>"),
    ],
)
def test_other_tag_is_shown_as_written_and_told(text):
    rendered = prose.render(text)
    assert tags(rendered.html) == {"p"}
    assert rendered.text.split() == text.split()
    assert prose.oddities(text)


def test_tag_that_is_closed_in_another_place_is_shown():
    assert prose.render("*<sub>*</sub>").html == "<p><em>&lt;sub&gt;</em>&lt;/sub&gt;</p>\n"


@pytest.mark.parametrize(
    "text", ["`<div>`", "a < b > c", "<https://a.example>", "\\<div>", "<a@b.example>"]
)
def test_what_is_no_tag_is_not_told(text):
    assert prose.oddities(text) == []


def test_oddities_are_told_once_and_with_their_lines():
    text = "a <b>b</b>\n<i> <i>\n\n[x](#y)\n\n| <u> |\n|-|\n"
    assert [(one.line, one.text) for one in prose.oddities(text)] == [
        *[(1, "</b>"), (1, "<b>"), (2, "<i>"), (4, "#y"), (6, "<u>")],
    ]


# Details


def test_details_hold_markdown():
    html = prose.render(
        "<details open>\n<summary>*More*</summary>\n\n- a\n\n## B\n\n</details>\n\nafter"
    ).html
    assert html == (
        '<details open="">\n<summary><em>More</em></summary>\n<ul>\n<li>a</li>\n</ul>\n'
        '<h2 id="h-b">B</h2>\n</details>\n<p>after</p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>a</summary>b</details>",
        "<details>\n<summary>a</summary>\nb\n</details>",
        "<details>\n<summary>a</summary>\n\nb\n\n</details>",
        "<DETAILS>\n\n<summary>a</summary> b </details>",
    ],
)
def test_details_are_read_however_their_lines_break(text):
    html = prose.render(text).html
    assert html == "<details>\n<summary>a</summary>\n<p>b</p>\n</details>\n"


@pytest.mark.parametrize(
    "text",
    [
        *("<details>\n\na", "</details>", "> <details>\n\n</details>", "a <details> b"),
        "<summary>a</summary>",
    ],
)
def test_details_that_are_not_closed_where_they_began_are_text(text):
    assert not tags(prose.render(text).html) & {"details", "summary"}
    assert prose.oddities(text)


def test_details_in_details_go_only_so_deep():
    text = "<details>\n" * 50 + "a\n" + "</details>\n" * 50
    assert prose.render(text).html.count("<details>") == MAX_DEPTH


# Headings


def test_heading_of_any_script_has_an_id_that_says_it_and_stays():
    text = "## 社区\n\n## नमस्ते दुनिया\n\n## Größe & Café\n\n## தமிழ்"
    found = ids(prose.render(text).html)
    assert found == ["h-社区", "h-नमस्ते-दुनिया", "h-größe-café", "h-தமிழ்"]
    assert ids(prose.render("## 新\n\n" + text).html)[1:] == found


def test_heading_keeps_its_authors_id():
    rendered = prose.render("## Why *we* left {#why-left}\n\n### b {#Größe.1}")
    assert ids(rendered.html) == ["why-left", "Größe.1"]
    assert rendered.text == "Why we left\nb"
    assert rendered.headings[0] == prose.Heading(2, "why-left", "Why we left")


@pytest.mark.parametrize("own", ["comments", "sources", "c-1", "H-x", "id_text", "entry-2"])
def test_authors_id_that_the_page_has_is_kept_apart(own):
    rendered = prose.render(f"## a {{#{own}}}\n\n## b {{#x}}\n\n## c {{#x}}")
    assert ids(rendered.html) == [f"h-{own}", "x", "h-x"]


@pytest.mark.parametrize(
    "text", ["## a {#b c}", "## a \\{#b}", "## `{#b}`", "## a {#}", "## a {#b} c"]
)
def test_heading_with_other_braces_shows_them(text):
    assert "{#" in prose.render(text).text


@pytest.mark.parametrize(
    ("href", "leads_to"),
    [
        *[("#title", "h-title"), ("#Title", "h-title"), ("#h-title", "h-title"), ("#own", "own")],
        *[("#社区", "h-社区"), ("#%E7%A4%BE%E5%8C%BA", "h-社区"), ("<#a title>", "h-a-title")],
    ],
)
def test_link_to_a_heading_leads_there(href, leads_to):
    text = f"[x]({href})\n\n## Title\n\n## b {{#own}}\n\n## 社区\n\n## A title"
    html = prose.render(text).html
    assert [unquote(link["href"]) for link in attributes(html, "a")] == [f"#{leads_to}"]
    assert leads_to in ids(html)
    assert prose.oddities(text) == []


@pytest.mark.parametrize("own", ["é", "e\u0301"])
@pytest.mark.parametrize("href", ["#é", "#e\u0301", "#%C3%A9", "#e%CC%81"])
def test_link_leads_to_its_authors_id_however_both_are_composed(own, href):
    text = f"[x]({href})\n\n## b {{#{own}}}"
    html = prose.render(text).html
    assert unquote(attributes(html, "a")[0]["href"]) == "#é"
    assert ids(html) == ["é"]
    assert prose.oddities(text) == []


def test_link_of_one_of_a_pages_texts_leads_to_its_own_heading():
    html = prose.render("## A\n\n[x](#a)", part="12").html
    assert attributes(html, "a")[0]["href"] == "#h-12--a"


@pytest.mark.parametrize("href", ["#comments", "#sources", "#source-3", "#fn-1", "#", "/b#c"])
def test_link_to_what_stands_around_the_text_is_left_alone(href):
    text = f"[x]({href})"
    assert attributes(prose.render(text).html, "a")[0]["href"] == href
    assert prose.oddities(text) == []


def test_link_to_nowhere_is_told():
    assert prose.oddities("## a\n\nb\n[x](#wayback)") == [prose.Oddity(4, "#wayback")]


# Bare addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.org/a_(b) there", "https://example.org/a_(b)"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("(see http://example.org).", "http://example.org"),
        ("**https://example.org/a_b_c**", "https://example.org/a_b_c"),
        ("https://example.org/?a=1&b=2#c!", "https://example.org/?a=1&b=2#c"),
        ("见https://example.org/社区。后", "https://example.org/%E7%A4%BE%E5%8C%BA"),
        ('"https://example.org"', "https://example.org"),
        ("https://example.org:8000/", "https://example.org:8000/"),
        ("> https://example.org/a", "https://example.org/a"),
        ("https://example.org/a.[^1]", "https://example.org/a"),
        ("[https://example.org/a]", "https://example.org/a"),
        ("https://example.org: that", "https://example.org"),
        ("http://[::1]:80/a", "http://[::1]:80/a"),
        ("http://bücher.example.", "http://xn--bcher-kva.example"),
        ("见http://例え.jp/道。后", "http://xn--r8jz45g.jp/%E9%81%93"),
        ("(http://उदाहरण.भारत)", "http://xn--p1b6ci4b4b3a.xn--h2brj9c"),
    ],
)
def test_bare_address_becomes_a_link_whole(text, address):
    for render in (prose.render, prose.render_comment):
        (link,) = attributes(render(text).html, "a")
        assert link["href"] == address


@pytest.mark.parametrize(
    "text",
    [
        *("example.org", "www.example.org", "Booking.com", "jane@example.org", "ftp://example.org"),
        *("`https://example.org`", "xhttps://example.org", "https://", "https:// a", "\\https://"),
        *("http://good.example@evil.example/", "http://good.example:x@evil.example/"),
        *("http://999.1.1.1/", "javascript://example.org", "http://例え@evil.example/"),
        # What follows an address without a space is no part of its host.
        *("见https://example.org是", "http://例え.jpを見る"),
    ],
)
def test_what_is_no_web_address_is_no_link(text):
    for render in (prose.render, prose.render_comment):
        assert attributes(render(text).html, "a") == []


def test_bare_address_in_a_link_makes_no_link_in_a_link():
    html = prose.render("[a https://b.example c](/d)").html
    assert html == '<p><a href="/d">a https://b.example c</a></p>\n'


def test_bare_address_in_a_comment_vouches_for_nothing():
    (link,) = attributes(prose.render_comment("https://b.example").html, "a")
    assert link["rel"] == "ugc nofollow noopener"


# Lists


def test_task_list_says_what_is_done():
    html = prose.render("- [ ] a\n- [x] *b*\n- c").html
    assert attributes(html, "input") == [
        {"type": "checkbox", "disabled": "", "aria-label": "to do"},
        {"type": "checkbox", "disabled": "", "checked": "", "aria-label": "done"},
    ]
    assert [li.get("class") for li in attributes(html, "li")] == ["task-list-item"] * 2 + [None]
    assert prose.render("- [ ] a").text == "a"


def test_definition_list_is_one():
    html = prose.render("Term\n: Its *meaning*\n: Another").html
    assert html == ("<dl>\n<dt>Term</dt>\n<dd>Its <em>meaning</em></dd>\n<dd>Another</dd>\n</dl>\n")


@pytest.mark.parametrize(
    "text", ["<sub>a</sub>", "<!-- a -->", "- [ ] a", "a\n: b", "<details>", "[x](#a)"]
)
def test_comment_of_a_reader_knows_none_of_it(text):
    html = prose.render_comment(text).html
    assert tags(html) <= {"p", "br", "ul", "li", "a"}
    assert ("&lt;" in html) is ("<" in text)

"""Markdown to safe HTML: what each construct becomes."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from core import prose
from core.prose.syntax import UNCOLOURED

from .markup import assert_safe, attributes, elements, ids

CODE_CSS = Path(__file__).parents[2] / "assets" / "css" / "code.css"

# Headings


def test_heading_of_first_level_becomes_h2_with_prefixed_id():
    rendered = prose.render("# Why teams pick it\n\n## Comments")
    assert rendered.html == (
        '<h2 id="h-why-teams-pick-it">Why teams pick it</h2>\n<h2 id="h-comments">Comments</h2>\n'
    )
    assert rendered.headings == (
        prose.Heading(2, "h-why-teams-pick-it", "Why teams pick it"),
        prose.Heading(2, "h-comments", "Comments"),
    )


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n## b\n### c\n#### d", ["h2", "h2", "h3", "h4"]),
        ("#### a\n###### b\n## c\n##### d", ["h2", "h3", "h2", "h3"]),
        ("a\n=\n\nb\n-", ["h2", "h2"]),
        ("> ### a\n\n### b", ["h2", "h3"]),
    ],
)
def test_heading_levels_skip_none(text, levels):
    html = prose.render(text).html
    assert [tag for tag, _ in elements(html) if tag[0] == "h"] == levels


def test_headings_of_one_text_get_ids_of_their_own():
    html = prose.render("## A\n## A 2\n## A\n## A\n## A - 2\n## !!\n## 🎉").html
    assert ids(html) == ["h-a", "h-a-2", "h-a:2", "h-a:3", "h-a-2:2", "h-21-21", "h-1f389"]


def test_equal_headings_are_told_apart_by_those_above_them():
    year = "## 2025\n### Costs\n#### Rent\n### Costs\n"
    text = f"## 2024\n### Costs\n### Staff\n{year}## Costs\n#### Rent"
    assert ids(prose.render(text).html) == [
        *("h-2024", "h-2024.costs", "h-staff"),
        *("h-2025", "h-2025.costs", "h-2025.costs.rent", "h-2025.costs:2"),
        *("h-costs", "h-costs.rent"),
    ]


def test_link_to_one_of_equal_headings_leads_to_the_first_or_to_the_one_it_names():
    text = "[a](#costs) [b](#2025.costs)\n\n## 2024\n### Costs\n## 2025\n### Costs"
    links = [link["href"] for link in attributes(prose.render(text).html, "a")]
    assert links == ["#h-2024.costs", "#h-2025.costs"]
    assert prose.oddities(text) == []


HEADINGS = st.lists(st.tuples(st.integers(2, 5), st.sampled_from("abc")), max_size=9)


def without_gaps(headings):
    """Levels as pages show them, each at most one below the last."""
    level, settled = 1, []
    for wanted, word in headings:
        level = min(wanted, level + 1)
        settled.append((level, word))
    return settled


def paths_of(headings):
    above, paths = [], []
    for level, word in headings:
        above = [*above[: level - 2], word]
        paths.append(tuple(above))
    return paths


def inserted(headings, place, level, word):
    """A heading that takes none of those below another: before one that is no deeper, or last."""
    before = headings[place - 1][0] if place else 1
    level = min(level, before + 1)
    if place < len(headings):
        level = max(level, headings[place][0])
    return level, [*headings[:place], (level, word), *headings[place:]]


def ids_of(headings):
    return ids(prose.render("\n".join(f"{'#' * level} {word}" for level, word in headings)).html)


@given(HEADINGS, st.integers(0, 9), st.integers(2, 5))
def test_heading_with_other_words_changes_no_id(headings, place, level):
    headings = without_gaps(headings)
    place = min(place, len(headings))
    _level, more = inserted(headings, place, level, "other")
    found = ids_of(more)
    assert found[:place] + found[place + 1 :] == ids_of(headings)


@given(HEADINGS, st.integers(0, 9), st.integers(2, 5), st.sampled_from("abc"))
def test_equal_heading_elsewhere_changes_no_id_but_one_that_was_alone(headings, place, level, word):
    headings = without_gaps(headings)
    place = min(place, len(headings))
    level, more = inserted(headings, place, level, word)
    paths = paths_of(more)
    path = paths.pop(place)
    found = ids_of(more)
    del found[place]
    words = [word for _level, word in headings]
    for former, now, own in zip(ids_of(headings), found, paths, strict=True):
        was_alone = own[-1] == word and words.count(word) == 1 and len(own) > 1
        if own != path and not was_alone:
            assert now == former


@pytest.mark.parametrize("text", ["#", "## \u200b", "# [](fact:a/b)", "# &nbsp;"])
def test_heading_without_words_is_no_heading(text):
    rendered = prose.render(text)
    assert rendered.headings == ()
    assert rendered.html == ""


def test_heading_of_a_picture_without_words_is_the_picture():
    rendered = prose.render("# ![](/a.png)")
    assert rendered.html == '<p><img src="/a.png" alt="" loading="lazy"></p>\n'
    assert rendered.headings == ()


def test_headings_list_only_two_levels_and_leaves_quotes_out():
    rendered = prose.render("## a\n### b *c*\n#### d\n> ## e")
    assert [heading.text for heading in rendered.headings] == ["a", "b c"]
    assert [heading.level for heading in rendered.headings] == [2, 3]


# Code


def test_fence_of_known_language_is_coloured_by_classes():
    html = prose.render('```python\nreturn "x"\n```').html
    assert html.startswith('<div class="highlight"><pre tabindex="0"><code class="language-python"')
    assert '<span class="k">return</span>' in html
    assert '<span class="s2">"x"</span>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "info", ["", "nope", "../../etc", '"><script>', "python\x00<b>", "é", "c+++"]
)
def test_fence_of_unknown_language_is_plain(info):
    html = prose.render(f"```{info}\na < b\n```").html
    assert "a &lt; b" in html
    assert "<span" not in html
    assert_safe(html)


@pytest.mark.parametrize(
    ("info", "language"),
    [("c++", "c++"), ("C# title=x", "C#"), (" objective-c", "objective-c"), ("日本", "日本")],
)
def test_fence_names_its_language_as_it_was_written(info, language):
    html = prose.render(f"```{info}\na\n```").html
    assert [code["class"] for code in attributes(html, "code")] == [f"language-{language}"]


def test_fence_beyond_the_budget_is_plain_and_whole():
    code = "return 1\n" * 12_000
    html = prose.render(f"```python\n{code}```\n\n```python\nreturn 1\n```").html
    assert html.count("return") == 12_001
    assert html.count('<span class="k">return</span>') == 1


def test_fences_of_one_text_share_a_budget():
    coloured = '<span class="k">return</span>'
    assert prose.render("```python\nreturn\n```\n" * 1_250).html.count(coloured) == 1_250
    assert prose.render("```python\nreturn\n```\n" * 1_260).html.count(coloured) == 1_250


def test_fence_keeps_blank_lines_at_its_ends():
    assert "<code>\n\na\n\n</code>" in prose.render("```\n\n\na\n\n```").html
    assert ">\n\n<span" in prose.render("```python\n\n\nif\n```").html


def test_lexer_that_fails_leaves_the_code_plain(monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("core.prose.syntax.highlight", fail)
    assert "return &lt;" in prose.render("```python\nreturn <\n```").html


# Tables, lists, quotes, typography


def test_table_scrolls_in_a_named_region_and_aligns_by_class():
    html = prose.render("| a | b |\n|:-:|--:|\n| c | d |").html
    assert attributes(html, "div") == [
        {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": "Table"}
    ]
    assert attributes(html, "th") == [
        {"class": "align-center", "scope": "col"},
        {"class": "align-right", "scope": "col"},
    ]
    assert attributes(html, "td") == [{"class": "align-center"}, {"class": "align-right"}]


def test_table_after_another_has_a_name_of_its_own():
    html = prose.render("a|b\n-|-\n\nx\n\na|b\n-|-").html
    assert [div["aria-label"] for div in attributes(html, "div")] == ["Table", "Table 2"]


def test_table_corner_without_words_is_no_header_cell():
    html = prose.render("| | b |\n|-|-|\n| c | d |").html
    assert html.count("<th") - html.count("<thead") == 1
    assert html.count("<td") == 3


def test_quotes_turn_typographic_in_text_only():
    html = prose.render('"It\'s" `"x"` (c) --').html
    assert html == '<p>“It’s” <code>"x"</code> (c) --</p>\n'


def test_strikethrough_list_start_and_rule_survive():
    html = prose.render("~~old~~\n\n3. a\n4. b\n\n***").html
    assert "<s>old</s>" in html
    assert '<ol start="3">' in html
    assert "<hr>" in html


# Footnotes


def test_footnote_and_its_references_point_at_each_other():
    html = prose.render("a[^x] b[^x]\n\n[^x]: Note.").html
    links = attributes(html, "a")
    assert [link["href"] for link in links] == ["#fn-1", "#fn-1", "#fnref-1", "#fnref-1-2"]
    assert all(link["aria-label"] for link in links)
    assert sorted(ids(html)) == ["fn-1", "fnref-1", "fnref-1-2"]


def test_footnote_without_a_reference_is_not_shown():
    assert prose.render("a\n\n[^x]: Note.").html == "<p>a</p>\n"


def test_footnote_inside_a_link_makes_no_link_in_a_link():
    html = prose.render("[a[^x]](/b)\n\n[^x]: Note.").html
    assert [link["href"] for link in attributes(html, "a")] == ["#fn-1", "#fnref-1"]


def test_texts_of_one_page_keep_their_ids_apart():
    text = "## A\n\nb[^x]\n\n[^x]: Note."
    one, other = (ids(prose.render(text, part=part).html) for part in ("", "spotify"))
    assert one == ["h-a", "fnref-1", "fn-1"]
    assert other == ["h-spotify--a", "fnref-spotify--1", "fn-spotify--1"]


# Pictures


def test_picture_with_title_becomes_a_figure():
    html = prose.render('![A *map*](/media/a.png "By <us>")').html
    assert html == (
        '<figure><img src="/media/a.png" alt="A map" loading="lazy">'
        "<figcaption>By &lt;us&gt;</figcaption></figure>\n"
    )


def test_picture_within_a_sentence_stays_within_it():
    html = prose.render('See ![map](/a.png "By us") here').html
    assert html == '<p>See <img src="/a.png" alt="map" loading="lazy"> here</p>\n'


def test_picture_that_can_be_measured_has_its_room():
    found = {"/media/a.png": prose.FoundPicture("/media/a.png", 640, 360)}
    html = prose.render("![a](/media/a.png) ![b](/media/b.png) c", find_picture=found.get).html
    assert '<img src="/media/a.png" alt="a" width="640" height="360" loading="lazy">' in html
    assert '<img src="/media/b.png" alt="b" loading="lazy">' in html


@pytest.mark.parametrize("src", ["https://other.example/a.png", "http://x.example/a", "a.png"])
def test_picture_from_elsewhere_becomes_a_link(src):
    html = prose.render(f"![map]({src})").html
    assert html == f'<p><a href="{src}">map</a></p>\n'


def test_picture_from_elsewhere_without_words_is_linked_by_its_address():
    assert ">https://x.example/a</a>" in prose.render("![](https://x.example/a)").html


@pytest.mark.parametrize("src", ["//evil.example/a.png", "data:image/png;base64,AA", "fact:a/b"])
def test_picture_with_no_usable_address_is_neither_picture_nor_link(src):
    assert {tag for tag, _ in elements(prose.render(f"![map]({src})").html)} == {"p"}


def test_picture_from_elsewhere_in_a_link_leaves_one_link():
    html = prose.render("[![map](https://a.example/b)](https://c.example/)").html
    assert html == '<p><a href="https://c.example/">map</a></p>\n'


# Links: each that works has twins that must not


@pytest.mark.parametrize(
    "url",
    [
        *("http://a.example", "https://a.example/b?c=d#e", "HTTPS://A.example/", "/b", "b/c", "#d"),
        *("?q=1", "../up", "mailto:a@b.example", "mailto:a@b.example?subject=x", "/a:b", "#a:b"),
        *("http://127.0.0.1:8000/", "http://[::1]/", "https://bücher.example/ä", "/javascript:x"),
    ],
)
def test_link_of_a_web_address_is_a_link(url):
    assert len(attributes(prose.render(f"[a]({url})").html, "a")) == 1
    assert len(attributes(prose.render_comment(f"[a]({url})").html, "a")) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "data:image/png;base64,A"),
        *("vbscript:x", "file:///etc/passwd", "ftp://a.example", "tel:1", "blob:x", "about:blank"),
        *("java&#10;script:x", "java&Tab;script:x", "&#106;avascript:x", "javascript&colon;x"),
        *("\\javascript:x", "<java\tscript:x>", "< javascript:x>", "//a.example/b", "x:y"),
        *("\\\\a.example", "&#1;javascript:x", "http://", "http:javascript", "https:a.example"),
        *("http://good.example@evil.example/", "http://a.example:99999/", "http://999.1.1.1/"),
        *("http://[::g]/", "http://[/", "mailto:", "mailto:javascript:x", "&#x26;#106;avascript:x"),
    ],
)
def test_link_of_another_scheme_is_no_link(url):
    for render in (prose.render, prose.render_comment):
        html = render(f"[a]({url})\n\n[b]\n\n[b]: {url}\n").html
        assert_safe(html)
        assert attributes(html, "a") == []


def test_link_without_words_shows_its_address():
    html = prose.render("[](https://a.example/)").html
    assert html == '<p><a href="https://a.example/">https://a.example/</a></p>\n'


def test_link_in_a_link_is_flattened():
    html = prose.render("[a <https://b.example/> c](/d)").html
    assert html == '<p><a href="/d">a https://b.example/ c</a></p>\n'


def test_link_with_two_fragments_keeps_one():
    assert 'href="/a#b%23c"' in prose.render("[x](/a#b#c)").html


# Links of ours


def resolve(url, words):
    return f'<data value="75" class="fact">{words or url}</data><sup><a href="#s-1">1</a></sup>'


def test_fact_link_is_what_the_resolver_answers():
    rendered = prose.render("Has [*75* million](fact:spotify/paid@7kq2) now.", resolve)
    assert rendered.html == (
        '<p>Has <data value="75" class="fact">75 million</data>'
        '<sup><a href="#s-1">1</a></sup> now.</p>\n'
    )
    assert rendered.text == "Has 75 million now."


@pytest.mark.parametrize("answer", [None, lambda url, words: None])
def test_fact_link_without_an_answer_shows_its_words(answer):
    assert prose.render("[*75*](fact:a/b)[](fact:a/b)", answer).html == "<p><em>75</em></p>\n"


def test_fact_link_asks_for_address_and_words_in_reading_order():
    asked = []
    prose.render(
        "[a\nb](fact:x/y@7) [](FACT:x) [c][d] [e](<company:a b&amp;c>)\n\n[d]: company:z",
        lambda url, words: asked.append((url, words)),
    )
    assert asked == [
        ("fact:x/y@7", "a b"),
        ("fact:x", ""),
        ("company:z", "c"),
        ("company:a b&c", "e"),
    ]


def test_fact_link_in_a_heading_names_it_without_the_reference_number():
    rendered = prose.render("## Now [75 million](fact:a/b)", resolve)
    assert rendered.headings == (prose.Heading(2, "h-now-75-million", "Now 75 million"),)


@pytest.mark.parametrize(
    "answer",
    [
        "<script>alert(1)</script>",
        "</p><img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)" onclick="x">y</a>',
        '<data value="1" style="color:red"><svg onload=alert(1)>',
    ],
)
def test_resolver_answer_is_cleaned_and_stays_in_its_place(answer):
    html = prose.render("before [x](fact:a/b) after", lambda url, words: answer).html
    assert_safe(html)
    assert "<img" not in html
    assert html.startswith("<p>before ")
    assert html.endswith(" after</p>\n")


def test_fact_link_in_a_comment_shows_its_words():
    assert prose.render_comment("[75](fact:a/b)").html == "<p>75</p>\n"


def test_links_lists_real_links_with_their_places():
    text = (
        "[a](fact:x/y@7) and\n[b](/c) [](company:z)\n\n`[no](fact:n/o)`\n\n"
        "    [no](fact:n/o)\n\n```\n[no](fact:n/o)\n```\n\n\\[no](fact:n/o) <fact:n/o>\n\n"
        "- [d](fact:q/r)\n"
    )
    assert prose.links(text) == [
        prose.ProseLink("fact", "x/y@7", "a", 0, 1, "a and b"),
        prose.ProseLink("company", "z", "", 1, 2, "a and b"),
        prose.ProseLink("fact", "q/r", "d", 2, 14, "d"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Before. It has [75](fact:a/b) users. After.", "It has 75 users."),
        ("It has [75](fact:a/b). Then", "It has 75."),
        ("About $3.5 million, so [75](fact:a/b)! Next", "About $3.5 million, so 75!"),
        ("He said “No.” [75](fact:a/b) came", "75 came"),
        ("First. **It** has\n[75](fact:a/b) `users`", "It has 75 users"),
        ("- one\n- has [75](fact:a/b)", "has 75"),
    ],
)
def test_link_knows_the_sentence_around_it(text, sentence):
    assert [link.sentence for link in prose.links(text)] == [sentence]


def test_sentence_without_an_end_is_cut_around_its_link():
    text = "word " * 400 + "[75](fact:a/b)" + " word" * 400
    (link,) = prose.links(text)
    assert " 75 " in link.sentence
    assert len(link.sentence) <= 600


def test_answer_may_say_something_else_where_there_is_no_markup():
    answer = prose.Shown('<data value="0">75</data>', "75 (June 2026)")
    shown = prose.render("It has [75](fact:a/b).", lambda url, words: answer)
    assert shown.html == '<p>It has <data value="0">75</data>.</p>\n'
    assert shown.text == "It has 75 (June 2026)."
    assert shown.links[0].sentence == "It has 75."


@pytest.mark.parametrize("link", ["[x](fact:javascript:alert(1))", "[x](fact:a/b:c)", "[x](fact:)"])
def test_rewrite_links_leaves_what_is_no_address(link):
    text = f"{link} and [y](fact:a/b)"
    changed = prose.rewrite_links(text, lambda link: "fact:c/d" if link.words == "y" else None)
    assert changed == f"{link} and [y](fact:c/d)"


def test_rewrite_links_changes_links_and_nothing_else():
    text = (
        "> [a](fact:x/y) `[a](fact:x/y)`\n> fact:x/y [b](company:z) [c][d]\n\n[d]: fact:q/r 'T'\n"
    )
    seen = []

    def change(link):
        seen.append((link.url, link.words, link.line))
        return f"{link.url}@7kq2" if link.scheme == "fact" else None

    assert prose.rewrite_links(text, change) == (
        "> [a](fact:x/y@7kq2) `[a](fact:x/y)`\n> fact:x/y [b](company:z) [c][d]\n\n"
        "[d]: fact:q/r@7kq2 'T'\n"
    )
    assert seen == [("fact:x/y", "a", 1), ("company:z", "b", 2), ("fact:q/r", "c", 2)]


# Comments


def test_comment_keeps_its_small_subset():
    html = prose.render_comment("*a* **b** `c`\nd\n\n> e\n\n- f\n\n1. g\n\n```sh\nx\n```").html
    assert {tag for tag, _ in elements(html)} == {
        *("p", "em", "strong", "code", "br", "blockquote", "ul", "ol", "li", "div", "pre"),
    }


@pytest.mark.parametrize("text", ["# a", "a\n=", "a|b\n-|-", "~~a~~", "***", "[^a]: b", "<b>"])
def test_comment_shows_other_marks_as_written(text):
    html = prose.render_comment(text).html
    assert {tag for tag, _ in elements(html)} <= {"p", "br"}


def test_comment_picture_is_no_picture():
    assert attributes(prose.render_comment("![a](/b.png)").html, "img") == []


def test_comment_link_vouches_for_nothing():
    for text in ("[a](https://b.example)", "<https://b.example>", "[a](/b)"):
        (link,) = attributes(prose.render_comment(text).html, "a")
        assert link["rel"] == "ugc nofollow noopener"
    (link,) = attributes(prose.render("[a](https://b.example)").html, "a")
    assert "rel" not in link


# Text, words and minutes


def test_text_is_plain_and_in_reading_order():
    rendered = prose.render(
        '## A & b\n\nOne *two*\n`three`[^n] &lt;x&gt;\n\n![alt](/a.png "Map")\n\n[^n]: Note'
    )
    assert rendered.text == "A & b\nOne two three <x>\nMap\nNote"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *[("", 0), ("- — !", 0), ("It's 75.5 well-known", 3), ("नमस्ते दुनिया", 2)],
        *[("தமிழ் மொழி", 2), ("می‌شود و", 2), ("שָׁלוֹם עולם", 2), ("á e\u0301a", 2)],
    ],
)
def test_word_count_counts_words_that_spaces_divide(text, count):
    assert prose.render(text).word_count == count


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (329, 1), (331, 2), (2200, 10)])
def test_reading_minutes_is_one_or_more(words, minutes):
    assert prose.render("word " * words).reading_minutes == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *[("社" * 4000, 10), ("社" * 400 + " word" * 220, 2), ("ひらカナ" * 500, 4)],
        *[("한국어 " * 500, 3), ("ก" * 2400, 3), ("กี" * 2400, 3), ("नमस्ते " * 660, 3)],
    ],
)
def test_reading_minutes_count_letters_where_spaces_divide_no_words(text, minutes):
    assert prose.render(text).reading_minutes == minutes


# Colours of code


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(c * weight for c, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_code_colours_are_readable_on_light_and_dark():
    pairs = re.findall(r"light-dark\((#\w{6}), (#\w{6})\)", CODE_CSS.read_text())
    assert len(pairs) == 7
    for light, dark in pairs:
        assert min(contrast(light, ground) for ground in ("#fbfaf6", "#f4f1e8")) >= 4.5
        assert min(contrast(dark, ground) for ground in ("#151411", "#1e1c18")) >= 4.5


def test_code_colours_cover_every_class_that_gets_an_element_and_stay_small():
    css = CODE_CSS.read_text()
    classes = set(re.findall(r"[ (]\.(\w+)", css)) - {"highlight", "prose", "comments"}
    assert classes | UNCOLOURED == set(STANDARD_TYPES.values()) - {""}
    assert len(css.encode()) < 2048


def test_code_without_colour_gets_no_element():
    html = prose.render("```python\nimport a.b\nx = f(1)[a.y]  # z\n```").html
    assert re.findall(r'<span class="(\w+)">', html) == ["kn", "mi", "c1"]
    assert "x = f(" in html

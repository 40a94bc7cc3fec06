import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.publishing.comparison import compare, marked
from articles.publishing.describing import Field
from core import prose
from core.text import comparing

texts = st.text(alphabet="ab <>&\"'\n.é\t", max_size=60)


def without_tags(html):
    return unescape(re.sub(r"</?(?:ins|del)>", "", html))


def without_marked(html, tag):
    return unescape(re.sub(rf"<{tag}>.*?</{tag}>", "", html, flags=re.DOTALL))


@given(texts, texts)
def test_marked_texts_read_as_they_were_written(old, new):
    old_html, new_html = marked(old, new)
    assert (without_tags(old_html), without_tags(new_html)) == (old, new)


@given(texts, texts)
def test_what_is_not_marked_is_the_same_in_both(old, new):
    old_html, new_html = marked(old, new)
    assert without_marked(old_html, "del") == without_marked(new_html, "ins")


@given(texts)
def test_equal_texts_have_no_marks(text):
    old_html, new_html = marked(text, text)
    assert old_html == new_html
    assert "<" not in old_html


@given(texts, texts)
def test_no_markup_but_the_two_marks_comes_out(old, new):
    for html in marked(old, new):
        assert "<" not in re.sub(r"</?(?:ins|del)>", "", html)


def test_one_changed_word_is_marked_alone():
    assert marked("It has 75 users.", "It has 80 users.") == (
        "It has <del>75</del> users.",
        "It has <ins>80</ins> users.",
    )


def test_long_rewritten_passage_is_marked_whole(monkeypatch):
    for most, passages in ((19 * 19, 10), (19 * 19 - 1, 1)):
        monkeypatch.setattr("core.text.comparing.MOST_COMPARED", most)
        old_html, _new_html = marked("old-" * 10, "new-" * 10)
        assert old_html.count("<del>") == passages


def test_little_that_changed_in_a_long_text_is_marked_alone(monkeypatch):
    monkeypatch.setattr("core.text.comparing.MOST_COMPARED", 1)
    old_html, new_html = marked("a " * 90 + "75" + " b" * 90, "a " * 90 + "80" + " b" * 90)
    assert "a <del>75</del> b" in old_html
    assert "a <ins>80</ins> b" in new_html


def test_words_that_differ_one_after_another_are_one_difference():
    assert marked("It has many users.", "It had few users.") == (
        "It <del>has many</del> users.",
        "It <ins>had few</ins> users.",
    )


def compared(old, new, name="body"):
    [before], [after] = ([Field(name, name, prose.blocks(text), text)] for text in (old, new))
    [change] = compare([before], [after])
    return change


def sides(change):
    return [(row.kind, row.old, row.new) for row in change.rows if row.is_changed]


def test_paragraphs_are_compared_with_those_they_come_from():
    change = compared(
        "The first stands.\n\nThe second has many words in it.\n\nGone for good.",
        "The first stands.\n\nWholly new.\n\nThe second has some words in it.",
    )
    assert sides(change) == [
        ("paragraph", None, "<ins>Wholly new.</ins>"),
        (
            *("paragraph", "The second has <del>many</del> words in it."),
            "The second has <ins>some</ins> words in it.",
        ),
        ("paragraph", "<del>Gone for good.</del>", None),
    ]
    assert [(changed, len(rows)) for changed, rows in change.runs] == [(False, 1), (True, 3)]


def test_tables_lists_and_links_are_compared_as_words():
    old = "| City | People |\n|---|---|\n| Rome | 3 |\n\n- [one](https://a.example/)\n- two"
    new = old.replace("| 3 |", "| 4 |").replace("a.example", "b.example").replace("two", "three")
    assert sides(compared(old, new)) == [
        ("row", "Rome | <del>3</del>", "Rome | <ins>4</ins>"),
        (
            *("item", "one (https://<del>a</del>.example/)"),
            "one (https://<ins>b</ins>.example/)",
        ),
        ("item", "<del>two</del>", None),
        ("item", None, "<ins>three</ins>"),
    ]


def test_what_is_only_written_otherwise_is_said_so():
    assert compared("*One* two.", "_One_ two.").reads_the_same
    assert not compared("*One* two.", "*One* 2.").reads_the_same
    assert not compared("*One* two.", "*One* two.").reads_the_same


HOSTILE = {
    "one letter, a paragraph each": ("a\n\n" * 33_000, "b\n\n" * 33_000),
    "other words throughout": ("old word " * 11_000, "new term " * 11_000),
    "paragraphs in another order": (
        "\n\n".join(f"Paragraph {n} of many" for n in range(4_000)),
        "\n\n".join(f"Paragraph {n} of many" for n in reversed(range(4_000))),
    ),
    "brackets": ("[" * 100_000, "](" * 50_000),
    "long paragraphs": (("a b " * 2_499 + "\n\n") * 10, ("c b " * 2_499 + "\n\n") * 10),
    "cells": ("|a" * 40 + "|\n" + "|-" * 40 + "|\n" + ("|x" * 40 + "|\n") * 1_200, "z"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_hostile_texts_are_compared_in_work_that_is_bounded(name, monkeypatch):
    old, new = HOSTILE[name]
    cells = []
    real = comparing.Indel.opcodes

    class Counting:
        @staticmethod
        def opcodes(one, other):
            cells.append(len(one) * len(other))
            return real(one, other)

    monkeypatch.setattr(comparing, "Indel", Counting)
    change = compared(old, new)
    assert change.is_changed
    assert sum(cells) <= 40 * comparing.MOST_COMPARED
    assert sum(len(row.both) for row in change.rows) < 30 * (len(old) + len(new))

import pytest

from articles.factories import ArticleFactory, ListEntryFactory
from articles.publishing import snapshots
from articles.publishing.changes import differences
from articles.publishing.shown import split
from companies.factories import CompanyFactory
from corrections.differences import (
    MOST_CHANGES,
    MOST_CHARACTERS,
    changes_of,
    trimmed,
)


def test_only_the_changed_sentence_is_kept():
    before = split("It began in 2008. It has 75 offices. It is big.")
    after = split("It began in 2008. It has 57 offices. It is big.")
    assert differences(before, after) == [
        {"before": "It has 75 offices.", "after": "It has 57 offices."}
    ]


def test_neighbouring_sentences_are_paired_when_they_are_as_many():
    assert differences(["One.", "Two."], ["Three.", "Four."]) == [
        {"before": "One.", "after": "Three."},
        {"before": "Two.", "after": "Four."},
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (["A.", "B."], ["A."], {"before": "B.", "after": ""}),
        (["A."], ["A.", "B."], {"before": "", "after": "B."}),
        (["A.", "B.", "C."], ["A.", "X."], {"before": "B. C.", "after": "X."}),
    ],
)
def test_sentences_that_come_and_go_stand_on_one_side(before, after, change):
    assert differences(before, after) == [change]


def test_text_that_says_the_same_has_no_differences():
    assert differences(split("One. Two."), split("One.  Two.")) == []


def test_what_is_kept_is_bounded_and_shows_where_it_differs():
    long = "word " * 1000
    changes = [{"before": f"{long}75 ends", "after": f"{long}57 ends"}] * (MOST_CHANGES + 5)
    kept = trimmed(changes)
    assert len(kept) == MOST_CHANGES
    assert max(len(text) for change in kept for text in change.values()) <= MOST_CHARACTERS
    assert "75 ends" in kept[0]["before"]
    assert "57 ends" in kept[0]["after"]


def test_one_long_text_in_place_of_another_is_cut():
    (kept,) = trimmed([{"before": "a" * 9000, "after": "b" * 9000}])
    assert [len(text) for text in kept.values()] == [MOST_CHARACTERS, MOST_CHARACTERS]


@pytest.mark.django_db
def test_contents_are_compared_as_readers_read_them():
    article = ArticleFactory(body="It is *big*. It has [75](https://a.example).")
    other = snapshots.of(article) | {"body": "It is **big**. It has 57."}
    assert changes_of(article, other) == [{"before": "It has 75.", "after": "It has 57."}]


@pytest.mark.django_db
def test_title_standfirst_and_entries_are_compared_too():
    article = ArticleFactory(kind="list", title="Ten")
    entry = ListEntryFactory(
        article=article, heading="First", blurb="It is old.", company=CompanyFactory()
    )
    article.save()
    named = {"company": entry.company_id, "heading": "First", "blurb": "It is new."}
    other = snapshots.of(article) | {"title": "Nine", "entries": [named]}
    assert changes_of(article, other) == [
        {"before": "Ten", "after": "Nine"},
        {"before": "It is old.", "after": "It is new."},
    ]


@pytest.mark.django_db
def test_what_readers_do_not_read_is_no_change():
    article = ArticleFactory()
    assert changes_of(article, snapshots.of(article) | {"slug": "another", "topics": [3]}) == []

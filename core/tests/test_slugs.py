"""Slugs in every script: one spelling of many, and a proposal for whatever is written."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.text.slugs import fold, spell, validate_slug
from core.web.addresses import OtherSpelling, SlugConverter

TITLES = {
    "社区新闻": "she-qu-xin-wen",
    "東京 2026": "dong-jing-2026",
    "こんにちは": "konnichiha",
    "한국 기업": "hangug-gieob",
    "नमस्ते दुनिया": "nmste-duniya",
    "செய்தி": "ceyti",
    "বাংলা": "bamla",
    "ภาษาไทย": "phasaaithy",
    "Привет, мир!": "privet-mir",
    # Without their vowels these would be unreadable in other letters.
    "مَرْحَبًا بالعالم": "مرحبا-بالعالم",
    "اخبار ٢٠٢٦": "اخبار-2026",
    "שלום עולם": "שלום-עולם",
    "Łódź’s Übergröße — “now”": "lodzs-ubergrosse-now",
    "R&D: 3.5 × more": "rd-35-more",
    "!!!": "",
}


@pytest.mark.parametrize(("title", "slug"), TITLES.items())
def test_title_in_any_script_is_spelled(title, slug):
    assert spell(title, 60) == slug


def test_long_title_is_cut_between_words():
    assert spell("one two three", 7) == "one-two"
    assert spell("one two three", 8) == "one-two"
    assert spell("incomprehensible", 7) == "incompr"


@given(st.text(max_size=80), st.integers(min_value=1, max_value=60))
def test_what_is_spelled_is_a_slug_in_its_own_spelling(text, longest):
    slug = spell(text, longest)
    validate_slug(slug)
    assert len(slug) <= longest
    assert fold(slug) == slug


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Nd"]), max_size=40))
def test_composed_and_decomposed_are_one(text):
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@pytest.mark.parametrize("slug", ["red-b", "नमस्ते", "社区", "مرحبا", "zażółć_2", "ภาษาไทย"])
def test_letters_of_any_script_and_their_marks_are_taken(slug):
    validate_slug(slug)
    assert SlugConverter().to_python(slug) == slug


@pytest.mark.parametrize("slug", ["a b", "a/b", "a.b", "a?", "<b>", "a\x00", "a\u2028b", "🎉"])
def test_what_is_no_part_of_an_address_is_refused(slug):
    with pytest.raises(ValidationError):
        validate_slug(slug)
    with pytest.raises(ValueError, match="^"):
        SlugConverter().to_python(slug)


def test_what_cannot_be_seen_is_no_slug():
    with pytest.raises(ValueError, match="^"):
        SlugConverter().to_python("\u2066\u2069")


@pytest.mark.parametrize(
    "other", ["RED-É", "red-É", "red-e\u0301", "RED-E\u0301", "red\u200d-é", "\u202ered-é"]
)
def test_other_spellings_of_a_slug_are_known_as_such(other):
    found = SlugConverter().to_python(other)
    assert isinstance(found, OtherSpelling)
    assert fold(found) == "red-é"

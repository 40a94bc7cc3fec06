"""The last part of an address: how it is spelled, compared and proposed, in any language."""

import re
import unicodedata

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Written without most vowels: in other letters nobody could read them.
OWN_LETTERS = ("ARABIC LETTER", "HEBREW LETTER")
# To put marks in their order takes the square of their number.
MOST_COMPOSED = 1000
APOSTROPHES = re.compile("['’ʼ]")


def composed(text: str) -> str:
    """In the one spelling of letters with marks (NFC). What is longer is neither slug nor id."""
    return unicodedata.normalize("NFC", text) if len(text) <= MOST_COMPOSED else text


def fold(text: str) -> str:
    """The one spelling of all that differ in case, in composition or by what cannot be seen."""
    if len(text) > MOST_COMPOSED:
        return text
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return composed(composed(seen).lower())


def validate_slug(slug: str):
    if not all(char in "-_" or unicodedata.category(char)[0] in "LMN" for char in slug):
        raise ValidationError(
            _("An address consists of letters, digits, hyphens and underscores."), code="invalid"
        )


def spell(text: str, longest: int) -> str:
    """A slug of the words, cut between two of them; empty if there is nothing to be spelled."""
    letters = APOSTROPHES.sub("", unicodedata.normalize("NFKC", text[:MOST_COMPOSED]))
    slug = fold(slugify("".join(map(_spelled, letters)), allow_unicode=True)).strip("-_")
    if len(slug) > longest:
        cut, _hyphen, _rest = slug[: longest + 1].rpartition("-")
        slug = cut or slug[:longest]
    return slug.strip("-_")


def _spelled(char: str) -> str:
    if char.isascii():
        return char
    name = unicodedata.name(char, "")
    if name.startswith(OWN_LETTERS):
        return char
    if name.startswith(("ARABIC", "HEBREW")) and not char.isdigit():
        return ""  # a vowel sign, or a line that lengthens a word
    # Han has no spaces: a hyphen after each syllable keeps them apart.
    return f" {anyascii(char)} " if name.startswith("CJK") else anyascii(char)

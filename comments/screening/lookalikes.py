"""Compare texts by what readers see: look-alike letters, marks nobody sees, letters set apart.

Which letters look alike is Unicode's table (UTS #39), as confusable_homoglyphs keeps it.
"""

import functools
import re
import string
import unicodedata

import regex
from confusable_homoglyphs.utils import load

# Blank, though Unicode does not count them among the format characters.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_SELECTORS = "\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN = re.compile(f"[{_BLANK}{_SELECTORS}]")
# Joiners that Arabic and the scripts of India spell with, within a word of theirs.
_SPELT = re.compile("(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])")
# In scripts of vowels that are letters, marks only dress them up; elsewhere they are the vowels.
_DRESS = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Cyrillic}\p{N}])\p{M}+")
# Unlike re's, its \w takes in the marks that letters bear.
_BETWEEN = regex.compile(r"[\W_]")
_SET_APART = regex.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
# Alike in most type, within plain letters.
_SAME_TO_THE_EYE = str.maketrans("i1|0", "lllo")


def without_unseen(text: str, *, keep_spelling=True) -> str:
    """The text without invisible characters and marks of direction."""
    kept = set()
    if keep_spelling:
        kept = {match.start() for match in _SPELT.finditer(text)}
    seen = (
        char
        for at, char in enumerate(text)
        if at in kept or (unicodedata.category(char) != "Cf" and not _UNSEEN.match(char))
    )
    return "".join(seen)


def folds(text: str) -> set[str]:
    """The text in plain lower-case letters, in the ways that it can be read.

    Capitals and small letters resemble different ones: the Greek Η is an H, and η an n.
    """
    text = without_unseen(text, keep_spelling=False)
    small = unicodedata.normalize("NFKD", text).casefold()
    return {
        _plain(_decomposed(text, _looks()).casefold()),
        _plain(_decomposed(small, _looks_in_small())),
    }


def joined(folded: str) -> list[str]:
    """Words whose letters stand apart ("c a s i n o"), put together."""
    return [_BETWEEN.sub("", match[0]) for match in _SET_APART.finditer(folded)]


@functools.lru_cache(20_000)
def squashed(name: str) -> frozenset[str]:
    """What is left of a name for the eye: letters and digits, those that look alike the same."""
    return frozenset(_squash(folded) for folded in folds(name))


def _squash(folded) -> str:
    letters = _BETWEEN.sub("", folded.translate(_SAME_TO_THE_EYE))
    return letters.replace("rn", "m").replace("vv", "w")


def _decomposed(text, looks) -> str:
    # The table has characters that stand for others, and those that they stand for.
    return unicodedata.normalize("NFKD", text.translate(looks)).translate(looks)


def _plain(text) -> str:
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(_DRESS.sub("", text).split())


@functools.cache
def _looks() -> dict[int, str]:
    """The plain letter or digit that each character looks like; of several the small letter."""
    table = load("confusables.json")
    found = {}
    for plain in string.ascii_lowercase + string.ascii_uppercase + string.digits:
        for alike in table.get(plain, ()):
            # The table sets letters that run from right to left between marks.
            char = alike["c"].strip("\u200e")
            if len(char) == 1 and not char.isascii():
                found.setdefault(ord(char), plain.lower())
    return found


@functools.cache
def _looks_in_small() -> dict[int, str]:
    """The same for small letters, where only the capital looks like one: н as Н, an H."""
    looks = _looks()
    small = {ord(chr(code).lower()): plain for code, plain in looks.items() if _has_small(code)}
    return small | looks


def _has_small(code) -> bool:
    return len(chr(code).lower()) == 1 and chr(code).lower() != chr(code)

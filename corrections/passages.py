"""Find a passage that a reader quoted in the live text, despite differences from copying."""

import re
from dataclasses import dataclass

CONTEXT = 200
# Punctuation stands between two words, or a date which plain text adds to figures, “75 million
# (June 2026)”, and pages do not show. Whichever fits first is kept (an atomic group): to try both
# at each of many brackets would take twice as long for every one.
_GAP = r"(?>[^\w]{{0,8}}{word}|\s{{0,8}}\([^()]{{1,40}}\)[^\w]{{0,8}}{word})"
_WORD = re.compile(r"\w+")
MOST_WORDS = 120


@dataclass(frozen=True)
class Passage:
    before: str
    words: str
    after: str


def find_passage(quote: str, text: str) -> Passage | None:
    """The first match of the quoted words; punctuation and white space may differ."""
    words = _WORD.findall(quote)[:MOST_WORDS]
    if not words:
        return None
    first, *others = map(re.escape, words)
    pattern = first + "".join(_GAP.format(word=word) for word in others)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    if found is None:
        return None
    start, end = found.span()
    before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
    return Passage(
        ("…" if start > CONTEXT else "") + before,
        found[0],
        after + ("…" if end + CONTEXT < len(text) else ""),
    )


def is_about(use, quote: str) -> bool:
    """Whether the quote contains the figure's words, or is part of their sentence."""
    said, words, sentence = (_plain(text) for text in (quote, use.text, use.sentence))
    return bool(said) and ((words and words in said) or said in sentence)


def is_of(fact, quote: str) -> bool:
    """Whether the quote from a profile names the fact: its value, part of it, or its metric."""
    said, value, label = (
        f" {_plain(text)} " for text in (quote, fact.display_value, str(fact.metric.label))
    )
    return bool(said.strip()) and (value in said or said in value or label in said)


def _plain(text) -> str:
    return " ".join(_WORD.findall(text)).casefold()

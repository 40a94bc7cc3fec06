"""Where a passage that a reader quoted stands in a text, however it was copied."""

import re
from dataclasses import dataclass

CONTEXT = 200
# Figures carry their date in the plain text, “75 million (June 2026)”, and not on the page.
_DATE = r"(?:\s*\([^()]{1,40}\))?"
_WORD = re.compile(r"\w+")
MOST_WORDS = 120


@dataclass(frozen=True)
class Passage:
    before: str
    words: str
    after: str


def find_passage(quote: str, text: str) -> Passage | None:
    """The first place where the text says the quoted words; signs and spaces may differ."""
    words = _WORD.findall(quote)[:MOST_WORDS]
    if not words:
        return None
    # Between two words there is little: what is not a word, or a figure's date.
    pattern = rf"{_DATE}[^\w]{{0,8}}".join(map(re.escape, words))
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
    """Whether the quoted words hold a figure as an article uses it, or stand in its sentence."""
    said, words, sentence = (_plain(text) for text in (quote, use.text, use.sentence))
    return bool(said) and ((words and words in said) or said in sentence)


def is_of(fact, quote: str) -> bool:
    """Whether words quoted from a profile are a figure's: its value, a part of it, or its name."""
    said, value, label = (
        f" {_plain(text)} " for text in (quote, fact.display_value, str(fact.metric.label))
    )
    return bool(said.strip()) and (value in said or said in value or label in said)


def _plain(text) -> str:
    return " ".join(_WORD.findall(text)).casefold()

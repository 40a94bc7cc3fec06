"""Which figures a quoted passage is about, the one that it says most exactly first."""

import re

from core.text.languages import speaking
from facts.reading.records import claim_of

_WORD = re.compile(r"\w+")
# Signs and blanks that are typed, copied and shown in different ways.
_ALIKE = str.maketrans({"−": "-", "–": "-", "’": "'", "\u202f": " ", "\u00a0": " "})
# Less than any words that are said.
OF_ITS_SENTENCE, OF_ITS_METRIC = 0.5, 0.25


def most_likely(facts_with_weights, most: int) -> list:
    """The facts with a weight, the heaviest first, each once; in their order where they tie."""
    best: dict = {}
    for fact, weight in facts_with_weights:
        if weight:
            best[fact] = max(weight, best.get(fact, 0))
    return sorted(best, key=best.get, reverse=True)[:most]


def weight_of_use(use, quote: str, language: str = "") -> float:
    """How surely the quote is about a figure of a text: it says it, or is part of its sentence."""
    said = said_of(use.fact, quote, language) or _says(quote, use.text)
    is_part = bool(_plain(quote).strip()) and _plain(quote).strip() in _plain(use.sentence)
    return said or (OF_ITS_SENTENCE if is_part else 0)


def weight_of_fact(fact, quote: str, language: str = "") -> float:
    """The same of a figure of a profile or a list: the quote says it, part of it, or its metric."""
    if said := said_of(fact, quote, language):
        return said
    said, claim = _plain(quote), _plain(claim_of(fact))
    is_part = bool(said.strip()) and said in claim
    is_named = _plain(str(fact.metric.label)) in said
    return OF_ITS_SENTENCE if is_part else OF_ITS_METRIC if is_named else 0


def said_of(fact, quote: str, language: str = "") -> int:
    """How much of the quote is the figure's value, in any way that it is written; 0 for none."""
    with speaking(language):
        local = fact.display_value
    return max(_says(quote, value) for value in (fact.display_value, local, fact.machine_value))


def _says(quote, value) -> int:
    """The length of the value where the quote says it whole: 5 is not said by 5,300,000.25."""
    value, quote = _same_signs(value), _same_signs(quote)
    # A pattern is made only where it can match: a profile has thousands of values.
    if not value or value not in quote:
        return 0
    return len(value) if re.search(_whole(value), quote) else 0


def _whole(value) -> str:
    before = r"(?<![\w-])(?<!\d[.,' ])" if value[0].isdigit() else r"(?<!\w)"
    after = r"(?!\w)(?![.,' ]\d)" if value[-1].isdigit() else r"(?!\w)"
    return before + re.escape(value) + after


def _same_signs(text) -> str:
    return " ".join(str(text).translate(_ALIKE).casefold().split())


def _plain(text) -> str:
    return f" {' '.join(_WORD.findall(text)).casefold()} "

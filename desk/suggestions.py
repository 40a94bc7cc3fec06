"""Suggest words for a newer figure, based on an editor's words for the older one."""

import re

from core.text.languages import speaking
from facts.rules import formatting

SCALES = (
    r"thousand|million|billion|trillion|bn|m|tausend|million(?:en)?|milliarden?|billion(?:en)?|mio|mrd"
    r"|mille|millions?|milliards?|billions?|mil millones|mil|millón|millones|billón|billones"
)
NUMBER = re.compile(
    rf"\d+(?:[.,\u202f\u00a0]\d+)*(?:[\s\u202f\u00a0-]*(?:{SCALES})\b)?", re.IGNORECASE
)


def proposed_words(words: str, old, new, language: str = "") -> str:
    """Turn “more than 75 million” into “more than 90 million”, or give the new value as shown.

    Comparison words are kept only if both facts have the same comparison. Values are said in the
    text's `language`.
    """
    with speaking(language):
        return _proposed_words(words, old, new)


def _proposed_words(words, old, new):
    words = " ".join(words.split())
    is_alike = old.comparator == new.comparator
    if old.amount is None or new.amount is None:
        if is_alike and old.text and words.count(old.text) == 1:
            return words.replace(old.text, new.display_value)
        return new.display_value
    numbers = list(NUMBER.finditer(words))
    if len(numbers) != 1 or not (is_alike or numbers[0][0] == words):
        return new.display_value
    start, end = numbers[0].span()
    return f"{words[:start]}{formatting.number_in_words(new.amount)}{words[end:]}"

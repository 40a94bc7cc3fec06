"""Words for a newer figure, made from those an editor chose for the older one. Only a proposal."""

import re

from facts.rules import formatting

NUMBER = re.compile(
    r"\d+(?:[.,\u202f\u00a0]\d+)*(?:[\s\u202f\u00a0-]*(?:thousand|million|billion|trillion|bn|m)\b)?",
    re.IGNORECASE,
)


def proposed_words(words: str, old, new) -> str:
    """“more than 75 million” as “more than 90 million”; else the new value as readers see it.

    Words of comparison are kept only while the facts compare alike: what was “more than” may be
    exact now.
    """
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

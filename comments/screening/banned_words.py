"""The desk's lists of banned words and names."""

import functools

import regex

from comments.models import WordRule
from comments.screening.lookalikes import folds, joined


def effect_on(name: str, text: str) -> tuple[str, str] | None:
    """The strictest rule that matches, as ("refuse" or "hold", phrase), or None."""
    found = None
    read = {WordRule.Place.NAME: _read(name), WordRule.Place.ANYWHERE: _read(text)}
    for rule in WordRule.objects.all():
        if _holds(read[rule.place], rule.phrase):
            found = rule.effect, rule.phrase
            if rule.effect == WordRule.Effect.REFUSE:
                break
    return found


def _read(text) -> tuple[set[str], list[str]]:
    """The ways in which the text is read, and the words in it whose letters stand apart."""
    ways = folds(text)
    return ways, [word for way in ways for word in joined(way)]


def _holds(read, phrase) -> bool:
    ways, set_apart = read
    patterns, words = _patterns(phrase)
    return any(pattern.search(way) for pattern in patterns for way in ways) or any(
        word in run for word in words for run in set_apart
    )


@functools.lru_cache(1000)
def _patterns(phrase) -> tuple[list[regex.Pattern], list[str]]:
    is_beginning = phrase.rstrip().endswith("*")
    ways = filter(None, folds(phrase.rstrip().rstrip("*")))
    end = "" if is_beginning else r"(?!\w)"
    ways = list(ways)
    # Unlike re's, its \w takes in the marks that letters bear.
    return [regex.compile(rf"(?<!\w){regex.escape(way)}{end}") for way in ways], [
        way for way in ways if way.isalnum()
    ]

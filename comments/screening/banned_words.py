"""The desk's lists of banned words and names."""

import re
import unicodedata

from comments.models import WordRule

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def effect_on(name: str, text: str) -> tuple[str, str] | None:
    """The strictest rule that matches, as ("refuse" or "hold", phrase), or None."""
    found = None
    plain = {WordRule.Place.NAME: fold(name), WordRule.Place.ANYWHERE: fold(text)}
    for rule in WordRule.objects.all():
        if _pattern(rule.phrase).search(plain[rule.place]):
            found = rule.effect, rule.phrase
            if rule.effect == WordRule.Effect.REFUSE:
                break
    return found


def fold(text: str) -> str:
    """Normalize case, width, accents and invisible characters for comparison."""
    text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).casefold()
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    return " ".join(text.split())


def _pattern(phrase) -> re.Pattern:
    words = fold(phrase)
    is_beginning = words.endswith("*")
    words = re.escape(words.rstrip("*").strip())
    return re.compile(rf"(?<!\w){words}" + ("" if is_beginning else r"(?!\w)"))

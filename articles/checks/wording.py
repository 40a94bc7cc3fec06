"""Slips of the pen that can be told from words alone, few enough to be worth a look each."""

from collections import Counter

import regex
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from articles.models import Level

# Nobody says them twice in a row on purpose, as “that that”, “had had” or “die die” may be.
NEVER_TWICE = {
    "en": "the a an and of to for with from by we are was were be this or but into than",
    "de": "und ein eine einen einem mit von für auf ist nicht oder aber aus bei nach",
    "fr": "le les des et un une pour avec dans sur est par mais ou du au aux",
    "es": "el los las de y un una para con en del por pero o al se",
}
# Frequent in one of these languages, and no word of the others.
TELLING = {
    "en": "the of and that with was for have been from which they this would there were",
    "de": "der und das nicht ist mit auf ein eine für auch von werden einen dem sind",
    "fr": "les des est une dans pour qui sur pas au avec par sont cette plus aux",
    "es": "el los las del una por con para como más pero fue sus este también ha",
}
LEAST_WORDS = 40
LONG_PARAGRAPH = 180
# What stands between two words is no word: `code`, and whatever a link of ours shows.
GAP = "\ufffc"
WORD = regex.compile(r"\p{L}+")


def _words_of(inline) -> str:
    return "".join(
        child.content if child.type == "text" else " " if child.type.endswith("break") else mark
        for child in inline.children
        for mark in ["" if child.type.endswith(("_open", "_close")) else GAP]
    )


def _code_of(language) -> str:
    return language.partition("-")[0].lower()


def _doubled(language):
    words = "|".join(NEVER_TWICE[language].split())
    return regex.compile(rf"(?<![\w\-’'])({words})\s+\1(?![\w\-’'])", regex.IGNORECASE)


DOUBLED = {language: _doubled(language) for language in NEVER_TWICE}


def _find_doubled(manuscript):
    doubled = DOUBLED.get(_code_of(manuscript.language))
    for part, line, inline in manuscript.inlines() if doubled else ():
        for match in doubled.finditer(_words_of(inline)):
            yield Finding(_("The same word twice."), match[0], part, line)


def _find_other_language(manuscript):
    """Only where it is sure: many words, and next to none of them of the language declared."""
    own = _code_of(manuscript.language)
    if own not in TELLING:
        return
    text = " ".join(_words_of(inline) for _part, _line, inline in manuscript.inlines())
    words = Counter(WORD.findall(text.lower()))
    total = sum(words.values())
    counts = {code: sum(words[one] for one in TELLING[code].split()) for code in TELLING}
    other = max(counts, key=counts.__getitem__)
    if total >= LEAST_WORDS and counts[other] * 8 >= total and counts[own] * 4 < counts[other]:
        told = _("It is declared as “%(language)s”, and reads as “%(other)s”.")
        names = {"language": manuscript.language, "other": other}
        yield Finding(told % names, part="language")


def _find_long(manuscript):
    for part, line, inline in manuscript.inlines():
        words = WORD.findall(_words_of(inline))
        if len(words) > LONG_PARAGRAPH:
            told = _("A paragraph of %(count)d words.") % {"count": len(words)}
            yield Finding(told, " ".join(words[:3]), part, line)


CHECKS = [
    Check(
        "doubled_word",
        gettext_lazy("A word twice in a row"),
        gettext_lazy("No word stands twice in a row"),
        _find_doubled,
    ),
    Check(
        "language",
        gettext_lazy("A text in another language than declared"),
        gettext_lazy("The text is in the language declared"),
        _find_other_language,
    ),
    Check(
        "long_paragraph",
        gettext_lazy("Very long paragraphs"),
        gettext_lazy("No paragraph is very long"),
        _find_long,
        Level.OFF,
    ),
]

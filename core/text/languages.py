"""What follows from a language tag: which way its text runs, how it quotes, how it may begin.

The tables are drawn from CLDR 48 (likely scripts, delimiters). A tag that is not listed runs from
left to right and quotes as English does.
"""

from functools import lru_cache
from itertools import takewhile
from unicodedata import bidirectional, name

import regex
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_supported_language_variant, override

NOTHING = SafeString("")

_RTL_SCRIPTS = frozenset(
    "adlm arab aran armi avst chrs cprt elym gara hatr hebr hung khar lydi mand mani mend merc mero"
    " narb nbat nkoo orkh ougr palm phli phlp phnx prti rohg samr sarb sogd sogo syrc thaa todr"
    " yezi".split()
)
# Languages written in one of these scripts unless their tag names another, some only in a country.
_RTL_LANGUAGES = frozenset(
    "aeb afb aii ajp apc apd ar arc ars ary arz azb bal bej bft bgn bqi brh ckb dv fa gbz glk haz"
    " he hno iw jdg ji jpr jrb khw ks lad lah lki lrc luz mzn nqo ota pbt pnb prs ps rhg scl sd sdh"
    " skr syr ug ur yi yud zum"
    " az-iq az-ir ha-cm ha-sd kk-af kk-cn kk-ir kk-mn ku-iq ku-ir ku-lb ky-cn ms-cc pa-pk tg-pk"
    " uz-af".split()
)

# Outer and inner marks, each with what closes it.
_ENGLISH = "“”‘’"
_THIN = "\u202f"
_QUOTES = {
    "„“‚‘": "bs-cyrl cs de dsb et hr hsb is ksh lb mk nds sk sl",
    "„“„“": "bg lt sgs",
    "„”‚’": "ff",
    "„”‘’": "bs",
    "„”’’": "sr",
    "„”«»": "pl ro",
    "„”»«": "hu szl",
    "„“”“": "ka",
    "«»“”": "ast br ca cv el eu it kk lij mg pms pt-ao pt-ch pt-cv pt-mz pt-pt sc ti",
    "«»„“": "be bua ky os ru sah tyv uk",
    "«»‘’": "nb nn no rw",
    "«»‹›": "am fa gsw mzn rm sdh",
    "«»«»": "hy",
    "»«›‹": "ug",
    "”“’‘": "ar syr ur",
    "””’’": "fi he iw se sv yi",
    "‘’‘’": "nl",
    "“”’‘": "uz",
    "「」『』": "ja yue zh-hant zh-hk zh-mo zh-tw",
}
_QUOTES_OF = {tag: marks for marks, tags in _QUOTES.items() for tag in tags.split()}
_QUOTES_OF |= dict.fromkeys(("fr", "ht", "oc"), (f"«{_THIN}", f"{_THIN}»", "“", "”"))

# Those in which we can say a figure with the words beside it; `locale/` has the words.
SAID = frozenset(["en", "de", "fr", "es"])

# Scripts whose letters stand by themselves. Set apart in a large size, a letter of another is torn
# from the word that it is joined to, or from its own marks.
_UNJOINED = {"ARMENIAN", "CJK", "CYRILLIC", "GEORGIAN", "GREEK", "HANGUL", "HEBREW", "HIRAGANA"}
_UNJOINED |= {"KATAKANA", "LATIN"}

_OTHER_WAY = {"ltr": regex.compile(r"[\p{bc=R}\p{bc=AL}]"), "rtl": regex.compile(r"\p{bc=L}")}


def direction_of(tag: str) -> str:
    """ "rtl" or "ltr", of any language tag; the script that it names goes first."""
    subtags = _subtags(tag)
    # What stands after a single letter is no part of the language's own name.
    own = takewhile(lambda one: len(one) > 1, subtags[1:])
    script = next((one for one in own if len(one) == 4 and one.isalpha()), None)
    if script:
        is_rtl = script in _RTL_SCRIPTS
    else:
        is_rtl = not _RTL_LANGUAGES.isdisjoint((subtags[0], "-".join(subtags[:2])))
    return "rtl" if is_rtl else "ltr"


def quotes_of(tag: str) -> tuple[str, ...]:
    """What opens and closes a quotation in the language, and one within it."""
    subtags = _subtags(tag)
    for length in range(len(subtags), 0, -1):
        if marks := _QUOTES_OF.get("-".join(subtags[:length])):
            return tuple(marks)
    return tuple(_ENGLISH)


def has_initial(text: str, tag: str) -> bool:
    """Whether the first letter of a text in that language may be set as an initial."""
    first = next(filter(str.isalpha, text[:100]), "")
    runs_along = (bidirectional(first) == "L") == (direction_of(tag) == "ltr") if first else False
    return runs_along and name(first, "").partition(" ")[0] in _UNJOINED


def is_ours(tag: str) -> bool:
    """Whether the interface speaks that language, in any country's way, and in its direction."""
    ours = get_language() or "en"
    is_same = not tag or _subtags(tag)[0] == _subtags(ours)[0]
    return is_same and direction_of(tag or ours) == direction_of(ours)


def language_of_figures(tag: str) -> str:
    """In which language figures are said inside a text of that language: its own, or ours.

    Its own where we have the words that stand beside figures (`locale/`).
    """
    ours = get_language() or settings.LANGUAGE_CODE
    if is_ours(tag) or _subtags(tag)[0] not in SAID or direction_of(tag) == "rtl":
        return ours
    try:
        return get_supported_language_variant(tag.lower())
    except LookupError:
        return ours


def speaking(tag: str) -> override:
    """A context in which figures, and the words beside them, are said as a text of it says them."""
    return override(language_of_figures(tag))


def said_within(tag: str) -> SafeString:
    """The attributes of what `speaking` says inside an element of that language."""
    return ours_within(tag) if is_ours(language_of_figures(tag)) else NOTHING


def written_in(tag: str) -> SafeString:
    """` lang="…" dir="…"` for an element whose text the interface does not speak."""
    return NOTHING if is_ours(tag) else spoken(tag)


def ours_within(tag: str) -> SafeString:
    """The same for what the interface says inside such an element."""
    return NOTHING if is_ours(tag) else spoken(get_language())


def by_us(text) -> SafeString:
    """What the desk wrote in the publication's language, where another is spoken."""
    if attributes := written_in(settings.LANGUAGE_CODE):
        return format_html("<span{}>{}</span>", attributes, isolated(text))
    return isolated(text)


def isolated(text) -> SafeString:
    """What is written in nobody knows which language, apart where it runs another way than ours."""
    ours = direction_of(get_language() or "en")
    if _OTHER_WAY[ours].search(str(text)):
        return format_html("<bdi>{}</bdi>", text)
    return conditional_escape(text)


@lru_cache(500)
def spoken(tag: str) -> SafeString:
    """The same of any language, for the element that a whole page or text stands in."""
    return format_html(' lang="{}" dir="{}"', tag, direction_of(tag))


@lru_cache(1000)
def _subtags(tag: str) -> tuple[str, ...]:
    return tuple(tag.lower().replace("_", "-").split("-"))

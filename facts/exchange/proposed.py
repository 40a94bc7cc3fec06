"""A value and a date as a reader proposed them, in words that nobody told them how to choose.

They are read as an editor's line is. What it cannot read of a value may be a number among other
words; whatever was not plain is told, for an editor to look at.
"""

import re
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from facts.exchange.building import MOST_LETTERS
from facts.exchange.dates import parse_period
from facts.exchange.one_line import Said, parse_value
from facts.exchange.unreadable import Unreadable
from facts.models import Fact, Metric
from facts.rules import numerals
from facts.rules.number_words import WORDS

PREFIX = "reader_"
OWN_LANGUAGE = "en"
SIGNS = {Metric.ValueType.PERCENT: "%", Metric.ValueType.PER_MILLE: "‰"}
BOUNDS = {
    "more": Fact.Comparator.AT_LEAST,
    "less": Fact.Comparator.AT_MOST,
    "about": Fact.Comparator.ABOUT,
    "": Fact.Comparator.EQUAL,
}
# What is below zero is read from the whole value alone.
BELOW_ZERO = re.compile(r"[-−–(]\s*(?:[$€£¥]\s*)?\d")
AS_OF = re.compile(r"(?:as of|on|in)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """As it was typed, carried in an address; `language` is that of the page it is about."""

    name: str = ""
    value: str = ""
    date: str = ""
    link: str = ""
    language: str = ""

    @classmethod
    def of(cls, query) -> "Proposal":
        """What an address carries that `as_query` has made."""
        names = cls.__dataclass_fields__
        return cls(**{name: query.get(PREFIX + name, "").strip() for name in names})

    def __bool__(self):
        return bool(self.value or self.date or self.link)

    def as_query(self) -> str:
        said = {PREFIX + name: words for name, words in vars(self).items() if words}
        return urlencode(said) if self else ""


def read_value(text: str, metric: Metric, language: str = "") -> tuple[dict, str]:
    """The fields of a fact's value, none if it cannot be read, and what there is to look at."""
    if len(text) > MOST_LETTERS:
        return {}, _("That is too long for a value.")
    code = (language or OWN_LANGUAGE).partition("-")[0].lower()
    try:
        return asdict(parse_value(text, metric, decimal="")), ""
    except Unreadable as error:
        doubt = str(error)
    if said := _with_decimals_of(code, text, metric):
        how = _("In the form it is read as the language of the page has it.")
        return asdict(said), f"{doubt} {how}"
    if said := _number_among_words(code, text, metric):
        return asdict(said), _("Only its number was read.")
    return {}, doubt


def read_date(text: str) -> tuple[dict, str]:
    """The same of its date or period."""
    if len(text) > MOST_LETTERS:
        return {}, _("That is too long for a date.")
    try:
        return parse_period(AS_OF.sub("", text.strip(), count=1))._asdict(), ""
    except Unreadable as error:
        return {}, str(error)


def _with_decimals_of(code, text, metric) -> Said | None:
    if code not in WORDS:
        return None
    try:
        return parse_value(text, metric, WORDS[code].decimal_point)
    except Unreadable:
        return None


def _number_among_words(code, text, metric) -> Said | None:
    """“57 offices”: the one number that the words state, if the metric may be counted in it."""
    value_type = Metric.ValueType(metric.value_type)
    if not value_type.is_number or BELOW_ZERO.search(text):
        return None
    stated = numerals.read(text, code)
    if len(stated.numerals) != 1 or (stated.currencies and metric.unit not in stated.currencies):
        return None
    [number] = stated.numerals
    is_of_metric = number.sign in ("", SIGNS.get(value_type, ""))
    return Said(BOUNDS[number.bound], number.amount) if is_of_metric else None

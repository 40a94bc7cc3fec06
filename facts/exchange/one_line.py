"""A figure typed in one line: `282.7 million | 31 Dec 2025 | https://…`.

The parts are value, date, source and optionally the passage; the metric says how to read the value.
"""

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from facts.models import Fact, Metric
from facts.rules.dating import Precision, parse_partial_date

Comparator = Fact.Comparator
COMPARATORS = (
    (Comparator.AT_LEAST, r"at least|more than|over|above|upwards of|≥|>"),
    (Comparator.AT_MOST, r"at most|less than|under|below|up to|≤|<"),
    (Comparator.ABOUT, r"about|around|approximately|approx\.?|roughly|some|circa|ca\.?|~|≈"),
    (Comparator.EQUAL, r"exactly|="),
)
SCALES = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
}
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
NUMBER = re.compile(
    r"(?P<before>[$€£¥]|[A-Z]{3}(?=[\s\d]))?\s*"
    r"(?P<sign>[-−])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*"
    rf"(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})?\b\s*"
    r"(?P<after>%|percent|per cent|[$€£¥]|[A-Z]{3}\b)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
QUARTER = re.compile(r"q([1-4])\s+(\d{4})|(\d{4})-q([1-4])")
DAY = re.compile(r"(\d{1,2})\.?\s+([a-z]+)\.?,?\s+(\d{4})|([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
MONTH = re.compile(r"([a-z]+)\.?,?\s+(\d{4})")
UNDATED = {"", "undated", "unknown", "no date", "-", "–", "?"}


class Unreadable(ValueError):
    """`part` names the part of the line that cannot be read; the message says what to write."""

    def __init__(self, part: str, message: str):
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Entry:
    """`source` is a URL or a title, as it was typed."""

    comparator: str
    amount: Decimal | None
    text: str
    as_of: datetime.date | None
    as_of_precision: str
    source: str = ""
    quote: str = ""


def parse_line(line: str, metric: Metric) -> Entry:
    """Raises Unreadable for the first part that cannot be read."""
    value, as_of, source, quote, *more = [*map(str.strip, line.split("|")), "", "", "", ""][:5]
    if line.count("|") > 3 or any(more):
        message = _("There are more than four parts: value | date | source | passage.")
        raise Unreadable("line", message)
    if not value:
        raise Unreadable(
            "value", _("Begin with the value: 282.7 million | 31 Dec 2025 | https://…")
        )
    day, precision = parse_as_of(as_of)
    claim = parse_value(value, metric)
    return Entry(*claim, day, precision, source, quote.strip("“”\"' "))


def parse_value(text: str, metric: Metric) -> tuple[str, Decimal | None, str]:
    """The comparator, and either the amount or the text."""
    value_type = Metric.ValueType(metric.value_type)
    if value_type == Metric.ValueType.TEXT:
        return Comparator.EQUAL, None, text
    if value_type == Metric.ValueType.DATE:
        if parse_partial_date(text) is None:
            message = _("“%(text)s” is no date: write 2012, 2012-12 or 2012-12-07.")
            raise Unreadable("value", message % {"text": text})
        return Comparator.EQUAL, None, text
    comparator, number = _comparator(text)
    return comparator, _amount(number, metric), ""


def _comparator(text):
    for comparator, words in COMPARATORS:
        match = re.match(rf"(?:{words})(?=[\s\d$€£¥])\s*", text, re.IGNORECASE)
        if match:
            return comparator, text[match.end() :]
    return Comparator.EQUAL, text


def _amount(text, metric) -> Decimal:
    found = NUMBER.fullmatch(text.replace("\u00a0", " ").replace("\u202f", " ").strip())
    if not found or found["rest"].strip().lower() not in ("", metric.unit.lower()):
        message = _("“%(text)s” is no number: write 282.7 million, 1,234,567 or USD 4.5 billion.")
        raise Unreadable("value", message % {"text": text})
    _check_unit(found["before"] or found["after"] or "", metric)
    amount = Decimal(found["digits"].replace(",", ""))
    amount *= SCALES.get((found["scale"] or "").lower(), 1)
    return -amount if found["sign"] else amount


def _check_unit(unit, metric):
    if unit.lower() in ("%", "percent", "per cent"):
        if metric.value_type != Metric.ValueType.PERCENT:
            message = _("“%(metric)s” is no percentage.") % {"metric": metric}
            raise Unreadable("value", message)
    elif unit:
        currency = CURRENCIES.get(unit, unit.upper())
        if metric.value_type != Metric.ValueType.MONEY or currency != metric.unit:
            names = {"metric": metric, "unit": metric.unit or "–", "currency": currency}
            message = _("“%(metric)s” is counted in %(unit)s, not in %(currency)s.") % names
            raise Unreadable("value", message)


def parse_as_of(text: str) -> tuple[datetime.date | None, Precision]:
    """The last day that a written date covers, and its precision. Raises Unreadable."""
    words = " ".join(text.lower().split())
    if words in UNDATED:
        return None, Precision.UNKNOWN
    try:
        found = _dated(words)
    except (ValueError, KeyError):
        found = None
    if found is None:
        message = _(
            "“%(text)s” is no date: write 31 Dec 2025, Dec 2025, Q4 2025, 2025 or leave it empty."
        )
        raise Unreadable("date", message % {"text": text})
    return found


def _dated(words):
    if known := parse_partial_date(words):
        return _last_day(known[0], known[1]), known[1]
    if match := QUARTER.fullmatch(words):
        quarter, year = int(match[1] or match[4]), int(match[2] or match[3])
        day = datetime.date(year, 3 * quarter, 1)
        return _last_day(day, Precision.MONTH), Precision.QUARTER
    if match := DAY.fullmatch(words):
        day, month, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
        return datetime.date(int(year), MONTHS[month], int(day)), Precision.DAY
    if match := MONTH.fullmatch(words):
        day = datetime.date(int(match[2]), MONTHS[match[1]], 1)
        return _last_day(day, Precision.MONTH), Precision.MONTH
    return None


def _last_day(day, precision):
    if precision == Precision.YEAR:
        return day.replace(month=12, day=31)
    if precision == Precision.MONTH:
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day

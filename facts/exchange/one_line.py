"""A figure typed in one line: `282.7 million | 31 Dec 2025 | https://…`.

The parts are value, date, source and optionally the passage; the metric says how to read the value.
"""

import datetime
import re
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from facts.models import Fact, Metric
from facts.models.periods import ENDS_OF_PERIOD
from facts.rules.dating import Precision, month_end, parse_partial_date

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
SHARES = {
    **dict.fromkeys(("%", "percent", "per cent"), Metric.ValueType.PERCENT),
    **dict.fromkeys(("‰", "per mille"), Metric.ValueType.PER_MILLE),
}
NUMBER = re.compile(
    r"(?P<before>[$€£¥]|[A-Z]{3}(?=[\s\d]))?\s*"
    r"(?P<sign>[-−])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*"
    rf"(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})?\b\s*"
    r"(?P<after>%|percent|per cent|‰|per mille|[$€£¥]|[A-Z]{3}\b)?(?P<rest>.*)",
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
HALF = re.compile(r"h([12])\s+(\d{4})|(\d{4})-h([12])")
# A fiscal year, which ends with the calendar's unless its last month or day is given.
FISCAL = re.compile(r"fy\s?(\d{4})(?:-(\d{2})(?:-(\d{2}))?| to ([a-z]+) \d{4})?")
DAY = re.compile(r"(\d{1,2})\.?\s+([a-z]+)\.?,?\s+(\d{4})|([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
MONTH = re.compile(r"([a-z]+)\.?,?\s+(\d{4})")
# Between the ends of a range, and of a period.
BETWEEN = re.compile(r"\s+(?:to|and)\s+|\s*[–—/]\s*|(?<=\d)-(?=\d)", re.IGNORECASE)
UNTIL = re.compile(r"\s+to\s+|\s*[–—/]\s*", re.IGNORECASE)
ABSENT = {
    "none": Fact.ValueState.NONE,
    "unknown": Fact.ValueState.UNKNOWN,
    "not disclosed": Fact.ValueState.UNDISCLOSED,
    "undisclosed": Fact.ValueState.UNDISCLOSED,
}
UNDATED = {"", "undated", "unknown", "no date", "-", "–", "?"}


class Unreadable(ValueError):
    """`part` names the part of the line that cannot be read; the message says what to write."""

    def __init__(self, part: str, message: str):
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Said:
    """A value as it was typed, under the names of a fact's fields."""

    comparator: str = Comparator.EQUAL
    amount: Decimal | None = None
    text: str = ""
    upper_amount: Decimal | None = None
    value_state: str = Fact.ValueState.KNOWN


class When(NamedTuple):
    """A date or period as it was typed, under the names of a fact's fields."""

    starts_on: datetime.date | None
    as_of: datetime.date | None
    as_of_precision: str


@dataclass(frozen=True)
class Entry:
    """`source` is a URL or a title, as it was typed."""

    said: Said
    when: When
    source: str = ""
    quote: str = ""

    @property
    def claim(self) -> dict:
        """The values of a fact's fields."""
        return asdict(self.said) | self.when._asdict()


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
    when = parse_period(as_of)
    return Entry(parse_value(value, metric), when, source, quote.strip("“”\"' "))


def parse_value(text: str, metric: Metric) -> Said:
    """The value, or why there is none. Raises Unreadable."""
    if state := ABSENT.get(" ".join(text.lower().split())):
        return Said(value_state=state)
    value_type = Metric.ValueType(metric.value_type)
    if value_type.is_number:
        return _parse_number(text, metric)
    if value_type == Metric.ValueType.DATE and parse_partial_date(text) is None:
        message = _("“%(text)s” is no date: write 2012, 2012-12 or 2012-12-07.")
        raise Unreadable("value", message % {"text": text})
    return Said(text=text)


def _parse_number(text, metric):
    comparator, number = _comparator(text)
    ends = BETWEEN.split(re.sub(r"^between\s+", "", number, flags=re.IGNORECASE))
    if len(ends) != 2 or comparator != Comparator.EQUAL or not all(ends):
        amount, scale = _amount(number, metric)
        return Said(comparator, amount * (scale or 1))
    (lower, lower_scale), (upper, scale) = (_amount(end, metric) for end in ends)
    # “5 to 7 million” begins at 5 million.
    lower, upper = lower * (lower_scale or scale or 1), upper * (scale or 1)
    if lower >= upper:
        raise Unreadable(
            "value", _("“%(text)s” is no range: it ends below its beginning.") % {"text": text}
        )
    return Said(Comparator.RANGE, lower, upper_amount=upper)


def _comparator(text):
    for comparator, words in COMPARATORS:
        match = re.match(rf"(?:{words})(?=[\s\d$€£¥])\s*", text, re.IGNORECASE)
        if match:
            return comparator, text[match.end() :]
    return Comparator.EQUAL, text


def _amount(text, metric) -> tuple[Decimal, int | None]:
    """The number as it stands there, and the scale that is named behind it."""
    found = NUMBER.fullmatch(text.replace("\u00a0", " ").replace("\u202f", " ").strip())
    if not found or found["rest"].strip().lower() not in ("", metric.unit.lower()):
        message = _("“%(text)s” is no number: write 282.7 million, 1,234,567 or USD 4.5 billion.")
        raise Unreadable("value", message % {"text": text})
    _check_unit(found["before"] or found["after"] or "", metric)
    amount = Decimal(found["digits"].replace(",", ""))
    return -amount if found["sign"] else amount, SCALES.get((found["scale"] or "").lower())


def _check_unit(unit, metric):
    if share := SHARES.get(unit.lower()):
        if metric.value_type != share:
            message = _("“%(metric)s” is not counted in %(unit)s.")
            raise Unreadable("value", message % {"metric": metric, "unit": unit})
    elif unit:
        currency = CURRENCIES.get(unit, unit.upper())
        if metric.value_type != Metric.ValueType.MONEY or currency != metric.unit:
            names = {"metric": metric, "unit": metric.unit or "–", "currency": currency}
            message = _("“%(metric)s” is counted in %(unit)s, not in %(currency)s.") % names
            raise Unreadable("value", message)


def parse_period(text: str) -> When:
    """A date as `parse_as_of` reads it, or the two ends of a period. Raises Unreadable."""
    try:
        return When(None, *parse_as_of(text))
    except Unreadable:
        ends = UNTIL.split(text.strip())
        if len(ends) != 2:
            raise
    (first, precision), (last, other) = map(parse_as_of, ends)
    if first is None or precision != other or precision not in ENDS_OF_PERIOD:
        message = _("“%(text)s” is no period: write 2025-01/2025-09 or 1 Jan 2025 to 30 Sep 2025.")
        raise Unreadable("date", message % {"text": text})
    return When(precision.span(first).first, last, precision)


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
    date, precision = found
    return precision.span(date).last, precision


def _dated(words):
    if known := parse_partial_date(words):
        return known
    for pattern, precision in ((QUARTER, Precision.QUARTER), (HALF, Precision.HALF)):
        if match := pattern.fullmatch(words):
            number, year = int(match[1] or match[4]), int(match[2] or match[3])
            return datetime.date(year, precision.months * number, 1), precision
    if match := FISCAL.fullmatch(words):
        return _fiscal(*match.groups()), Precision.FISCAL
    if match := DAY.fullmatch(words):
        day, month, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
        return datetime.date(int(year), MONTHS[month], int(day)), Precision.DAY
    if match := MONTH.fullmatch(words):
        return datetime.date(int(match[2]), MONTHS[match[1]], 1), Precision.MONTH
    return None


def _fiscal(year, month, day, name):
    last_month = MONTHS[name] if name else int(month or 12)
    if day:
        return datetime.date(int(year), last_month, int(day))
    return month_end(datetime.date(int(year), last_month, 1))

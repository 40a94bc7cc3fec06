"""Dates and periods as they are typed: 31 Dec 2025, 31.12.2025, 2025 Q4, H1 2025, FY2025."""

import datetime
import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from facts.exchange.unreadable import Unreadable
from facts.models.periods import ENDS_OF_PERIOD
from facts.rules.dating import Precision, month_end, parse_partial_date

MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
QUARTER = re.compile(r"(?:q([1-4])|([1-4])q)\s*(\d{4})|(\d{4})[\s-]*q([1-4])")
HALF = re.compile(r"(?:h([12])|([12])h)\s*(\d{4})|(\d{4})[\s-]*h([12])")
# With slashes half of the world begins with the month: those are asked for in words.
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
# A fiscal year, which ends with the calendar's unless its last month or day is given.
FISCAL = re.compile(
    r"(?:fy|fiscal(?: year)?)\s?(\d{4})(?:-(\d{2})(?:-(\d{2}))?| to ([a-z]+) \d{4})?"
)
DAY = re.compile(r"(\d{1,2})\.?\s+([a-z]+)\.?,?\s+(\d{4})|([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")
MONTH = re.compile(r"([a-z]+)\.?,?\s+(\d{4})")
# Between the ends of a period. A run of white space is looked at once, from its beginning.
UNTIL = re.compile(r"(?<!\s)(?:\s+to\s+|\s*[–—/]\s*)", re.IGNORECASE)
UNDATED = {"", "undated", "unknown", "no date", "-", "–", "?"}


class When(NamedTuple):
    """A date or period as it was typed, under the names of a fact's fields."""

    starts_on: datetime.date | None
    as_of: datetime.date | None
    as_of_precision: str


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
            number, year = sorted(int(part) for part in match.groups() if part)
            return datetime.date(year, precision.months * number, 1), precision
    if match := DOTTED.fullmatch(words):
        day, month, year = map(int, match.groups())
        return datetime.date(year, month, day), Precision.DAY
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


def parse_day(text, column) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        message = _("“%(text)s” is no day for %(column)s: write 2026-06-30.")
        raise ValidationError(message % {"text": text[:40], "column": column}) from None

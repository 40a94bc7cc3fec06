"""Dates and periods with a precision, so that none is shown as more exact than its source."""

import datetime
import re
from calendar import monthrange
from typing import NamedTuple

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
ONE_DAY = datetime.timedelta(days=1)


class Span(NamedTuple):
    """The first and the last of some days."""

    first: datetime.date
    last: datetime.date


class Precision(models.TextChoices):
    """How much of a date is known: also the named period that ends on it.

    A fiscal year ends on any day, and bears the name of the year in which it ends.
    """

    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    QUARTER = "quarter", gettext_lazy("quarter")
    HALF = "half", gettext_lazy("half-year")
    YEAR = "year", gettext_lazy("year")
    FISCAL = "fiscal", gettext_lazy("fiscal year")
    UNKNOWN = "unknown", gettext_lazy("unknown")

    @property
    def months(self) -> int:
        """How many months a period of this name has; 0 for a day."""
        return MONTHS.get(self, 0)

    def span(self, date: datetime.date) -> Span:
        """The first and last day of the period of this name in which the date lies."""
        if not self.months:
            return Span(date, date)
        if self == Precision.FISCAL:
            return Span(_a_year_before(date) + ONE_DAY, date)
        first = date.replace(month=(date.month - 1) // self.months * self.months + 1, day=1)
        return Span(first, month_end(first.replace(month=first.month + self.months - 1)))

    def label_for(self, date: datetime.date | None) -> str:
        """The date in words, at this precision: “June 2026”, “Q2 2026”, “undated”."""
        if date is None:
            return _("undated")
        match self:
            case Precision.DAY:
                return date_format(date, pgettext("day, in Django’s format", "j F Y"))
            case Precision.MONTH:
                return _month(date)
            case Precision.QUARTER:
                names = {"quarter": self._number_in_year(date), "year": date.year}
                return _("Q%(quarter)d %(year)d") % names
            case Precision.HALF:
                names = {"half": self._number_in_year(date), "year": date.year}
                return _("H%(half)d %(year)d") % names
            case Precision.FISCAL:
                return _fiscal_label(date)
        return str(date.year)

    def partial(self, date: datetime.date | None) -> str | None:
        """The same for machines: 2026, 2026-H1, 2026-Q2, 2026-06, 2026-06-30; None without a date.

        A fiscal year is FY2026 when it is the calendar's, else FY2026-09 or FY2026-09-26.
        """
        if date is None:
            return None
        match self:
            case Precision.YEAR:
                return f"{date.year:04d}"
            case Precision.QUARTER:
                return f"{date.year:04d}-Q{self._number_in_year(date)}"
            case Precision.HALF:
                return f"{date.year:04d}-H{self._number_in_year(date)}"
            case Precision.MONTH:
                return f"{date.year:04d}-{date.month:02d}"
            case Precision.FISCAL:
                return f"FY{_fiscal_end(date)}"
        return date.isoformat()

    def _number_in_year(self, date):
        return (date.month - 1) // self.months + 1


MONTHS = {
    Precision.MONTH: 1,
    Precision.QUARTER: 3,
    Precision.HALF: 6,
    Precision.YEAR: 12,
    Precision.FISCAL: 12,
}


# Of a month that has begun, so many days count as all of it.
MOST_OF_A_MONTH = 15


def months_of(span: Span) -> int:
    """About how many months these days are: all of a year are 12, and so are the 52 weeks of one.

    `facts.querysets.months_of_period` counts the same in SQL.
    """
    first, last = span
    begun = (last.year - first.year) * 12 + last.month - first.month
    return begun + (last.day - first.day + 1 >= MOST_OF_A_MONTH)


def month_end(date: datetime.date) -> datetime.date:
    return date.replace(day=monthrange(date.year, date.month)[1])


def _a_year_before(date):
    is_leap_day = (date.month, date.day) == (2, 29)
    return date.replace(year=date.year - 1, day=28 if is_leap_day else date.day)


def _month(date) -> str:
    return date_format(date, pgettext("month, in Django’s format", "F Y"))


def _fiscal_label(date):
    if (date.month, date.day) == (12, 31):
        return _("FY%(year)d") % {"year": date.year}
    return _("FY%(year)d to %(end)s") % {"year": date.year, "end": _month(date)}


def _fiscal_end(date) -> str:
    if date != month_end(date):
        return date.isoformat()
    return f"{date.year:04d}" if date.month == 12 else f"{date.year:04d}-{date.month:02d}"


def parse_partial_date(text: str) -> tuple[datetime.date, Precision] | None:
    """“2012-12” as a date and its precision; None if the text is not a date."""
    match = PARTIAL_DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        date = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return date, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR

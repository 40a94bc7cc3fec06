"""Dates with a precision, so that none is shown as more exact than its source."""

import datetime
import re

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Precision(models.TextChoices):
    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    QUARTER = "quarter", gettext_lazy("quarter")
    YEAR = "year", gettext_lazy("year")
    UNKNOWN = "unknown", gettext_lazy("unknown")

    def label_for(self, date: datetime.date | None) -> str:
        """The date in words, at this precision: “June 2026”, “Q2 2026”, “undated”."""
        if date is None:
            return _("undated")
        match self:
            case Precision.DAY:
                return date_format(date, pgettext("day, in Django’s format", "j F Y"))
            case Precision.MONTH:
                return date_format(date, pgettext("month, in Django’s format", "F Y"))
            case Precision.QUARTER:
                return _("Q%(quarter)d %(year)d") % {
                    "quarter": (date.month + 2) // 3,
                    "year": date.year,
                }
        return str(date.year)

    def partial(self, date: datetime.date | None) -> str | None:
        """The same for machines: 2026, 2026-Q2, 2026-06, 2026-06-30; None without a date."""
        if date is None:
            return None
        match self:
            case Precision.YEAR:
                return f"{date.year:04d}"
            case Precision.QUARTER:
                return f"{date.year:04d}-Q{(date.month + 2) // 3}"
            case Precision.MONTH:
                return f"{date.year:04d}-{date.month:02d}"
        return date.isoformat()


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

"""When a value holds: an instant, or a period with its first and last day."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from facts.rules.dating import Precision, Span, months_of

# Before there were companies with figures, and after anything that a projection speaks of.
EARLIEST, LATEST = datetime.date(1600, 1, 1), datetime.date(2199, 12, 31)

# Of a period without a name only its ends can be told.
ENDS_OF_PERIOD = (Precision.DAY, Precision.MONTH)


class Period(models.Model):
    """`as_of` is the last day; `starts_on` the first one, of a period that no precision names."""

    starts_on = models.DateField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("The first day of a period that has no name, as nine months. Else empty."),
    )
    as_of = models.DateField(
        _("as of"),
        null=True,
        blank=True,
        help_text=_("The last day the value speaks of. Empty when the source does not say."),
    )
    as_of_precision = models.CharField(
        _("precision"), max_length=7, choices=Precision.choices, default=Precision.UNKNOWN
    )

    class Meta:
        abstract = True

    @property
    def as_of_label(self) -> str:
        precision = Precision(self.as_of_precision)
        label = precision.label_for(self.as_of)
        if self.starts_on is None:
            return label
        return _now("%(first)s to %(last)s") % {
            "first": precision.label_for(self.starts_on),
            "last": label,
        }

    @property
    def partial_as_of(self) -> str | None:
        """The period at its precision: 2026, 2026-Q2, 2026-06-30, 2026-01/2026-09."""
        precision = Precision(self.as_of_precision)
        last = precision.partial(self.as_of)
        return last if self.starts_on is None else f"{precision.partial(self.starts_on)}/{last}"

    @property
    def period(self) -> Span | None:
        """The first and last day it may speak of; None when it is undated."""
        if self.as_of is None:
            return None
        span = Precision(self.as_of_precision).span(self.as_of)
        return span if self.starts_on is None else Span(self.starts_on, span.last)

    @property
    def months(self) -> int | None:
        """About how long its period is; None when it is undated."""
        return self.period and months_of(self.period)

    def clean_period(self, *, is_duration: bool, is_projected: bool):
        """Put the ends of the period on their days, and refuse one that cannot be."""
        self._clean_years()
        self._move_to_ends()
        if self.starts_on is not None:
            self._clean_start(is_duration)
        if self.as_of is not None:
            self._clean_days(is_duration, is_projected)

    def _clean_years(self):
        for name in ("as_of", "starts_on"):
            day = getattr(self, name)
            if day is not None and not EARLIEST <= day <= LATEST:
                message = _("No figure is from that year: look at the date again.")
                raise ValidationError({name: message})

    def _move_to_ends(self):
        precision = Precision(self.as_of_precision)
        if self.as_of is not None:
            self.as_of = precision.span(self.as_of).last
        if self.starts_on is not None and precision == Precision.MONTH:
            self.starts_on = self.starts_on.replace(day=1)

    def _clean_start(self, is_duration):
        if not is_duration:
            message = _("This metric is of a moment: it has no first day.")
        elif self.as_of is None:
            message = _("A period needs its last day too.")
        elif self.as_of_precision not in ENDS_OF_PERIOD:
            message = _("The precision says already when it begins: leave this empty.")
        elif self.starts_on > self.as_of:
            message = _("The period ends before it begins.")
        else:
            return
        raise ValidationError({"starts_on": message})

    def _clean_days(self, is_duration, is_projected):
        first, last = self.period
        if is_duration and self.as_of_precision == Precision.DAY and self.starts_on is None:
            message = _("This metric adds up over a period: say with which day it began.")
            raise ValidationError({"starts_on": message})
        # Of a year that is not over there can be a figure of a moment, but no sum.
        if not is_projected and (last if is_duration else first) > timezone.localdate():
            message = _("That is still to come: only a projection speaks of it.")
            raise ValidationError({"as_of": message})


PERIOD_CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(as_of__isnull=True, as_of_precision=Precision.UNKNOWN)
        | (Q(as_of__isnull=False) & ~Q(as_of_precision=Precision.UNKNOWN)),
        name="facts_fact_date_has_precision",
        violation_error_message=_("A date needs a precision, and an unknown date must stay empty."),
    ),
    models.CheckConstraint(
        condition=Q(as_of__isnull=True) | Q(as_of__gte=EARLIEST, as_of__lte=LATEST),
        name="facts_fact_date_is_sane",
        violation_error_message=_("No figure is from that year: look at the date again."),
    ),
    models.CheckConstraint(
        condition=Q(starts_on__isnull=True)
        | Q(starts_on__gte=EARLIEST, starts_on__lte=F("as_of"), as_of__isnull=False),
        name="facts_fact_period_in_order",
        violation_error_message=_("The period ends before it begins."),
    ),
]

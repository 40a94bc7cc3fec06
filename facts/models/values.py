"""What is said of a metric: a number, a range, words, or that no value can be given."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.validators import validate_printable
from facts.models.metrics import Metric, amount_field, is_stored_exactly
from facts.rules import formatting
from facts.rules.dating import parse_partial_date


class Comparator(models.TextChoices):
    EQUAL = "eq", _("exactly")
    ABOUT = "about", _("about")
    AT_LEAST = "gte", _("at least")
    AT_MOST = "lte", _("at most")
    RANGE = "range", _("between")


class ValueState(models.TextChoices):
    """Wikidata's value, no value and unknown value, and what its owner keeps to itself."""

    KNOWN = "value", _("a value")
    NONE = "none", _("none")
    UNKNOWN = "unknown", _("unknown")
    UNDISCLOSED = "undisclosed", _("not disclosed")


class Value(models.Model):
    """`amount` is the lower end of a range, `upper_amount` its upper one."""

    Comparator = Comparator
    ValueState = ValueState

    value_state = models.CharField(
        _("given"),
        max_length=11,
        choices=ValueState.choices,
        default=ValueState.KNOWN,
        help_text=_("None: there is no such thing. Unknown: nobody knows. Else it is kept secret."),
    )
    amount = amount_field(_("amount"), help_text=_("The whole number: 75000000, not 75 million."))
    upper_amount = amount_field(_("up to"), help_text=_("The upper end of a range. Else empty."))
    text = models.CharField(_("text"), max_length=300, blank=True, validators=[validate_printable])
    comparator = models.CharField(
        _("comparator"), max_length=5, choices=Comparator.choices, default=Comparator.EQUAL
    )

    class Meta:
        abstract = True

    @property
    def is_given(self) -> bool:
        """Whether there is a value: not when it is none, unknown or kept secret."""
        return self.value_state == ValueState.KNOWN

    @property
    def is_bound(self) -> bool:
        """Whether the value itself is not told, only above, below or between what it lies."""
        return self.comparator in (Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.RANGE)

    @property
    def least(self) -> Decimal | None:
        """The smallest amount that it says it may be; None if it does not say."""
        return None if self.comparator == Comparator.AT_MOST else self.amount

    @property
    def most(self) -> Decimal | None:
        """The largest amount that it says it may be; None if it does not say."""
        if self.comparator == Comparator.AT_LEAST:
            return None
        return self.amount if self.upper_amount is None else self.upper_amount

    @property
    def display_value(self) -> str:
        """The value as readers see it, with its comparator: “at least 15 million”, “about 80 %”."""
        value = self._value_in_words()
        match self.comparator:
            case Comparator.ABOUT:
                return gettext("about %(value)s") % {"value": value}
            case Comparator.AT_LEAST:
                return gettext("at least %(value)s") % {"value": value}
            case Comparator.AT_MOST:
                return gettext("at most %(value)s") % {"value": value}
            case Comparator.RANGE:
                upper = self.metric.in_words(Decimal(self.upper_amount))
                return gettext("%(lower)s to %(upper)s") % {"lower": value, "upper": upper}
        return value

    def _value_in_words(self) -> str:
        if not self.is_given:
            return str(ValueState(self.value_state).label)
        if self.amount is not None:
            return self.metric.in_words(Decimal(self.amount))
        is_date = self.metric.value_type == Metric.ValueType.DATE
        if is_date and (parsed := parse_partial_date(self.text)):
            date, precision = parsed
            return precision.label_for(date)
        return self.text

    @property
    def machine_value(self) -> str:
        """For `<data value>`: digits, both ends of a range, words, or why there is none."""
        if not self.is_given:
            return self.value_state
        if self.amount is None:
            return self.text
        ends = [self.amount] if self.upper_amount is None else [self.amount, self.upper_amount]
        return "/".join(formatting.plain_digits(Decimal(end)) for end in ends)

    def clean_value(self):
        if not self.is_given:
            self._clean_absence()
        elif Metric.ValueType(self.metric.value_type).is_number:
            self._clean_number()
        else:
            self._clean_words()

    def _clean_absence(self):
        is_empty = self.amount is None and self.upper_amount is None and not self.text
        if not is_empty or self.comparator != Comparator.EQUAL:
            message = _("Give a value, or say why there is none: not both.")
            raise ValidationError({"value_state": message})

    def _clean_number(self):
        if self.amount is None or self.text:
            message = _("This metric is a number: give the amount, and no text.")
            raise ValidationError({"amount": message})
        for name in ("amount", "upper_amount"):
            amount = getattr(self, name)
            if amount is not None and not is_stored_exactly(amount):
                raise ValidationError({name: _("No source is that exact: 15 digits at most.")})
        self._clean_range()

    def _clean_range(self):
        is_range = self.comparator == Comparator.RANGE
        if is_range and (self.upper_amount is None or self.upper_amount <= self.amount):
            message = _("A range needs an upper end, above its lower one.")
        elif not is_range and self.upper_amount is not None:
            message = _("Only what lies between two amounts has an upper end.")
        else:
            return
        raise ValidationError({"upper_amount": message})

    def _clean_words(self):
        if not self.text or self.amount is not None or self.upper_amount is not None:
            message = _("This metric is told in words: give the text.")
            raise ValidationError({"text": message})
        is_date = self.metric.value_type == Metric.ValueType.DATE
        if is_date and parse_partial_date(self.text) is None:
            raise ValidationError({"text": _("Write the date as 2012, 2012-12 or 2012-12-07.")})


IS_KNOWN = Q(value_state=ValueState.KNOWN)
VALUE_CONSTRAINTS = [
    models.CheckConstraint(
        condition=(IS_KNOWN & Q(amount__isnull=False, text=""))
        | (IS_KNOWN & Q(amount__isnull=True) & ~Q(text=""))
        | (~IS_KNOWN & Q(amount__isnull=True, text="")),
        name="facts_fact_has_one_value",
        violation_error_message=_("Give an amount or a text, one of the two."),
    ),
    models.CheckConstraint(
        # A comparison with nothing would let it pass.
        condition=Q(comparator=Comparator.RANGE, upper_amount__gt=F("amount"))
        & Q(amount__isnull=False, upper_amount__isnull=False)
        | (~Q(comparator=Comparator.RANGE) & Q(upper_amount__isnull=True)),
        name="facts_fact_range_in_order",
        violation_error_message=_("A range needs an upper end, above its lower one."),
    ),
]

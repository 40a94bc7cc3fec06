from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import SlugField
from core.validators import validate_printable
from core.versions import Version, Versioned, VersionedQuerySet
from core.web.addresses import slug_url
from facts.rules import formatting

# SQLite has no decimal type: of more digits than these it rounds what it stores.
MAX_SIGNIFICANT_DIGITS = 15


# 0.00001 is an amount, and so is a thousand million million million.
MAX_DIGITS, DECIMAL_PLACES = 30, 10


def amount_field(name, **options) -> models.DecimalField:
    """A number that may be missing, as all amounts of figures are stored."""
    return models.DecimalField(
        name,
        max_digits=MAX_DIGITS,
        decimal_places=DECIMAL_PLACES,
        null=True,
        blank=True,
        **options,
    )


def is_stored_exactly(amount: Decimal) -> bool:
    return len(amount.normalize().as_tuple().digits) <= MAX_SIGNIFICANT_DIGITS


class Metric(Versioned):
    class ValueType(models.TextChoices):
        QUANTITY = "quantity", _("quantity")
        MONEY = "money", _("money")
        PERCENT = "percent", _("percent")
        PER_MILLE = "permille", _("per mille")
        DATE = "date", _("date")
        PERSON = "person", _("person")
        TEXT = "text", _("text")

        @property
        def is_number(self) -> bool:
            return self in (self.QUANTITY, self.MONEY, self.PERCENT, self.PER_MILLE)

    class PeriodType(models.TextChoices):
        """XBRL's period types: a stock is counted at a moment, a flow adds up over a period."""

        INSTANT = "instant", _("at a moment: stores, employees")
        DURATION = "duration", _("over a period: revenue, sales")

    key = SlugField(_("key"), max_length=60, unique=True, source="label")
    label = models.CharField(_("label"), max_length=120, validators=[validate_printable])
    definition = models.CharField(
        _("definition"),
        max_length=300,
        help_text=_("Shown to readers: what exactly is counted, “paying accounts, not profiles”."),
        validators=[validate_printable],
    )
    value_type = models.CharField(
        _("value type"), max_length=8, choices=ValueType.choices, default=ValueType.QUANTITY
    )
    unit = models.CharField(
        _("unit"),
        max_length=30,
        blank=True,
        help_text=_("A currency's code for money: USD."),
        validators=[validate_printable],
    )
    period_type = models.CharField(
        _("counted"),
        max_length=8,
        choices=PeriodType.choices,
        default=PeriodType.INSTANT,
        help_text=_("A year’s sum is no rival of its last quarter’s, a year’s last count is."),
    )
    shelf_life_days = models.PositiveIntegerField(
        _("shelf life in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("After this many days a figure counts as stale. Empty: never."),
    )
    plausible_min = amount_field(_("plausible from"))
    plausible_max = amount_field(_("plausible to"))
    max_jump_percent = models.PositiveIntegerField(
        _("largest jump in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A new value further than this from the one before is questioned."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    VERSIONED = ("label", "definition")

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["position", "label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(plausible_min__isnull=True)
                | Q(plausible_max__isnull=True)
                | Q(plausible_min__lte=F("plausible_max")),
                name="facts_metric_plausible_range_ordered",
                violation_error_message=_("The plausible range is the wrong way round."),
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return slug_url("open:metric", self.key)

    def clean(self):
        for name in ("plausible_min", "plausible_max"):
            amount = getattr(self, name)
            if amount is not None and not is_stored_exactly(amount):
                raise ValidationError({name: _("15 digits at most: what follows them is zeros.")})

    @property
    def is_duration(self) -> bool:
        return self.period_type == self.PeriodType.DURATION

    def in_words(self, amount: Decimal) -> str:
        match self.value_type:
            case self.ValueType.PERCENT:
                return formatting.percent_in_words(amount)
            case self.ValueType.PER_MILLE:
                return formatting.per_mille_in_words(amount)
            case self.ValueType.MONEY:
                return formatting.money_in_words(amount, self.unit)
        return formatting.number_in_words(amount)

    def concerned_figures(self):
        return self.facts.on_record()


class MetricVersion(Version):
    target = models.ForeignKey(
        Metric, on_delete=models.PROTECT, related_name="versions", verbose_name=_("metric")
    )

    class Meta(Version.Meta):
        verbose_name = _("former words of a metric")
        verbose_name_plural = _("former words of metrics")

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ads.querysets import AdQuerySet
from articles.models import Section
from core.fields import WebURLField
from core.validators import validate_printable


class Ad(models.Model):
    """A labelled advertisement. Nothing of it is script or markup: words, a picture and a link."""

    class Placement(models.TextChoices):
        ABOVE = "above", _("above the body")
        BELOW = "below", _("below the body")

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("For the desk; not shown."),
        validators=[validate_printable],
    )
    placement = models.CharField(_("placement"), max_length=5, choices=Placement.choices)
    headline = models.CharField(_("headline"), max_length=80, validators=[validate_printable])
    text = models.CharField(_("text"), max_length=160, blank=True, validators=[validate_printable])
    url = WebURLField(_("leads to"))
    sponsor = models.CharField(_("sponsor"), max_length=80, validators=[validate_printable])
    image = models.ForeignKey(
        "images.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ads",
        verbose_name=_("picture"),
    )
    sections = models.ManyToManyField(
        Section,
        blank=True,
        related_name="ads",
        verbose_name=_("sections"),
        help_text=_("None chosen: everywhere."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("An ad of weight 2 is shown twice as often as one of weight 1."),
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    impressions = models.PositiveBigIntegerField(_("impressions"), default=0, editable=False)
    clicks = models.PositiveBigIntegerField(_("clicks"), default=0, editable=False)

    objects = AdQuerySet.as_manager()

    class Meta:
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        ordering = ["placement", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="ads_ad_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="ads_ad_weight_at_least_one"),
        ]

    def __str__(self):
        return self.name


class CountedClick(models.Model):
    """That a network's click on an ad in an hour was counted; deleted soon after that hour."""

    mark = models.CharField(
        _("mark"),
        max_length=32,
        unique=True,
        help_text=_("A keyed hash of network, ad and hour."),
    )
    hour = models.DateTimeField(_("hour"), db_index=True)

    class Meta:
        verbose_name = _("counted click")
        verbose_name_plural = _("counted clicks")
        default_permissions = ()

    def __str__(self):
        return self.mark

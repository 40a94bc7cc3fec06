from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Technology
from core.models import Cited, TimeStamped
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from facts.models.sources import Source
from facts.querysets import TechUseQuerySet


class TechUse(TimeStamped):
    """A company's use of a technology, according to a source."""

    class Layer(models.TextChoices):
        WEB = "web", _("Web")
        SERVICES = "services", _("Services")
        DATA = "data", _("Data")
        MODELS = "models", _("Models")
        INFRASTRUCTURE = "infra", _("Infrastructure")
        CLIENT = "client", _("Apps and clients")

    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="tech_uses", verbose_name=_("company")
    )
    technology = models.ForeignKey(
        Technology, on_delete=models.PROTECT, related_name="uses", verbose_name=_("technology")
    )
    layer = models.CharField(
        _("layer"), max_length=8, choices=Layer.choices, default=Layer.SERVICES
    )
    purpose = models.CharField(_("used for"), max_length=200, validators=[validate_printable])
    since = models.PositiveSmallIntegerField(_("since"), null=True, blank=True)
    until = models.PositiveSmallIntegerField(_("until"), null=True, blank=True)
    has_ended = models.BooleanField(
        _("ended"), default=False, help_text=_("No longer in use, even when the year is unknown.")
    )
    is_disputed = models.BooleanField(_("disputed"), default=False)
    remark = models.CharField(
        _("remark"), max_length=300, blank=True, validators=[validate_printable]
    )

    objects = TechUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("technology use")
        verbose_name_plural = _("technology uses")
        ordering = ["layer", "technology__name", "pk"]
        indexes = [
            models.Index(fields=["technology", "company"], name="facts_techuse_by_technology")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "technology", "layer", "purpose"], name="facts_techuse_once"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="facts_techuse_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(has_ended=True),
                name="facts_techuse_until_means_ended",
                violation_error_message=_("A use with a last year has ended: tick “ended”."),
            ),
        ]

    def __str__(self):
        return f"{self.company}: {self.technology}"


class TechUseReference(Cited):
    tech_use = models.ForeignKey(
        TechUse, on_delete=models.CASCADE, related_name="references", verbose_name=_("use")
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="tech_use_references",
        verbose_name=_("source"),
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tech_use", "source", "locator"],
                name="facts_techusereference_once_per_place",
            ),
        ]

    def __str__(self):
        return str(self.source)

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from core.db.append_only import AppendOnly, AppendOnlyQuerySet
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from facts.models.facts import Fact


class FactEventQuerySet(AppendOnlyQuerySet, TrackedQuerySet):
    def with_names(self):
        return self.select_related("by", "other", "former_company")


class FactEvent(AppendOnly):
    """Something that was done with a figure: what, when, by whom and why. Append-only.

    `other` is the figure on whose account it happened; `until` the last day of a preference;
    `former_company` whose profile had it before it was merged into another. `recorded_at` is the
    same for all that readers saw at once; what comes from another record happened earlier.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("published")
        VERIFIED = "verified", _("verified")
        PREFERRED = "preferred", _("preferred")
        UNPREFERRED = "unpreferred", _("no longer preferred")
        EXPIRED = "expired", _("preference ended")
        SUPERSEDED = "superseded", _("superseded")
        WITHDRAWN = "withdrawn", _("withdrawn")
        MOVED = "moved", _("moved here from a profile that was merged into this one")

    EMPTIED = ("by_id",)
    REPLACED = {"reason": "redactions"}
    # What is told to whoever gives no reason.
    WHY = {
        Kind.WITHDRAWN: _("Say why the figure was wrong."),
        Kind.PREFERRED: _("Say why it is preferred: readers see it beside the figure."),
        Kind.UNPREFERRED: _("Say why it is preferred no more: readers see it."),
    }

    fact = models.ForeignKey(
        Fact, on_delete=models.PROTECT, related_name="events", verbose_name=_("fact")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("on record since"), null=True, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, validators=[validate_printable]
    )
    until = models.DateField(_("until"), null=True, blank=True)
    other = models.ForeignKey(
        Fact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other figure"),
    )

    former_company = models.ForeignKey(
        Company,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("former company"),
    )

    objects = FactEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a figure")
        verbose_name_plural = _("events of figures")
        default_permissions = ("view",)
        # As they were recorded: the clocks of two servers may differ.
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="preferred", until__isnull=False)
                | (~Q(kind="preferred") & Q(until__isnull=True)),
                name="facts_factevent_preferred_has_end",
            ),
            models.CheckConstraint(
                condition=Q(kind="moved", former_company__isnull=False)
                | (~Q(kind="moved") & Q(former_company__isnull=True)),
                name="facts_factevent_moved_has_company",
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdrawn") | ~Q(reason=""),
                name="facts_factevent_withdrawn_has_reason",
                violation_error_message=_("Say why the figure was wrong."),
            ),
            # Where another figure took the preference, that is why.
            models.CheckConstraint(
                condition=~Q(kind="unpreferred") | ~Q(reason="") | Q(other__isnull=False),
                name="facts_factevent_unpreferred_has_reason",
                violation_error_message=_("Say why it is preferred no more: readers see it."),
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) | ~Q(other=F("fact")),
                name="facts_factevent_other_is_another",
            ),
            models.UniqueConstraint(
                fields=["fact"],
                condition=Q(kind="published"),
                name="facts_factevent_published_once",
            ),
        ]

    def __str__(self):
        return f"{self.fact_id}: {self.get_kind_display()}"

    def clean(self):
        # A preference may come from another figure, or go to it.
        is_told = self.reason or (self.other_id and self.kind != self.Kind.WITHDRAWN)
        if self.kind in self.WHY and not is_told:
            raise ValidationError(self.WHY[self.kind])

    @property
    def by_name(self) -> str:
        """Who did it, as readers are told; empty for what came about by itself."""
        if self.by:
            return self.by.public_name
        return "" if self.kind == self.Kind.EXPIRED else _now("the desk")

    @property
    def label(self) -> str:
        """What happened, in words: “preferred until 3 May 2026”."""
        if self.until is None:
            return self.get_kind_display()
        day = date_format(self.until, "j F Y")
        return _now("preferred until %(day)s") % {"day": day}


class EventRedaction(AppendOnly):
    """Words of why something was done that must not be seen: what is said instead, and who did it.

    Append-only. The words themselves are gone.
    """

    EMPTIED = ("by_id",)

    event = models.ForeignKey(
        FactEvent, on_delete=models.PROTECT, related_name="redactions", verbose_name=_("event")
    )
    instead = models.CharField(
        _("what is said instead"), max_length=300, validators=[validate_printable]
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("blacked out reason")
        verbose_name_plural = _("blacked out reasons")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.event_id}: {self.instead}"

"""Decisions of editors about facts, so that the desk does not ask the same thing twice."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from facts.models.facts import Fact


class Decision(models.Model):
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_printable])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        abstract = True


class Overruling(Decision):
    """A doubt about a fact that an editor overruled, and why."""

    fact = models.ForeignKey(
        Fact, on_delete=models.CASCADE, related_name="overrulings", verbose_name=_("fact")
    )
    rule = models.CharField(_("rule"), max_length=40)

    class Meta:
        verbose_name = _("overruled warning")
        verbose_name_plural = _("overruled warnings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "rule"], name="facts_overruling_once_per_rule"),
        ]

    def __str__(self):
        return f"{self.fact}: {self.rule}"


class Distinction(Decision):
    """Two facts that seem to contradict each other but are about different things.

    `first` is the one with the lower primary key.
    """

    first = models.ForeignKey(
        Fact, on_delete=models.CASCADE, related_name="distinctions", verbose_name=_("first")
    )
    second = models.ForeignKey(
        Fact, on_delete=models.CASCADE, related_name="+", verbose_name=_("second")
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("distinction")
        verbose_name_plural = _("distinctions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="facts_distinction_once_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="facts_distinction_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"

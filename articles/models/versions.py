"""What readers saw of an article, version by version."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from core.validators import validate_printable


def reasons_by_part(redactions: list[dict]) -> dict:
    """Why each part was blacked out, all reasons in their order, by its index or name."""
    found: dict = {}
    for one in redactions:
        found.setdefault(one["index"], []).append(one["reason"])
    return {part: "; ".join(dict.fromkeys(reasons)) for part, reasons in found.items()}


class VersionQuerySet(models.QuerySet):
    def seen(self):
        """Those whose hour has come."""
        return self.filter(shown_at__lte=timezone.now())

    def newest(self):
        return self.order_by("-pk").first()


class Version(models.Model):
    """The sentences of an article as readers saw them from a moment on, until the next version.

    Its figures are filled in: what they say later changes no version. Append-only, but for one that
    waits for its hour.
    """

    class Change(models.TextChoices):
        FIRST = "first", _("First version")
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        RETRACTION = "retraction", _("Retraction")
        REINSTATEMENT = "reinstatement", _("Reinstatement")
        MINOR = "minor", _("Slip of the pen")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("revision"))
    change = models.CharField(_("change"), max_length=13, choices=Change.choices)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_printable])
    sentences = models.JSONField(_("sentences"), default=list)
    # The figures that fill the text, in its order: [key of the fact, whether it is withdrawn].
    figures = models.JSONField(_("figures"), default=list)
    # Of sentences, or the "note", that must not be seen: {"index": …, "reason": …}.
    redactions = models.JSONField(_("blacked out"), default=list, blank=True)
    shown_at = models.DateTimeField(_("shown since"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["article", "-id"], name="articles_version_of_article"),
        ]

    # What may change once readers have seen it.
    OPEN = {"redactions", "by"}

    def __str__(self):
        return f"{self.article}, {self.get_change_display()}"

    def save(self, *args, **kwargs):
        is_seen = not self._state.adding and self.shown_at <= timezone.now()
        if is_seen and not set(kwargs.get("update_fields") or ["*"]) <= self.OPEN:
            raise ValidationError(_("What readers have seen is never changed."), code="append_only")
        super().save(*args, **kwargs)

    @property
    def shown_sentences(self) -> list[str]:
        """The sentences; of those blacked out the reasons alone, in brackets."""
        reasons = reasons_by_part(self.redactions)
        return [
            f"[{reasons[index]}]" if index in reasons else sentence
            for index, sentence in enumerate(self.sentences)
        ]

    @property
    def shown_note(self) -> str:
        reason = reasons_by_part(self.redactions).get("note")
        return f"[{reason}]" if reason else self.note

    def has_successor(self, **values) -> bool:
        return self.article.versions.filter(pk__gt=self.pk, **values).exists()

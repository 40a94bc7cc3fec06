from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.moderation import Ban, Decision
from core.validators import validate_printable


class Appeal(models.Model):
    """What somebody says against a decision on their comment, or against a ban of theirs."""

    MOST_TEXT, MOST_ANSWER = 2000, 400

    class Outcome(models.TextChoices):
        OPEN = "", _("not decided yet")
        UPHELD = "upheld", _("it stands")
        REVERSED = "reversed", _("it was taken back")

    decision = models.OneToOneField(
        Decision,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="appeal",
        verbose_name=_("decision"),
    )
    ban = models.OneToOneField(
        Ban,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="appeal",
        verbose_name=_("ban"),
    )
    text = models.TextField(_("what is said against it"), max_length=MOST_TEXT, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    answer = models.CharField(
        _("answer"),
        max_length=MOST_ANSWER,
        blank=True,
        help_text=_("They read it: why it stands, or why not."),
        validators=[validate_printable],
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["outcome", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__isnull=True, ban__isnull=False)
                | Q(decision__isnull=False, ban__isnull=True),
                name="comments_appeal_against_one_thing",
            ),
        ]

    def __str__(self):
        # The admin's log keeps it: no words of anybody in it.
        return _("Appeal %s") % self.pk

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN

    @property
    def against(self) -> Decision | Ban:
        return self.decision or self.ban

"""Review tasks: questions to editors about figures that changed, aged or lost their source."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from companies.models import Company
from core.validators import validate_printable
from facts.models import Fact, Metric, Source


class ReviewTaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state="open")

    def waiting(self):
        """Open tasks that are not snoozed."""
        awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=timezone.localdate())
        return self.open().filter(awake)

    def snoozed(self):
        return self.open().filter(snoozed_until__gt=timezone.localdate())


class ReviewTask(models.Model):
    """A question to the desk. At most one is open per kind and target."""

    class Kind(models.TextChoices):
        DEPRECATED = "deprecated", _("withdrawn figure in a live article")
        SUPERSEDED = "superseded", _("newer figure than the one quoted")
        CONTRADICTION = "contradiction", _("two figures that cannot both be right")
        STALE = "stale", _("figure past its shelf life")
        SOURCE = "source", _("source gone or missing")
        UNSOURCED = "unsourced", _("live article with figures that name no source")
        RENAMED = "renamed", _("other words beside published figures")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")

    class Resolution(models.TextChoices):
        REFRESHED = "refreshed", _("refreshed")
        KEPT = "kept", _("kept")
        VERIFIED = "verified", _("verified")
        DISTINCT = "distinct", _("not the same thing")
        SETTLED = "settled", _("settled elsewhere")

    # Decisions that suppress the same task until the evidence changes.
    STANDING = (Resolution.KEPT, Resolution.DISTINCT)

    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    target = models.CharField(
        _("target"), max_length=80, help_text=_("What it is about: “article:12/fact:7”.")
    )
    evidence = models.CharField(
        _("evidence"),
        max_length=80,
        blank=True,
        help_text=_("What raised it. A decision holds until there is other evidence."),
    )
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="review_tasks"
    )
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, null=True, related_name="review_tasks")
    other = models.ForeignKey(Fact, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, related_name="review_tasks"
    )
    metric = models.ForeignKey(
        Metric, on_delete=models.CASCADE, null=True, related_name="review_tasks"
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, related_name="review_tasks"
    )
    score = models.FloatField(_("urgency"), default=0)
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    resolution = models.CharField(
        _("resolution"), max_length=9, choices=Resolution.choices, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_printable])
    snoozed_until = models.DateField(_("snoozed until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("raised"), auto_now_add=True)

    objects = ReviewTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("review task")
        verbose_name_plural = _("review tasks")
        ordering = ["-score", "-pk"]
        indexes = [
            models.Index(fields=["state", "-score", "-id"], name="desk_reviewtask_by_score"),
            models.Index(fields=["state", "-decided_at", "-id"], name="desk_reviewtask_log"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(state="open"),
                name="desk_reviewtask_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", resolution="")
                | (Q(state="done", decided_at__isnull=False) & ~Q(resolution="")),
                name="desk_reviewtask_done_has_resolution",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.target}"

    @property
    def named(self):
        """The row whose words changed, for a task of that kind."""
        return self.company or self.metric or self.source


class DeskMail(models.Model):
    """Somebody of the desk is told of something by mail, once."""

    class Kind(models.TextChoices):
        SENT = "sent", _("a text waits for review")
        RETURNED = "returned", _("a text came back")
        APPROVED = "approved", _("a text is approved")
        MENTION = "mention", _("named in a note")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The key of the review or the note.
    about = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail to the desk")
        verbose_name_plural = _("mails to the desk")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "created_at"], name="desk_deskmail_lately")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "user", "about"], name="desk_deskmail_once")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.user}"

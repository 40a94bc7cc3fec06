from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.models.people import MailboxField, mailbox_of
from core.models import GivenHeart, TimeStamped
from core.validators import validate_printable


class DecisionQuerySet(models.QuerySet):
    def approvals(self):
        """Those that let a comment pass, and stand: also when whoever made them has left."""
        return self.filter(after=Comment.State.PUBLISHED, undone_at=None)


class Decision(models.Model):
    """A moderator's decision: an audit log, and the basis of undo."""

    class Reason(models.TextChoices):
        NONE = "", _("—")
        OFF_TOPIC = "off-topic", _("It is not about this page.")
        ABUSE = "abuse", _("It attacks people instead of what they say.")
        ADVERTISING = "ad", _("It advertises something.")
        UNCLEAR = "unclear", _("We could not tell what it says.")
        DUPLICATE = "duplicate", _("It was said here already.")
        UNLAWFUL = "unlawful", _("We may not publish it for legal reasons.")
        OTHER = "other", _("Another reason.")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    before = models.CharField(_("before"), max_length=9, choices=Comment.State.choices)
    after = models.CharField(_("after"), max_length=9, choices=Comment.State.choices)
    held_for = models.CharField(max_length=8, choices=Comment.Reason.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=9, choices=Reason.choices, blank=True)
    note = models.CharField(
        _("in your words"), max_length=300, blank=True, validators=[validate_printable]
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    edit = models.TextField(
        _("changed text"),
        blank=True,
        help_text=_("If it was decided on a change of a comment, which itself stays as it is."),
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]

    def __str__(self):
        if self.edit:
            return _("Change: %s") % self.get_after_display()
        return f"{self.get_before_display()} → {self.get_after_display()}"

    @property
    def is_current(self) -> bool:
        """Whether its comment still is as it left it, so that it can be undone."""
        comment = self.comment
        if self.edit:
            is_changed = comment.edited_at is not None and comment.edited_at > self.made_at
            return comment.is_published and not is_changed
        return comment.state == self.after


class CommentRevision(models.Model):
    """The text of a comment before an edit, visible to moderators only."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField(_("text"))
    replaced_at = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        verbose_name = _("former text")
        verbose_name_plural = _("former texts")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.comment_id}, {self.replaced_at:%Y-%m-%d %H:%M}"


class BanQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))

    def against(self, *, emails=(), subnet=""):
        """Active bans on one of the addresses, however it is written, or on a network."""
        found = Q(mailbox__in={mailbox_of(email) for email in emails if email})
        if subnet:
            found |= Q(subnet=subnet)
        return self.standing().filter(found)


class Ban(TimeStamped):
    """A ban on an e-mail address or a network, optionally until a date."""

    email = models.EmailField(_("e-mail"), blank=True)
    mailbox = MailboxField()
    subnet = models.CharField(_("subnet"), max_length=64, blank=True)
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day. Empty: until it is lifted.")
    )
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_printable])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        verbose_name=_("by"),
    )

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["mailbox"], name="comments_ban_mailbox"),
            models.Index(fields=["subnet"], name="comments_ban_subnet"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(email="") & ~Q(subnet="")) | (~Q(email="") & Q(subnet="")),
                name="comments_ban_of_one_thing",
                violation_error_message=_("Ban an address or a network, one of the two."),
            ),
        ]

    def __str__(self):
        # The admin's log keeps it: no address in it.
        return _("Ban %s") % self.pk

    @property
    def who(self) -> str:
        return self.email or _("network %s…") % self.subnet[:8]

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        super().save(*args, **kwargs)


class WordRule(models.Model):
    """A word or phrase that is refused or held for review, in names or anywhere."""

    class Effect(models.TextChoices):
        HOLD = "hold", _("an editor looks first")
        REFUSE = "refuse", _("refused")

    class Place(models.TextChoices):
        ANYWHERE = "any", _("names, texts and links")
        NAME = "name", _("names")

    phrase = models.CharField(
        _("word or phrase"),
        max_length=80,
        help_text=_("Whole words in any case and look-alikes; end with * for all that begins so."),
        validators=[validate_printable],
    )
    place = models.CharField(_("in"), max_length=4, choices=Place.choices, default=Place.ANYWHERE)
    effect = models.CharField(
        _("effect"), max_length=6, choices=Effect.choices, default=Effect.HOLD
    )

    class Meta:
        verbose_name = _("word list entry")
        verbose_name_plural = _("word list")
        ordering = ["phrase"]
        constraints = [
            models.UniqueConstraint(fields=["phrase", "place"], name="comments_wordrule_once"),
        ]

    def __str__(self):
        return self.phrase


class ReportQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody has decided on."""
        return self.filter(settled_at=None)


class Report(models.Model):
    """A reader's report of a comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("advertising")
        ABUSE = "abuse", _("an attack on somebody")
        FALSE = "false", _("false and harmful")
        PRIVATE = "private", _("somebody’s private affairs")
        OTHER = "other", _("something else")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(_("reason"), max_length=7, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[validate_printable])
    email = models.EmailField(
        blank=True, help_text=_("Where the outcome is told, if they want to know.")
    )
    subnet = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    settled_at = models.DateTimeField(
        _("settled"),
        null=True,
        editable=False,
        help_text=_("An editor has decided on the comment since, or its author took it back."),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "subnet"],
                condition=models.Q(settled_at=None),
                name="comments_report_once",
            ),
        ]
        indexes = [models.Index(fields=["subnet", "-created_at"], name="comments_report_rate")]

    def __str__(self):
        return self.get_reason_display()


class CommentHeart(GivenHeart):
    """One visitor's heart on a comment, counted in `Comment.heart_count`."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="hearts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "visitor"], name="comments_heart_once"),
        ]
        indexes = [models.Index(fields=["subnet", "-created_at"], name="comments_heart_rate")]

    def __str__(self):
        return str(self.comment)


class PendingCheck(models.Model):
    """A comment that Akismet has not answered about, and where it came from, until it has."""

    MOST_OF_AGENT = 300

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="pending_check")
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=MOST_OF_AGENT, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.comment_id}"


class Notice(models.Model):
    """A mail about a comment: there is one row for each, so that nobody is told twice."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm"
        PUBLISHED = "published"
        REJECTED = "rejected"
        REPORTED = "reported"
        RECEIPT = "receipt"
        OUTCOME = "outcome"
        BANNED = "banned"
        APPEAL = "appeal"
        EDIT = "edit"
        REPLY = "reply"
        COURSE = "course"
        MODERATE = "moderate"

    kind = models.CharField(max_length=9, choices=Kind.choices)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    email = models.EmailField()
    mailbox = MailboxField()
    # One mail for each step of a correction, each text that readers reported, each ban and appeal.
    about = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # The day of a question: at once asked for many addresses of a mailbox, only one is asked.
    asked_on = models.DateField(null=True)
    # While a worker is sending it. It may have been killed since.
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "comment", "email", "about"], name="comments_notice_once"
            ),
            models.UniqueConstraint(
                fields=["mailbox", "asked_on"], name="comments_notice_one_question_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "-created_at"], name="comments_notice_rate"),
            models.Index(fields=["-created_at"], name="comments_notice_latest"),
        ]

    def __str__(self):
        return f"{self.kind}: {self.email}"

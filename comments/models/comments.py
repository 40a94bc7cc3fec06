import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from comments.kinds import Kind
from comments.models.discussions import Discussion
from comments.models.people import Commenter
from comments.querysets import TO_DECIDE, CommentQuerySet
from core import prose
from core.db.keeping import Kept
from core.fields import WebURLField
from core.models import TimeStamped
from core.web.addresses import slug_url

_WRITTEN_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def new_public_id() -> str:
    return secrets.token_hex(5)


class Comment(Kept, TimeStamped):
    Kind = Kind

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        PUBLISHED = "published", _("published")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")

    # By the desk.
    TAKEN_DOWN = State.REMOVED, State.REJECTED, State.SPAM
    GONE = *TAKEN_DOWN, State.WITHDRAWN

    class Course(models.TextChoices):
        """The progress of a correction."""

        OPEN = "open", _("open")
        CHECKING = "checking", _("being checked")
        ACCEPTED = "accepted", _("accepted")
        UNCHANGED = "unchanged", _("not changed")

    class Reason(models.TextChoices):
        """Why a comment is held; shown to its author."""

        NONE = "", _("—")
        FIRST = "first", _("First comments are read by an editor before they appear.")
        LINKS = "links", _("Comments with several links are read by an editor first.")
        TRAP = "trap", _("A field that people do not see was filled in, so an editor looks first.")
        HASTE = "haste", _("It was sent within two seconds, so an editor looks first.")
        NAME = "name", _("Its name is much like one of ours, so an editor looks first.")
        WORDS = "words", _("It holds words that an editor looks at first.")
        HISTORY = "history", _("Lately several comments from there were taken down.")
        AKISMET = "akismet", _("It looks like advertising to a service that we ask.")
        CHECKING = "checking", _("It is being checked for advertising, which takes a moment.")
        FLOOD = "flood", _("Many comments come in at the moment; it will be read later.")
        MODE = "mode", _("On this page an editor reads everything before it appears.")
        FLAGGED = "flagged", _("Readers have reported it, so an editor looks again.")
        EDITED = "edited", _("It was changed after an editor had read it.")

    # Held for these it is likely to be advertising: the queue folds it apart.
    LIKELY_SPAM = (
        *(Reason.AKISMET, Reason.WORDS, Reason.LINKS, Reason.TRAP, Reason.HASTE, Reason.HISTORY),
    )

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="comments", verbose_name=_("discussion")
    )
    thread = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("thread"),
        help_text=_("The comment of the first level that this one stands under."),
    )
    in_reply_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("in reply to"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.NOTE)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PENDING)
    reason = models.CharField(
        _("held because"), max_length=8, choices=Reason.choices, blank=True, default=Reason.NONE
    )
    course = models.CharField(
        _("course of the correction"), max_length=9, choices=Course.choices, blank=True
    )
    outcome = models.CharField(
        _("the editor's answer"), max_length=400, blank=True, help_text=_("Shown to everyone.")
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    commenter = models.ForeignKey(
        Commenter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="comments",
        verbose_name=_("address"),
    )
    is_confirmed = models.BooleanField(
        _("address confirmed"),
        default=False,
        help_text=_("Whoever reads mail at the address says that the comment is theirs."),
    )
    wants_replies = models.BooleanField(_("replies by mail"), default=False, editable=False)
    quote = models.CharField(_("quoted passage"), max_length=500, blank=True)
    proposed_value = models.CharField(_("proposed value"), max_length=120, blank=True)
    proposed_date = models.CharField(_("its date"), max_length=60, blank=True)
    proposed_link = WebURLField(_("where it stands"), blank=True)
    body = models.TextField(_("text"), max_length=5000)
    body_html = models.TextField(editable=False, blank=True)
    held_body = models.TextField(
        _("changed text, which waits"),
        max_length=5000,
        blank=True,
        editable=False,
        help_text=_("Readers see the text above until an editor has approved this one."),
    )
    held_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("staff"),
    )
    subnet = models.CharField(
        _("subnet"), max_length=64, blank=True, help_text=_("A keyed hash; no address is stored.")
    )
    nonce = models.CharField(
        max_length=32,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("From the form’s token: sending a form twice makes one comment."),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    picked_at = models.DateTimeField(_("editors’ pick"), null=True, blank=True, editable=False)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True, editable=False)
    heart_count = models.PositiveIntegerField(_("hearts"), default=0, editable=False)
    report_count = models.PositiveIntegerField(_("reports"), default=0, editable=False)
    link_count = models.PositiveSmallIntegerField(_("links"), default=0, editable=False)
    is_by_author = models.BooleanField(_("by the article’s author"), default=False, editable=False)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="moderated_comments",
        verbose_name=_("moderated by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        permissions = [("moderate_comment", _("Can moderate comments"))]
        indexes = [
            models.Index(
                fields=["discussion", "state", "created_at"], name="comments_comment_in_thread"
            ),
            models.Index(
                fields=["discussion", "-created_at", "-id"],
                condition=Q(thread__isnull=True),
                name="comments_comment_roots",
            ),
            models.Index(fields=["-created_at", "-id"], name="comments_comment_by_date"),
            models.Index(fields=["state", "-created_at", "-id"], name="comments_comment_queue"),
            models.Index(fields=["state", "-published_at", "-id"], name="comments_comment_latest"),
            models.Index(fields=["subnet", "-created_at"], name="comments_comment_rate"),
            models.Index(fields=["commenter", "-created_at"], name="comments_comment_of_person"),
            models.Index(
                fields=["discussion", "kind", "-created_at", "-id"],
                condition=Q(state="published"),
                name="comments_comment_of_kind",
            ),
            models.Index(
                fields=["discussion", "-heart_count", "-created_at", "-id"],
                condition=Q(thread__isnull=True),
                name="comments_comment_best",
            ),
            models.Index(
                fields=["created_at", "id"],
                condition=Q(course__in=["open", "checking"]),
                name="comments_comment_inbox",
            ),
            models.Index(
                fields=["-created_at", "-id"],
                condition=TO_DECIDE,
                name="comments_comment_to_decide",
            ),
            models.Index(
                fields=["-report_count", "-id"],
                condition=Q(report_count__gt=0),
                name="comments_comment_reported",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="correction") | Q(course=""),
                name="comments_comment_only_corrections_have_a_course",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="comments_comment_published_has_date",
            ),
            models.CheckConstraint(
                condition=Q(held_body="", held_at__isnull=True)
                | (~Q(held_body="") & Q(held_at__isnull=False)),
                name="comments_comment_held_text_has_date",
            ),
        ]

    def __str__(self):
        # The admin's log keeps it, when the words and the name have long been erased.
        return f"{self.get_kind_display()} {self.public_id}"

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None:
            self.derive()
        super().save(*args, update_fields=update_fields, **kwargs)

    def derive(self):
        """Set the fields derived from the text. Rendering is slow: call it before taking a lock."""
        if self._rendered_body != self.body:
            self.body_html = prose.render_comment(self.body).html
            said = self.name, self.quote, self.proposal, self.body
            written = len(_WRITTEN_LINK.findall(" ".join(said)))
            links = max(written, self.body_html.count("<a ")) + bool(self.proposed_link)
            self.link_count = min(links, 999)
            self._rendered_body = self.body
        if self.kind == self.Kind.CORRECTION and not self.course:
            self.course = self.Course.OPEN

    _rendered_body = None

    @property
    def proposal(self) -> str:
        """What its author says is right, as text: “57 (June 2026)”."""
        date = f"({self.proposed_date})" if self.proposed_date else ""
        return " ".join(filter(None, [self.proposed_value, date]))

    @property
    def version(self) -> str:
        """What tells one text of the comment from another: a decision is about one of them."""
        said = f"{self.body}\0{self.held_body}" if self.held_body else self.body
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def latest_body(self) -> str:
        """What its author says by now, which may wait."""
        return self.held_body or self.body

    @property
    def held_html(self) -> str:
        return prose.render_comment(self.held_body).html

    @property
    def has_held_edit(self) -> bool:
        """Whether readers see a former text while the changed one waits for an editor."""
        return self.is_published and bool(self.held_body)

    @property
    def is_waiting(self) -> bool:
        """Whether an editor is asked to decide on it, or on a change of it."""
        return self.state == self.State.PENDING or self.has_held_edit

    def count_edits(self) -> int:
        """How often its author changed it: what was made, what waits and what was refused."""
        refused = self.decisions.filter(after=self.State.REJECTED, undone_at=None).exclude(edit="")
        return self.revisions.count() + refused.count() + bool(self.held_body)

    def hold_edit(self, body, reason):
        self.held_body, self.held_at, self.reason = body, timezone.now(), reason

    def drop_edit(self):
        self.held_body, self.held_at = "", None

    def replace_body(self, body, at):
        """Keep the former text for moderators. No change waits any more."""
        self.revisions.create(body=self.body, replaced_at=at)
        self.body, self.edited_at = body, at
        self.drop_edit()
        self.derive()

    @property
    def is_kept(self) -> bool:
        is_due = self.state == self.State.PENDING
        return is_due or self.kind == self.Kind.CORRECTION or self.published_at is not None

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_gone(self) -> bool:
        """Whether only a placeholder is left in the thread."""
        return self.state in self.GONE

    @property
    def was_approved(self) -> bool:
        """Whether an approval stands, of this text or of a former one."""
        return self.decisions.approvals().exists()

    @property
    def was_read(self) -> bool:
        """Whether an approval stands that was of this text."""
        approvals = self.decisions.approvals()
        if self.edited_at:
            approvals = approvals.filter(made_at__gte=self.edited_at)
        return approvals.exists()

    @property
    def reported_for(self) -> str:
        """What readers said is wrong with it, each reason once: “advertising, something else”."""
        reasons = {report.reason: report.get_reason_display() for report in self.reports.open()}
        return ", ".join(map(str, reasons.values()))

    @property
    def resolved_in(self) -> str:
        """How long the correction took, as text; empty under a minute."""
        if not self.resolved_at or self.resolved_at - self.created_at < timedelta(minutes=1):
            return ""
        return timesince(self.created_at, self.resolved_at, depth=1)

    def get_absolute_url(self):
        return f"{self.discussion.subject.get_absolute_url()}#c-{self.public_id}"

    def get_page_url(self):
        """The permalink, which also leads an author to a held comment."""
        return slug_url("comments:comment", self.public_id)

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.querysets import CommentQuerySet
from companies.models import Company
from core import prose
from core.models import TimeStamped


def new_public_id() -> str:
    return secrets.token_hex(5)


class Discussion(models.Model):
    """The comments of one page: an article's or a company's."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, company__isnull=True)
                | Q(article__isnull=True, company__isnull=False),
                name="comments_discussion_of_one_page",
            ),
        ]

    def __str__(self):
        return str(self.subject)

    @property
    def subject(self) -> Article | Company:
        return self.article or self.company

    def get_absolute_url(self):
        return f"{self.subject.get_absolute_url()}#comments"


class Comment(TimeStamped):
    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        QUESTION = "question", _("Question")
        CORRECTION = "correction", _("Correction")
        TIP = "tip", _("Tip")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        PUBLISHED = "published", _("published")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")

    class Course(models.TextChoices):
        """How far a correction has come."""

        OPEN = "open", _("open")
        CHECKING = "checking", _("being checked")
        ACCEPTED = "accepted", _("accepted")
        UNCHANGED = "unchanged", _("not changed")

    class Reason(models.TextChoices):
        """Why a comment was not shown at once: its author is told in these words."""

        NONE = "", _("—")
        FIRST = "first", _("First comments are read by an editor before they appear.")
        LINKS = "links", _("Comments with several links are read by an editor first.")
        TRAP = "trap", _("Something about the form looked automatic, so an editor looks first.")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="comments", verbose_name=_("discussion")
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
        _("held because"), max_length=6, choices=Reason.choices, blank=True, default=Reason.NONE
    )
    course = models.CharField(
        _("course of the correction"), max_length=9, choices=Course.choices, blank=True
    )
    outcome = models.CharField(
        _("the editor's answer"), max_length=400, blank=True, help_text=_("Shown to everyone.")
    )
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    quote = models.CharField(_("quoted passage"), max_length=500, blank=True)
    body = models.TextField(_("text"), max_length=5000)
    body_html = models.TextField(editable=False, blank=True)
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
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
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
            models.Index(fields=["state", "-created_at"], name="comments_comment_queue"),
            models.Index(fields=["subnet", "-created_at"], name="comments_comment_rate"),
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
        ]

    def __str__(self):
        return f"{self.name}: {self.body[:60]}"

    def save(self, *args, **kwargs):
        self.body_html = prose.render_comment(self.body).html
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return f"{self.discussion.subject.get_absolute_url()}#comment-{self.public_id}"

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.revisions import Revision
from articles.models.rights import SectionRight
from core.validators import validate_printable

MOST_OF_A_NOTE = 2000
NAMES = "username", "first_name", "last_name"


class ReviewQuerySet(models.QuerySet):
    def open(self):
        return self.filter(verdict="")

    def waiting_for(self, user):
        """What this user may decide on, the oldest first."""
        if not user.has_perm("articles.publish_article"):
            return self.none()
        elsewhere = SectionRight.objects.closed_for_publishing(user)
        waiting = self.open().filter(article__trashed_at=None)
        waiting = waiting.exclude(article__section__in=elsewhere)
        return waiting.order_by("submitted_at", "pk")

    def returned_to(self, user):
        """What came back to whoever sent it and was neither sent nor published since."""
        newest = self.filter(article=models.OuterRef("article")).order_by("-pk").values("pk")
        returned = self.filter(verdict="returned", submitted_by=user, article__trashed_at=None)
        still = Q(article__live_number=None) | Q(article__live_number__lt=F("revision__number"))
        returned = returned.filter(still, pk=models.Subquery(newest[:1]))
        return returned.order_by("-decided_at", "-pk")

    def with_people(self):
        return self.select_related("submitted_by", "decided_by")

    def with_texts(self):
        """Each with what a list shows of its article, and without any text."""
        shown = "language", "live_number", "published_at", "status", "title", "waiting_title"
        people = "submitted_by", "decided_by"
        rows = self.select_related("article__section", "revision", *people)
        return rows.only(
            *(field.attname for field in Review._meta.concrete_fields),
            *(f"article__{name}" for name in (*shown, "trashed_at", "section")),
            *("article__section__name", "revision__number", "revision__article"),
            *(f"{who}__{name}" for who in people for name in NAMES),
        )

    def with_newest_number(self):
        """Adds `newest_number`, of the revision of its article saved last."""
        newest = Revision.objects.filter(article=models.OuterRef("article")).order_by("-number")
        return self.annotate(newest_number=models.Subquery(newest.values("number")[:1]))


class Review(models.Model):
    """Somebody asks for a text to be published. It waits, whatever is saved meanwhile, until an
    editor decides; the decision is never rewritten.
    """

    class Verdict(models.TextChoices):
        OPEN = "", _("waits")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        DROPPED = "dropped", _("not decided: archived")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="reviews")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="reviews")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    submitted_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, blank=True)
    note = models.TextField(
        _("note"), max_length=MOST_OF_A_NOTE, blank=True, validators=[validate_printable]
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(verdict=""),
                name="articles_review_waiting",
            ),
            models.Index(
                fields=["submitted_by", "-decided_at"],
                condition=Q(verdict="returned"),
                name="articles_review_returned",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=Q(verdict=""), name="articles_review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True)
                | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="articles_review_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="returned") | ~Q(note=""),
                name="articles_review_returned_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.revision.number}"

    def save(self, *args, **kwargs):
        if self.pk and not type(self).objects.open().filter(pk=self.pk).exists():
            raise ValidationError(_("What was decided is never rewritten."))
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return not self.verdict

    @property
    def is_returned(self) -> bool:
        return self.verdict == self.Verdict.RETURNED

    @property
    def is_approved(self) -> bool:
        return self.verdict == self.Verdict.APPROVED

    @property
    def is_behind(self) -> bool:
        """Whether readers were given this text, or a newer one, since."""
        return self.revision.number <= (self.article.live_number or 0)

    @property
    def is_of_a_live_text(self) -> bool:
        return self.article.is_published

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from core.models import FormerSlug
from core.validators import validate_printable


class RevisionQuerySet(models.QuerySet):
    def with_history(self):
        """For a list: without their contents; adds `replaced_at`, when another went live."""
        later = self.model.objects.filter(
            article=models.OuterRef("article"), published_at__gt=models.OuterRef("published_at")
        )
        replaced = models.Subquery(later.order_by("published_at").values("published_at")[:1])
        found = self.select_related("author").annotate(replaced_at=replaced)
        return found.defer("content").order_by("-number")


class Revision(models.Model):
    """A whole snapshot of an article as somebody saved it. Never changed, never deleted."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    note = models.CharField(_("note"), max_length=200, blank=True, validators=[validate_printable])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("saved by"),
    )
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(
        _("went live"), null=True, blank=True, help_text=_("When this text became the live one.")
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="articles_revision_number_once"
            ),
        ]
        indexes = [
            # Since when, and until when, each was live.
            models.Index(
                fields=["article", "published_at"],
                condition=models.Q(published_at__isnull=False),
                name="articles_revision_went_live",
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.number}"


class ArticleFormerSlug(FormerSlug):
    target = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former article address")
        verbose_name_plural = _("former article addresses")

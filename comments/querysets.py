from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from articles.models import Article
from companies.models import Company

REPLIES_SHOWN = 50
STANDING = ["published", "removed"]


class DiscussionQuerySet(models.QuerySet):
    def of(self, subject):
        """The discussion of an article or a company; an unsaved one where nobody spoke yet."""
        field = "article" if isinstance(subject, Article) else "company"
        discussion = self.filter(**{field: subject}).first() or self.model()
        setattr(discussion, field, subject)
        return discussion

    def with_counts(self):
        return self.annotate(
            comment_count=Count("comments", filter=Q(comments__state="published")),
            waiting_count=Count("comments", filter=Q(comments__state="pending")),
        )


class CommentQuerySet(models.QuerySet):
    def visible(self):
        """What everybody may see on a page that everybody may see."""
        return self.filter(state="published")

    def public(self):
        """What everybody may see, and the page it stands under too: for feeds and search."""
        return self.visible().filter(
            Q(discussion__article__in=Article.objects.published())
            | Q(discussion__company__in=Company.objects.visible())
        )

    def waiting(self):
        return self.filter(state="pending")

    def standing(self):
        """What has a place in a conversation: a removed comment keeps its own, without a word."""
        return self.filter(state__in=STANDING)

    def threads(self):
        """First-level comments that have a place, newest first."""
        answers = self.model.objects.visible().filter(thread=OuterRef("pk"))
        return self.filter(
            Q(state__in=STANDING) | Q(~Q(state="pending"), Exists(answers)),
            thread=None,
        ).order_by("-created_at", "-pk")

    def before(self, comment):
        return self.filter(
            Q(created_at__lt=comment.created_at)
            | Q(created_at=comment.created_at, pk__lt=comment.pk)
        )

    def after(self, comment):
        return self.filter(
            Q(created_at__gt=comment.created_at)
            | Q(created_at=comment.created_at, pk__gt=comment.pk)
        )

    def in_threads(self, roots, limit=REPLIES_SHOWN):
        """In one query, the roots and the first replies of each; one more, so that a page can tell.

        Each root comes before its replies, and these oldest first.
        """
        place = Window(
            RowNumber(),
            partition_by=[Coalesce("thread_id", "pk")],
            order_by=[F("thread_id").asc(nulls_first=True), "created_at", "pk"],
        )
        replies = Q(thread__in=roots.values("pk"), state__in=STANDING)
        return (
            self.filter(Q(pk__in=roots.values("pk")) | replies)
            .annotate(place=place)
            .filter(place__lte=limit + 2)
            .select_related("in_reply_to")
            .order_by(F("thread_id").asc(nulls_first=True), "created_at", "pk")
        )

    def with_page(self):
        return self.select_related("discussion__article", "discussion__company")

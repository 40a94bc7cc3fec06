from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from articles.models import Article
from companies.models import Company

REPLIES_SHOWN = 50


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
        return self.filter(state__in=["published", "removed"])

    def threads(self):
        """First-level comments that have a place, newest first."""
        answers = self.model.objects.visible().filter(thread=OuterRef("pk"))
        return self.filter(
            Q(state__in=["published", "removed"]) | Q(~Q(state="pending"), Exists(answers)),
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

    def with_replies(self, limit=REPLIES_SHOWN):
        """The first replies of each thread, one more than the limit so that a page can tell."""
        replies = self.model.objects.standing().select_related("in_reply_to")
        replies = replies.order_by("created_at", "pk")[: limit + 1]
        return self.prefetch_related(Prefetch("replies", replies, to_attr="fetched_replies"))

    def with_page(self):
        return self.select_related("discussion__article", "discussion__company")

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from articles.models import Article
from comments.kinds import Kind
from companies.models import Company
from core.db.counting import RowCount
from core.db.keeping import KeptQuerySet
from core.pagestore.tracking import TrackedQuerySet

REPLIES_SHOWN = 25
STANDING = ["published", "removed"]
# The queue's index has the same condition.
TO_DECIDE = Q(state="pending") | Q(~Q(held_body=""), state="published")


class DiscussionQuerySet(KeptQuerySet, TrackedQuerySet):
    def kept(self):
        comments = self.model.comments.rel.related_model.objects
        return self.filter(Exists(comments.filter(discussion=OuterRef("pk"))))

    def of(self, subject):
        """The discussion of an article or a company, unsaved if there is none yet."""
        field = "article" if isinstance(subject, Article) else "company"
        discussion = self.filter(**{field: subject}).first() or self.model()
        setattr(discussion, field, subject)
        return discussion

    def with_counts(self):
        comments = self.model.comments.rel.related_model.objects.filter(discussion=OuterRef("pk"))
        visible = comments.visible()
        return self.annotate(
            comment_count=RowCount(visible),
            waiting_count=RowCount(comments.waiting()),
            unanswered_count=RowCount(visible.filter(kind=Kind.QUESTION, answered_at=None)),
            **{
                kind.count_field: RowCount(visible.filter(kind=kind))
                for kind in Kind
                if kind.counted
            },
        )


class CommentQuerySet(KeptQuerySet, TrackedQuerySet):
    def kept(self):
        """What readers have seen, what waits for a decision and its reason, and every proposal.

        Its author has a private address for it.
        """
        was_seen = Q(published_at__isnull=False)
        return self.filter(was_seen | Q(state="pending") | Q(kind=Kind.CORRECTION))

    def visible(self):
        """Published comments; whether their page is public is up to the caller."""
        return self.filter(state="published")

    def public(self):
        """Published comments on public pages, for feeds and search."""
        article, company = OuterRef("discussion__article"), OuterRef("discussion__company")
        return self.visible().filter(
            Exists(Article.objects.published().filter(pk=article))
            | Exists(Company.objects.visible().filter(pk=company))
        )

    def waiting(self):
        return self.filter(state="pending")

    def to_decide(self):
        """What waits for an editor: comments, and changes of those on the page."""
        return self.filter(TO_DECIDE)

    def likely_spam(self):
        return self.to_decide().filter(reason__in=self.model.LIKELY_SPAM)

    def placed_replies(self):
        """Replies with a place on the page; what went leaves an empty one where it was answered."""
        answers = self.model.objects.visible().filter(in_reply_to=OuterRef("pk"))
        return self.filter(Q(state__in=STANDING) | Q(~Q(state="pending"), Exists(answers)))

    def placed(self):
        """Comments of both levels with a place on the page."""
        answers = self.model.objects.visible()
        return self.filter(
            Q(state__in=STANDING)
            | Q(~Q(state="pending"), Exists(answers.filter(in_reply_to=OuterRef("pk"))))
            | Q(~Q(state="pending"), Exists(answers.filter(thread=OuterRef("pk"))))
        )

    def threads(self):
        """First-level comments to show, newest first."""
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
        """The roots and the first `limit` replies of each, plus one that tells there are more.

        Roots come before their replies, replies oldest first.
        """
        place = Window(
            RowNumber(),
            partition_by=[Coalesce("thread_id", "pk")],
            order_by=[F("thread_id").asc(nulls_first=True), "created_at", "pk"],
        )
        # A union of index lookups; with OR the planner reads the whole discussion.
        shown = self.model.objects.filter(pk__in=roots.values("pk")).order_by().values("pk")
        replies = self.model.objects.placed_replies().filter(thread__in=roots.values("pk"))
        ids = shown.union(replies.order_by().values("pk"), all=True)
        return (
            self.filter(pk__in=ids)
            .annotate(place=place)
            .filter(place__lte=limit + 2)
            .select_related("in_reply_to")
            .order_by(F("thread_id").asc(nulls_first=True), "created_at", "pk")
        )

    def with_page(self):
        return self.select_related("discussion__article", "discussion__company")

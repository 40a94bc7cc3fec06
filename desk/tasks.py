"""The open work on the admin's index, limited to what the user may do."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article, PlannedChange, Review
from comments.models import Comment
from desk.models import ReviewTask

# Counting stops here; the label then says “500+”.
MOST = 500
# So many that wait are told by name.
MOST_NAMED = 5
MOST_OF_A_TITLE = 90


@dataclass(frozen=True)
class Task:
    label: str
    count: int
    url: str

    @property
    def shown(self) -> str:
        return f"{MOST}+" if self.count == MOST else str(self.count)


def tasks_for(user) -> list[Task]:
    offers = [
        ("comments.moderate_comment", held_comments),
        ("comments.moderate_comment", proposed_corrections),
        ("articles.publish_article", partial(articles_in_review, user)),
        ("articles.change_article", partial(returned_articles, user)),
        ("articles.publish_article", scheduled_articles),
        ("articles.publish_article", held_up_changes),
        ("desk.view_reviewtask", figures_to_review),
    ]
    waiting = (task() for permission, task in offers if user.has_perm(permission))
    return [task for found in waiting for task in found]


def held_comments():
    count = Comment.objects.to_decide().order_by()[:MOST].count()
    label = ngettext("comment waits for a moderator", "comments wait for a moderator", count)
    url = f"{reverse('admin:comments_comment_changelist')}?state__exact=pending"
    return [Task(label, count, url)]


def proposed_corrections():
    asked = Comment.objects.filter(
        kind=Comment.Kind.CORRECTION,
        course__in=[Comment.Course.OPEN, Comment.Course.CHECKING],
        state__in=[Comment.State.PENDING, Comment.State.PUBLISHED],
    )
    count = asked.order_by()[:MOST].count()
    label = ngettext("correction waits for an answer", "corrections wait for an answer", count)
    return [Task(label, count, reverse("admin:corrections_inbox"))]


def articles_in_review(user):
    """By name, as long as they are few."""
    waiting = Review.objects.waiting_for(user)
    count, queue = waiting.order_by()[:MOST].count(), reverse("admin:articles_article_reviews")
    if not 1 <= count <= MOST_NAMED:
        label = ngettext("article is in review", "articles are in review", count)
        return [Task(label, count, queue)]
    return [_sent(review) for review in waiting.with_texts()]


def _sent(review):
    who, title = review.submitted_by, review.article.waiting_title or review.article.title
    words = {
        "who": who and (who.get_full_name() or who.get_username()),
        "title": Truncator(title).chars(MOST_OF_A_TITLE),
    }
    label = _("%(who)s sent “%(title)s” to review") if who else _("“%(title)s” waits for review")
    return Task(
        label % words, 1, reverse("admin:articles_article_review", args=[review.article_id])
    )


def returned_articles(user):
    """Told only where there are any, to whoever sent them."""
    returned = Review.objects.returned_to(user)
    return [_came_back(review) for review in returned.with_texts()[:MOST_NAMED]]


def _came_back(review):
    title = review.article.waiting_title or review.article.title
    label = _("“%(title)s” came back with a note") % {
        "title": Truncator(title).chars(MOST_OF_A_TITLE)
    }
    return Task(label, 1, reverse("admin:articles_article_change", args=[review.article_id]))


def scheduled_articles():
    count = Article.objects.scheduled().order_by()[:MOST].count()
    label = ngettext("article is scheduled", "articles are scheduled", count)
    return [Task(label, count, f"{reverse('admin:articles_article_changelist')}?state=scheduled")]


def held_up_changes():
    """Told only where there are any: they will not go live until an editor has mended them."""
    count = PlannedChange.objects.exclude(problem="")[:MOST].count()
    label = ngettext("scheduled change is held up", "scheduled changes are held up", count)
    url = f"{reverse('admin:articles_article_changelist')}?state=planned"
    return [Task(label, count, url)] if count else []


def figures_to_review():
    """One line per kind of open review task, or a single line with zero."""
    url = reverse("admin:desk_reviewtask_changelist")
    waiting = ReviewTask.objects.waiting().order_by().values_list("kind")
    counts = dict(waiting.annotate(n=Count("pk")))
    if not counts:
        return [Task(ngettext("figure asks for review", "figures ask for review", 0), 0, url)]
    return [
        Task(QUESTIONS[kind](counts[kind]), min(counts[kind], MOST), f"{url}?kind__exact={kind}")
        for kind in ReviewTask.Kind.values
        if kind in counts
    ]


QUESTIONS = {
    ReviewTask.Kind.DEPRECATED: lambda n: ngettext(
        "withdrawn figure stands in a live article", "withdrawn figures stand in live articles", n
    ),
    ReviewTask.Kind.SUPERSEDED: lambda n: ngettext(
        "quoted figure has a newer one", "quoted figures have newer ones", n
    ),
    ReviewTask.Kind.CONTRADICTION: lambda n: ngettext(
        "pair of figures cannot both be right", "pairs of figures cannot both be right", n
    ),
    ReviewTask.Kind.STALE: lambda n: ngettext(
        "figure has gone stale", "figures have gone stale", n
    ),
    ReviewTask.Kind.SOURCE: lambda n: ngettext(
        "figure has no source that is there", "figures have no source that is there", n
    ),
    ReviewTask.Kind.UNSOURCED: lambda n: ngettext(
        "live article has figures without a source",
        "live articles have figures without a source",
        n,
    ),
}

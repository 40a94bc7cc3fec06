"""What waits for somebody of the desk, as far as that somebody may do it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, DateField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from articles.models import Article
from comments.models import Comment
from facts.models import Fact, Metric

# Who has more to do than this need not know how much more.
MOST = 500


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
        ("articles.publish_article", articles_in_review),
        ("articles.publish_article", scheduled_articles),
        ("facts.change_fact", stale_facts),
    ]
    return [task() for permission, task in offers if user.has_perm(permission)]


def held_comments():
    count = Comment.objects.waiting().order_by()[:MOST].count()
    label = ngettext("comment waits for a moderator", "comments wait for a moderator", count)
    return Task(
        label, count, f"{reverse('admin:comments_comment_changelist')}?state__exact=pending"
    )


def articles_in_review():
    count = Article.objects.filter(status=Article.Status.IN_REVIEW).order_by()[:MOST].count()
    label = ngettext("article is in review", "articles are in review", count)
    return Task(label, count, f"{reverse('admin:articles_article_changelist')}?state=review")


def scheduled_articles():
    count = Article.objects.scheduled().order_by()[:MOST].count()
    label = ngettext("article is scheduled", "articles are scheduled", count)
    return Task(label, count, f"{reverse('admin:articles_article_changelist')}?state=scheduled")


def stale_facts():
    count = Fact.objects.current().filter(past_shelf_life()).order_by()[:MOST].count()
    label = ngettext("figure has gone stale", "figures have gone stale", count)
    return Task(label, count, reverse("admin:facts_fact_changelist"))


def past_shelf_life() -> Q:
    """`Fact.is_stale` for a query: days differ by metric, and there are few metrics.

    One comparison for all: from one for each, PostgreSQL would gather every old figure there is
    before it counts the first.
    """
    today = timezone.localdate()
    metrics = Metric.objects.filter(shelf_life_days__isnull=False)
    oldest = {metric.pk: today - timedelta(days=metric.shelf_life_days) for metric in metrics}
    if not oldest:
        return Q(pk__in=[])
    whens = [When(metric=pk, then=Value(day)) for pk, day in oldest.items()]
    is_old = Q(as_of__lt=Case(*whens, output_field=DateField()))
    return Q(metric__in=oldest) & (Q(as_of__isnull=True) | is_old)

"""What stands in the calendar: published, scheduled, planned changes, and drafts with a date."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, PlannedChange
from core.days import start_of

# Of a month; the page says so when there are more.
MOST = 400
SHOWN = "title", "waiting_title", "language", "status", "published_at", "live_number", "trashed_at"
LABELS = {
    "live": _("published"),
    "scheduled": _("scheduled"),
    "change": _("change to a live story"),
    "held": _("held up: change to a live story"),
    "draft": _("draft"),
}


@dataclass(frozen=True)
class Entry:
    """`kind` is one of LABELS; `of` and `pk` name what is moved."""

    kind: str
    article: Article
    at: datetime
    can_move: bool = False

    @property
    def label(self):
        return LABELS[self.kind]

    @property
    def title(self) -> str:
        return self.article.waiting_title or self.article.title

    @property
    def of(self) -> str:
        return "change" if self.kind in ("change", "held") else "article"

    @property
    def key(self) -> str:
        return f"{self.of}-{self.article.pk}"

    @property
    def url(self) -> str:
        return reverse("admin:articles_article_change", args=[self.article.pk])

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def is_live(self) -> bool:
        return self.kind == "live"


@dataclass
class Day:
    day: date
    is_today: bool
    is_other: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_past(self) -> bool:
        return self.day < timezone.localdate()


def days_between(user, first, last, month=None) -> tuple[list[Day], bool]:
    """Each day with its entries, and whether that is not all of them."""
    today, count = timezone.localdate(), (last - first).days + 1
    days = {}
    for at in range(count):
        day = first + timedelta(days=at)
        days[day] = Day(day, day == today, month is not None and day.month != month)
    found = [*_articles(user, first, last), *_changes(user, first, last)]
    for entry in sorted(found, key=lambda one: (one.at, one.article.pk)):
        days[entry.day].entries.append(entry)
    return list(days.values()), len(found) >= MOST


def _articles(user, first, last):
    moments = start_of(first), start_of(last + timedelta(days=1))
    rows = Article.objects.exclude(status=Article.Status.ARCHIVED)
    rows = rows.filter(published_at__gte=moments[0], published_at__lt=moments[1])
    may_move = user.has_perm("articles.publish_article")
    for article in rows.editable_by(user).only(*SHOWN).order_by("published_at", "pk")[:MOST]:
        # Asked of the database, that would be a way to all articles: most are not in the trash.
        if article.trashed_at:
            continue
        kind = _kind_of(article)
        yield Entry(kind, article, article.published_at, may_move and kind != "live")


def _kind_of(article) -> str:
    if article.status != Article.Status.PUBLISHED:
        return "draft"
    return "live" if article.is_published else "scheduled"


def _changes(user, first, last):
    moments = start_of(first), start_of(last + timedelta(days=1))
    rows = PlannedChange.objects.filter(at__gte=moments[0], at__lt=moments[1])
    may_move = user.has_perm("articles.publish_article")
    if not may_move:
        rows = rows.filter(article__in=Article.objects.written_by(user).values("pk"))
    # Read apart: joined, a database may begin with the articles.
    rows = rows.prefetch_related(Prefetch("article", Article.objects.only(*SHOWN)))
    rows = rows.only("at", "problem", "article")
    for plan in rows.order_by("at", "pk")[:MOST]:
        yield Entry("held" if plan.problem else "change", plan.article, plan.at, may_move)

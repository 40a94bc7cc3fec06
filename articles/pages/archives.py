"""Years and months in which something was published, in a bounded number of index look-ups."""

import datetime
from dataclasses import dataclass

from django.db.models import Subquery
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article

MOST_YEARS = 60


@dataclass(frozen=True)
class Period:
    start: datetime.datetime
    end: datetime.datetime
    url: str
    label: str
    current: bool = False

    def holds(self, moment) -> bool:
        return self.start <= moment < self.end

    @property
    def articles(self):
        # The period first, then the state: see core.web.pagination.paginate.
        return Article.objects.filter(
            published_at__lt=self.end, published_at__gte=self.start
        ).published()

    def __str__(self):
        return self.label


def year_period(year: int, *, current=False) -> Period:
    url = reverse("articles:archive-year", args=[year])
    return Period(_midnight(year), _midnight(year + 1), url, str(year), current)


def month_period(year: int, month: int, *, current=False) -> Period:
    start = _midnight(year, month)
    end = _midnight(year + month // 12, month % 12 + 1)
    url = reverse("articles:archive-month", args=[year, f"{month:02}"])
    return Period(start, end, url, date_format(start, "F Y"), current)


def years(current: int | None = None) -> list[Period]:
    """Newest first. Years in which nothing was published are left out."""
    oldest = Article.objects.published().order_by("published_at", "pk")
    first = oldest.values_list("published_at", flat=True).first()
    if first is None:
        return []
    last_year = timezone.localdate().year
    span = range(last_year, max(timezone.localdate(first).year, last_year - MOST_YEARS) - 1, -1)
    return _with_articles([year_period(year, current=year == current) for year in span])


def months(year: int, current: int | None = None) -> list[Period]:
    return _with_articles(
        [month_period(year, month, current=month == current) for month in range(1, 13)]
    )


def _with_articles(periods: list[Period]) -> list[Period]:
    newest = [period.articles.order_by("-published_at").values("pk")[:1] for period in periods]
    found = list(
        Article.objects.filter(pk__in=[Subquery(one) for one in newest]).values_list(
            "published_at", flat=True
        )
    )
    return [period for period in periods if any(map(period.holds, found))]


def _midnight(year: int, month: int = 1) -> datetime.datetime:
    try:
        return timezone.make_aware(datetime.datetime(year, month, 1))  # noqa: DTZ001
    except (ValueError, OverflowError) as error:
        raise Http404("No such period.") from error

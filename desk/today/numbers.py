"""How thirty days went, beside the thirty before, and what is read most of all."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from audience.models import DailySum, DailyViews
from comments.models import Comment
from core.days import SERIES, Series, counts_by_day

DAYS = 30
# Of a chart, in units of its own.
WIDTH, HEIGHT = 600, 90
CANDIDATES_A_DAY = 10
MOST_LISTED = 4


@dataclass(frozen=True)
class Chart:
    """What was counted on each of `days`, and on as many before; None: nobody counted yet."""

    label: str
    days: list[date]
    counts: list[int]
    before: int | None

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def total_label(self) -> str:
        return number_format(self.total, force_grouping=True)

    @property
    def compared(self) -> str:
        if self.before is None and not self.total:
            return _("nobody has counted any yet")
        if self.before is None:
            first = next(day for day, count in zip(self.days, self.counts, strict=True) if count)
            return _("counted since %(day)s") % {"day": date_format(first, "j F")}
        if not self.before:
            return _("none in the 30 days before")
        percent = round(100 * (self.total - self.before) / self.before)
        words = {"percent": abs(percent), "before": number_format(self.before, force_grouping=True)}
        if percent > 0:
            return _("up %(percent)d %% from %(before)s") % words
        if percent < 0:
            return _("down %(percent)d %% from %(before)s") % words
        return _("as many as before")

    @property
    def highest(self) -> str:
        """In words, for those who do not see the drawing."""
        if not self.total:
            return _("%(what)s a day: none.") % {"what": self.label}
        most = max(self.counts)
        day = date_format(self.days[self.counts.index(most)], "j F")
        words = {"what": self.label, "most": most, "day": day}
        return _("%(what)s a day: most, %(most)d, on %(day)s.") % words

    def bars(self):
        """Each day's place and height, with what it says."""
        step, most = WIDTH / len(self.days), max(*self.counts, 1)
        for at, (day, count) in enumerate(zip(self.days, self.counts, strict=True)):
            height = round(HEIGHT * count / most, 1)
            if count:
                height = max(height, 1.5)
            yield {
                "x": f"{at * step + 2:.1f}",
                "y": f"{HEIGHT - height:.1f}",
                "width": f"{step - 4:.1f}",
                "height": f"{height:.1f}",
                "told": f"{date_format(day, 'j M')}: {count}",
            }


def charts_for(user, today) -> list[Chart]:
    """Of what this user may see."""
    days = [today - timedelta(days=DAYS - 1 - at) for at in range(DAYS)]
    start = days[0] - timedelta(days=DAYS)
    charts = []
    if user.has_perm("audience.view_audience"):
        sums = DailySum.objects.filter(day__gte=start, day__lte=today).order_by("day")
        rows = {row.day: row for row in sums}
        is_known = bool(rows) and min(rows) < days[0]
        for name, label in (("views", _("Views")), ("hearts", _("Hearts"))):
            counts = {day: getattr(row, name) for day, row in rows.items()}
            charts.append(_chart(label, days, counts, is_known))
    for one in (COMMENTS, *SERIES):
        if user.has_perm(one.permission):
            charts.append(_chart(one.label, days, one.since(start), True))
    return charts


def _chart(label, days, counts, is_known) -> Chart:
    before = sum(count for day, count in counts.items() if day < days[0])
    return Chart(
        str(label), days, [counts.get(day, 0) for day in days], before if is_known else None
    )


COMMENTS = Series(
    gettext_lazy("Comments"),
    "comments.view_comment",
    lambda day: counts_by_day(Comment.objects.visible(), "published_at", day),
)


def table_of(charts):
    """The days, the newest first, each with its count of every chart."""
    columns = [chart.counts for chart in charts]
    return [(day, row) for day, *row in zip(charts[0].days, *columns, strict=True)][::-1]


@dataclass(frozen=True)
class Read:
    """An article with its views of some days. `rise`: in percent, or None without any before."""

    article: Article
    views: int
    rise: int | None = None


def most_read(today) -> tuple[list[Read], list[Read]]:
    """What rises, and what was read most in thirty days: chosen of each day's most read."""
    days = [today - timedelta(days=back) for back in range(DAYS)]
    found = DailyViews.objects.of_the_most_read(days, CANDIDATES_A_DAY)
    rows = {row["article"]: row for row in found}
    best = sorted(rows, key=lambda pk: -rows[pk]["month"])[:MOST_LISTED]
    rising = sorted(rows, key=lambda pk: -_gain(rows[pk]))[:MOST_LISTED]
    rising = [pk for pk in rising if _gain(rows[pk]) > 0]
    shown = Article.objects.published().filter(pk__in={*best, *rising})
    articles = {one.pk: one for one in shown.only("title", "slug", "language", "status")}
    return (
        [
            Read(articles[pk], rows[pk]["recent"], _rise(rows[pk]))
            for pk in rising
            if pk in articles
        ],
        [Read(articles[pk], rows[pk]["month"]) for pk in best if pk in articles],
    )


def _gain(row):
    return row["recent"] - row["week"] * 2 / 7


def _rise(row):
    usual = row["week"] * 2 / 7
    return round(100 * (row["recent"] - usual) / usual) if usual else None

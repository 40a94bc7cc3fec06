"""The rules that derive which review tasks should be open from the current data.

Both the signal handlers and the nightly rebuild use these rules, so that they always agree.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, Max, OuterRef, Prefetch, Sum
from django.utils import timezone

from articles.checks import UNSOURCED
from articles.models import Article, FactUse, Level
from audience.models import DailyViews
from companies.models import Company
from desk.models import ReviewTask
from facts.models import Fact, Metric, Reference, Source
from facts.prose.misfits import MISFIT
from facts.review.contradictions import find_contradictions
from facts.rules.precedence import is_newer, pick_shown, series_key

Kind = ReviewTask.Kind

# Base urgency by kind, on the scale of a stale figure's days overdue.
WEIGHTS = {
    Kind.DEPRECATED: 1000,
    Kind.CONTRADICTION: 300,
    Kind.SUPERSEDED: 100,
    Kind.SOURCE: 60,
    Kind.RENAMED: 40,
    Kind.UNSOURCED: 20,
}
# An archived copy exists, so readers still reach the passage.
ARCHIVED_WEIGHT = 10
MAX_EVIDENCE = 80
# What stands beside figures and has versions, by the field of the task.
NAMED = {"company": Company, "metric": Metric, "source": Source}
# What is only old stays below this, however much it is read. Nobody knows how old an undated
# figure is, so it comes above all whose age is known; what was found wrong comes above both.
OLDEST = 36_500


@dataclass(frozen=True)
class Expected:
    """A task that should be open: primary keys of its objects, evidence and score."""

    evidence: str
    score: float
    article: int | None = None
    fact: int | None = None
    other: int | None = None
    source: int | None = None
    metric: int | None = None
    company: int | None = None


def about_companies(companies) -> dict:
    """Expected tasks about facts of these companies, keyed by (kind, target)."""
    board = Board(
        Fact.objects.filter(company__in=companies),
        FactUse.objects.filter(fact__company__in=companies),
    )
    return {
        **board.quoted(),
        **board.contradicting(companies),
        **board.stale(),
        **board.ungrounded(companies),
    }


def about_articles(articles) -> dict:
    """Expected tasks about these articles, keyed by (kind, target)."""
    uses = FactUse.objects.filter(article__in=articles)
    quoted = Fact.objects.filter(uses__in=uses)
    # Not only the quoted facts, but all that decide which fact is shown instead.
    facts = Fact.objects.filter(
        company__in=quoted.values("company"), metric__in=quoted.values("metric")
    )
    return {**Board(facts, uses).quoted(), **unsourced(articles)}


def unsourced(articles) -> dict:
    """Words that say something else than their figure are asked about in every section."""
    asked = (
        Article.objects.filter(pk__in=articles, status=Article.Status.PUBLISHED)
        .exclude(naked_figures=[])
        .order_by()
    )

    columns = ("pk", "section__check_levels", "naked_figures")
    found = {
        pk: [
            one
            for one in figures
            if UNSOURCED.level_from(levels) != Level.OFF or one["kind"] == MISFIT
        ]
        for pk, levels, figures in asked.values_list(*columns)
    }
    rows = {pk: figures for pk, figures in found.items() if figures}
    views = weekly_views(asked) if rows else {}
    return {
        (Kind.UNSOURCED, f"article:{pk}"): Expected(
            # Without line numbers: a new paragraph above is no new evidence.
            evidence=_hash(sorted((one["text"], one["sentence"]) for one in figures)),
            score=WEIGHTS[Kind.UNSOURCED] * (1 + views.get(pk, 0)),
            article=pk,
        )
        for pk, figures in rows.items()
    }


def about_named(name, pks) -> dict:
    """Expected tasks about these companies, metrics or sources whose words changed."""
    rows = NAMED[name].objects.filter(pk__in=pks, versions__isnull=False)
    changed = rows.annotate(version=Max("versions")).order_by()
    return {
        (Kind.RENAMED, f"{name}:{row.pk}"): Expected(
            evidence=f"version:{row.version}",
            score=WEIGHTS[Kind.RENAMED] * count,
            **{name: row.pk},
        )
        for row in changed
        if (count := row.concerned_count)
    }


def weekly_views(articles) -> dict[int, int]:
    """Views of the last week by article; articles without views are left out."""
    since = timezone.localdate() - timedelta(days=7)
    seen = DailyViews.objects.filter(day__gt=since, article__in=articles.values("pk"))
    return dict(seen.order_by().values_list("article").annotate(n=Sum("views")))


def days_overdue(fact, today: date) -> int:
    """Days since the fact's shelf life ended, or 0.

    A fact without a date is overdue from the day it is published; verifying it starts another shelf
    life.
    """
    life = fact.metric.shelf_life_days
    if not life:
        return 0
    looked_again = fact.verified_at and fact.verified_at > fact.published_at
    if looked_again and (today - timezone.localdate(fact.verified_at)).days <= life:
        return 0
    if fact.as_of is None:
        return 1 + (today - timezone.localdate(fact.published_at)).days
    return max(0, (today - fact.as_of).days - life)


def urgency_of_age(fact, days, *, views, quoting) -> float:
    """It grows with each of them, but to less than what one step up begins with."""
    score = days * (1 + views) * (1 + quoting)
    return (OLDEST if fact.as_of is None else 0) + OLDEST * score / (OLDEST + score)


class Board:
    """Published facts and the live articles that quote them, in a constant number of queries."""

    def __init__(self, facts, uses):
        self.today = timezone.localdate()
        published = facts.on_record().order_by()
        self.facts = {fact.pk: fact for fact in published.select_related("company", "metric")}
        self.live_uses = uses.filter(article__status=Article.Status.PUBLISHED).order_by()

    @cached_property
    def shown(self) -> dict:
        """The fact shown to readers, by company, metric and scope."""
        rivals = defaultdict(list)
        for fact in self.facts.values():
            if fact.company.is_public:
                rivals[series_key(fact)].append(fact)
        found = {key: pick_shown(facts, self.today) for key, facts in rivals.items()}
        return {key: fact for key, fact in found.items() if fact}

    @cached_property
    def newest(self) -> dict:
        """The newest fact by key, for live figures whose facts were all withdrawn."""
        return {series_key(self.facts[pk]): self.facts[pk] for pk in sorted(self.facts)}

    @cached_property
    def uses(self) -> list[tuple]:
        columns = ("article_id", "fact_id", "known_id", "mode")
        return list(self.live_uses.values_list(*columns))

    @cached_property
    def views(self) -> dict:
        articles = Article.objects.filter(fact_uses__in=self.live_uses)
        return weekly_views(articles) if self.uses else {}

    @cached_property
    def readers(self) -> dict:
        """Per fact, the number of articles that quote it and the sum of their weekly views."""
        quoting = defaultdict(set)
        for article, fact, _known, mode in self.uses:
            if mode == FactUse.Mode.LIVE and (meant := self.facts.get(fact)):
                shown = self.shown.get(series_key(meant))
                fact = shown.pk if shown else fact
            quoting[fact].add(article)
        return {
            fact: (len(articles), sum(self.views.get(article, 0) for article in articles))
            for fact, articles in quoting.items()
        }

    def quoted(self) -> dict:
        """Tasks about withdrawn or superseded figures in live articles."""
        found = {}
        for article, pk, known, mode in self.uses:
            # The use may have been committed after the facts were read; the next update finds both.
            if (fact := self.facts.get(pk)) is None:
                continue
            shown, is_pinned = self.shown.get(series_key(fact)), mode == FactUse.Mode.PINNED
            fact = fact if is_pinned else self.newest[series_key(fact)]
            if kind := self._trouble(fact, shown, known, is_pinned):
                found[kind, f"article:{article}/fact:{fact.pk}"] = Expected(
                    evidence=f"fact:{fact.pk if kind == Kind.DEPRECATED else shown.pk}",
                    score=(2 * OLDEST if kind == Kind.DEPRECATED else 0)
                    + WEIGHTS[kind] * (1 + self.views.get(article, 0)),
                    article=article,
                    fact=fact.pk,
                    other=shown.pk if shown else None,
                )
        return found

    def _trouble(self, fact, shown, known, is_pinned):
        if fact.is_deprecated:
            # A live figure shows the current fact, or the withdrawn one if none is left.
            return Kind.DEPRECATED if is_pinned or shown is None else None
        if not is_pinned or shown is None or shown.pk in (fact.pk, known):
            return None
        return Kind.SUPERSEDED if is_newer(shown, fact, self.facts) else None

    def contradicting(self, companies) -> dict:
        found = {}
        for pair in find_contradictions(companies):
            first, second = pair.first.pk, pair.second.pk
            target = f"fact:{first}/fact:{second}"
            views = sum(self.readers.get(pk, (0, 0))[1] for pk in (first, second))
            found[Kind.CONTRADICTION, target] = Expected(
                evidence=target,
                score=WEIGHTS[Kind.CONTRADICTION] * (1 + views),
                fact=first,
                other=second,
            )
        return found

    def stale(self) -> dict:
        found = {}
        for fact in self.shown.values():
            if days := days_overdue(fact, self.today):
                quoting, views = self.readers.get(fact.pk, (0, 0))
                found[Kind.STALE, f"fact:{fact.pk}"] = Expected(
                    evidence=f"as_of:{fact.as_of or 'undated'}",
                    score=urgency_of_age(fact, days, views=views, quoting=quoting),
                    fact=fact.pk,
                )
        return found

    def ungrounded(self, companies) -> dict:
        """Tasks about shown facts without a source that still exists."""
        references = Reference.objects.select_related("source").order_by("source")
        alive = Reference.objects.filter(fact=OuterRef("pk"), source__gone_since=None)
        bare = (
            Fact.objects.on_record()
            .filter(~Exists(alive), company__in=companies)
            .order_by()
            .prefetch_related(Prefetch("references", references))
        )
        found = {}
        for fact in bare:
            shown = self.shown.get(series_key(fact))
            if shown is None or shown.pk != fact.pk:
                continue
            sources = list(dict.fromkeys(row.source for row in fact.references.all()))
            is_kept = any(source.archive_url for source in sources)
            weight = ARCHIVED_WEIGHT if is_kept else WEIGHTS[Kind.SOURCE]
            found[Kind.SOURCE, f"fact:{fact.pk}"] = Expected(
                evidence=_sources_in_short(sources),
                score=weight * (1 + self.readers.get(fact.pk, (0, 0))[1]),
                fact=fact.pk,
                source=sources[0].pk if sources else None,
            )
        return found


def _sources_in_short(sources) -> str:
    if not sources:
        return "no source"
    named = "sources:" + ",".join(str(source.pk) for source in sources)
    return named if len(named) <= MAX_EVIDENCE else f"sources:{_hash(named)}"


def _hash(value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]

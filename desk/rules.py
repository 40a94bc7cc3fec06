"""What the desk should be asked: one derivation, from what is on record now.

Everything that raises a task asks this module, one company or all of them, so that what events
raised one by one and what the nightly rebuild finds are the same.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Sum
from django.utils import timezone

from articles.models import Article, FactUse
from articles.models.taxonomy import FigureGate
from audience.models import DailyViews
from desk.models import ReviewTask
from facts.models import Fact, Reference
from facts.review.contradictions import find_contradictions
from facts.rules.precedence import is_newer, pick_shown, series_key

Kind = ReviewTask.Kind

# How urgent a kind is before anybody reads it, in days that a stale figure would be overdue.
WEIGHTS = {
    Kind.DEPRECATED: 1000,
    Kind.CONTRADICTION: 300,
    Kind.SUPERSEDED: 100,
    Kind.SOURCE: 60,
    Kind.UNSOURCED: 20,
}
# A copy is kept somewhere: readers are still led to the passage.
ARCHIVED_WEIGHT = 10
MAX_EVIDENCE = 80


@dataclass(frozen=True)
class Expected:
    """Primary keys of what a task is about, why it is due, and how urgently."""

    evidence: str
    score: float
    article: int | None = None
    fact: int | None = None
    other: int | None = None
    source: int | None = None


def about_companies(companies) -> dict:
    """By (kind, target): every task that rests on a fact of these companies."""
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
    """By (kind, target): every task for these articles."""
    uses = FactUse.objects.filter(article__in=articles)
    quoted = Fact.objects.filter(uses__in=uses)
    # More than the figures quoted, and enough to tell what is shown instead of each.
    facts = Fact.objects.filter(
        company__in=quoted.values("company"), metric__in=quoted.values("metric")
    )
    return {**Board(facts, uses).quoted(), **unsourced(articles)}


def unsourced(articles) -> dict:
    bare = (
        Article.objects.filter(pk__in=articles, status=Article.Status.PUBLISHED)
        .exclude(section__figure_gate=FigureGate.OFF)
        .exclude(naked_figures=[])
        .order_by()
    )
    rows = list(bare.values_list("pk", "naked_figures"))
    views = weekly_views(bare) if rows else {}
    return {
        (Kind.UNSOURCED, f"article:{pk}"): Expected(
            # Not the lines on which they stand: another paragraph above is no news.
            evidence=_hash(sorted((one["text"], one["sentence"]) for one in figures)),
            score=WEIGHTS[Kind.UNSOURCED] * (1 + views.get(pk, 0)),
            article=pk,
        )
        for pk, figures in rows
    }


def weekly_views(articles) -> dict[int, int]:
    """By article, of those in the queryset; who has none is left out."""
    since = timezone.localdate() - timedelta(days=7)
    seen = DailyViews.objects.filter(day__gt=since, article__in=articles.values("pk"))
    return dict(seen.order_by().values_list("article").annotate(n=Sum("views")))


def days_overdue(fact, today: date) -> int:
    """How long ago its shelf life ended, 0 while it has not.

    Without a date, age cannot be excused. Somebody who looked again gives it another shelf life.
    """
    life = fact.metric.shelf_life_days
    if not life:
        return 0
    looked_again = fact.verified_at and fact.verified_at > fact.published_at
    if looked_again and (today - timezone.localdate(fact.verified_at)).days <= life:
        return 0
    if fact.as_of is None:
        return max(1, (today - timezone.localdate(fact.published_at)).days)
    return max(0, (today - fact.as_of).days - life)


class Board:
    """Published facts, and the live articles that quote them, in a fixed number of queries."""

    def __init__(self, facts, uses):
        self.today = timezone.localdate()
        published = facts.filter(status=Fact.Status.PUBLISHED).order_by()
        self.facts = {fact.pk: fact for fact in published.select_related("company", "metric")}
        self.live_uses = uses.filter(article__status=Article.Status.PUBLISHED).order_by()

    @cached_property
    def shown(self) -> dict:
        """By company, metric and scope: the fact that readers are shown."""
        rivals = defaultdict(list)
        for fact in self.facts.values():
            if fact.company.is_public:
                rivals[series_key(fact)].append(fact)
        found = {key: pick_shown(facts, self.today) for key, facts in rivals.items()}
        return {key: fact for key, fact in found.items() if fact}

    @cached_property
    def newest(self) -> dict:
        """By key. A live figure means no single fact: where all were found wrong, the last one."""
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
        """By fact: the articles that quote it and how often all of them are read in a week."""
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
        """Figures in live articles that were found wrong, or that a newer one has followed."""
        found = {}
        for article, pk, known, mode in self.uses:
            # A use may stand for a moment before its fact is read: the next look finds both.
            if (fact := self.facts.get(pk)) is None:
                continue
            shown, is_pinned = self.shown.get(series_key(fact)), mode == FactUse.Mode.PINNED
            fact = fact if is_pinned else self.newest[series_key(fact)]
            if kind := self._trouble(fact, shown, known, is_pinned):
                found[kind, f"article:{article}/fact:{fact.pk}"] = Expected(
                    evidence=f"fact:{fact.pk if kind == Kind.DEPRECATED else shown.pk}",
                    score=WEIGHTS[kind] * (1 + self.views.get(article, 0)),
                    article=article,
                    fact=fact.pk,
                    other=shown.pk if shown else None,
                )
        return found

    def _trouble(self, fact, shown, known, is_pinned):
        if fact.is_deprecated:
            # A live figure shows what stands; with nothing left it is the withdrawn one.
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
                    score=days * (1 + views) * (1 + quoting),
                    fact=fact.pk,
                )
        return found

    def ungrounded(self, companies) -> dict:
        """Figures that are shown and name no source, or none that is still there."""
        references = Reference.objects.select_related("source").order_by("source")
        alive = Reference.objects.filter(fact=OuterRef("pk"), source__gone_since=None)
        bare = (
            Fact.objects.filter(company__in=companies, status=Fact.Status.PUBLISHED)
            .filter(~Exists(alive))
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

"""Figures that changed by themselves in what readers see leave versions, as editors' texts do."""

import datetime
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Max
from django.utils import timezone

from articles.models import Version
from articles.publishing import shown
from articles.publishing.changes import Change, Kind
from facts.models import Fact
from facts.prose.replaying import Changes, Moment
from facts.rules.disputes import rivals_of


@dataclass(frozen=True)
class Said:
    """What an article said before it was rendered anew, and the figures that filled it."""

    sentences: list[str]
    facts: list[int]

    @classmethod
    def by(cls, article):
        uses = sorted(article.fact_uses.all(), key=lambda use: use.position)
        return cls(shown.sentences_of(article), [use.fact_id for use in uses])


@dataclass(frozen=True)
class State:
    """What readers saw from a time on, or see now, with the figures as they stood then."""

    sentences: list[str]
    facts: list[int]
    moment: Moment

    @property
    def figures(self) -> list:
        """As a version keeps them."""
        return [[pk, self.stood(pk).is_deprecated] for pk in self.facts]

    @property
    def shown_at(self) -> datetime.datetime:
        return self.moment.at or timezone.now()

    def stood(self, pk) -> Fact:
        return self.moment.targets.by_pk[pk]


def states_since(article, uses, changes: Changes, since) -> list[State]:
    """All that an article said since it was last rendered, and says now with its `uses`.

    `since` is the event that it was rendered with.
    """
    series = {(use.quoted.company, use.quoted.metric) for use in uses}
    known = since if article.is_published else None
    *between, now = changes.moments(series, known)
    return [
        *(State(*shown.read_row(article, one.targets), one) for one in between),
        State(shown.sentences_of(article), [use.quoted.fact for use in uses], now),
    ]


def follow_figures(said: dict, states: dict) -> list:
    """Keep a version of all that articles said since they were rendered; gives those articles.

    `said` is what each said before, `states` what it said from then on, and now.
    """
    moved = [
        article
        for article in said
        if any(state.sentences != said[article].sentences for state in states[article])
    ]
    if not moved:
        return []
    former = _former_versions(moved, said)
    steps = [
        step for article, one in former.items() for step in _steps(article, one, states[article])
    ]
    Version.objects.bulk_create(version for _former, version, _change in steps)
    for one, version, change in steps:
        shown.version_kept.send(Version, version=version, former=one, change=change)
    return moved


def _former_versions(articles, said) -> dict:
    """What readers saw last of each, kept now where it was not so far."""
    newest = _newest_versions(articles)
    missing = [one for one in articles if one.pk not in newest and one.was_public]
    first = [shown.first_version(one, said[one].sentences, said[one].facts) for one in missing]
    Version.objects.bulk_create(first)
    newest |= {version.article_id: version for version in first}
    called_otherwise = [
        version
        for one in articles
        if one.pk in newest and (version := shown.renamed(newest[one.pk], one, said[one].sentences))
    ]
    Version.objects.bulk_create(called_otherwise)
    newest |= {version.article_id: version for version in called_otherwise}
    return {article: newest[article.pk] for article in articles if article.pk in newest}


def _newest_versions(articles) -> dict[int, Version]:
    kept = Version.objects.filter(article__in=[article.pk for article in articles])
    newest = kept.order_by().values("article").annotate(newest=Max("pk")).values("newest")
    return {version.article_id: version for version in Version.objects.filter(pk__in=newest)}


def _steps(article, former, states) -> list[tuple]:
    """The unsaved versions, each with the one before it and its change.

    What waits for its hour is itself made to follow.
    """
    if former.shown_at > timezone.now():
        former.sentences, former.figures = states[-1].sentences, states[-1].figures
        former.save()
        return []
    # Of a withdrawn text nobody sees it: its next version is the one that brings it back.
    if not article.is_published:
        return []
    versions, changes = [former], []
    for state in states:
        before = versions[-1]
        if state.sentences != before.sentences:
            changes.append(_change_of(before.figures, state, article.language))
            versions.append(_version(article, before, state, changes[-1]))
    return [(*pair, change) for pair, change in zip(pairwise(versions), changes, strict=True)]


def _version(article, before, state, change) -> Version:
    return Version(
        article=article,
        number=before.number,
        change=change.kind,
        note=change.note,
        sentences=state.sentences,
        figures=state.figures,
        shown_at=max(before.shown_at, state.shown_at),
    )


def _change_of(before, state, language) -> Change:
    """From the figures that fill the same text: a wrong one goes before one that is only older."""
    pairs = [(old, new) for old, new in zip(before, state.figures, strict=False) if old != new]
    gone = {old for (old, _was_withdrawn), _new in pairs} - state.moment.targets.by_pk.keys()
    others = Fact.objects.select_related("company", "metric").in_bulk(gone) if gone else {}
    facts = others | state.moment.targets.by_pk
    moved = [(facts[old[0]], facts[new[0]]) for old, new in pairs if old[0] in facts]
    moved.sort(key=lambda pair: not pair[0].is_deprecated)
    if not moved:
        # The same figures in other words of ours.
        return Change(Kind.MINOR)
    old, new = moved[0]
    if new.is_deprecated:
        return Change.of_figure(old, None, language=language)
    is_rival = bool(rivals_of(new, [old], facts))
    return Change.of_figure(old, new, language=language, is_rival=is_rival)

"""Figures that changed by themselves in what readers see leave a version, as editors' texts do."""

from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from articles.models import Version
from articles.publishing import shown
from articles.publishing.changes import Change, Kind
from facts.models import Fact


@dataclass(frozen=True)
class Said:
    """What an article said before it was rendered anew, and the figures that filled it."""

    sentences: list[str]
    facts: list[int]

    @classmethod
    def by(cls, article):
        uses = sorted(article.fact_uses.all(), key=lambda use: use.position)
        return cls(shown.sentences_of(article), [use.fact_id for use in uses])


def follow_figures(said: dict, facts: dict):
    """Keep a version of each article that says something else since it was rendered anew.

    `said` is what each said before, `facts` are the figures that fill it now.
    """
    moved = [article for article in said if said[article].sentences != shown.sentences_of(article)]
    if not moved:
        return
    former = _former_versions(moved, said)
    wrong = shown.withdrawn_among({pk for article in former for pk in facts[article]})
    steps = [
        (one, *_next_version(article, one, [[pk, pk in wrong] for pk in facts[article]]))
        for article, one in former.items()
    ]
    steps = [(one, version, change) for one, version, change in steps if version]
    Version.objects.bulk_create(version for _one, version, _change in steps)
    for one, version, change in steps:
        shown.version_kept.send(Version, version=version, former=one, change=change)


def _former_versions(articles, said) -> dict:
    """What was kept last of each; of those that were published before versions were, the first."""
    newest = _newest_versions(articles)
    missing = [one for one in articles if one.pk not in newest and one.was_public]
    first = [shown.first_version(one, said[one].sentences, said[one].facts) for one in missing]
    Version.objects.bulk_create(first)
    newest |= {version.article_id: version for version in first}
    return {article: newest[article.pk] for article in articles if article.pk in newest}


def _newest_versions(articles) -> dict[int, Version]:
    kept = Version.objects.filter(article__in=[article.pk for article in articles])
    newest = kept.order_by().values("article").annotate(newest=Max("pk")).values("newest")
    return {version.article_id: version for version in Version.objects.filter(pk__in=newest)}


def _next_version(article, former, figures):
    """The unsaved version and its change; what waits for its hour is itself made to follow."""
    sentences = shown.sentences_of(article)
    if former.shown_at > timezone.now():
        former.sentences, former.figures = sentences, figures
        former.save()
        return None, None
    # Of a withdrawn text nobody sees it: its next version is the one that brings it back.
    if former.sentences == sentences or not article.is_published:
        return None, None
    change = _change_of(former.figures, figures, article.language)
    words = {"change": change.kind, "note": change.note}
    said = {"number": former.number, "sentences": sentences, "figures": figures}
    return Version(article=article, **words, **said), change


def _change_of(before, after, language) -> Change:
    """From the figures that fill the same text: a wrong one goes before one that is only older."""
    pairs = [(old, new) for old, new in zip(before, after, strict=False) if old != new]
    facts = Fact.objects.select_related("company", "metric").in_bulk(
        {pk for pair in pairs for pk, _is_withdrawn in pair}
    )
    moved = [(facts[old[0]], facts[new[0]]) for old, new in pairs if old[0] in facts]
    moved.sort(key=lambda pair: not pair[0].is_deprecated)
    if not moved:
        # The same figures in other words of ours.
        return Change(Kind.MINOR)
    old, new = moved[0]
    return Change.of_figure(old, None if new.is_deprecated else new, language=language)

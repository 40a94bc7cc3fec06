"""The sentences that readers see of an article, kept as they saw them.

The live row holds today's text, filled with the figures of its last rendering. Whatever replaces
it, an editor's text or a figure, leaves a Version of what stands from then on: so each is the
"before" of the next.
"""

from django.db.models import prefetch_related_objects
from django.dispatch import Signal
from django.utils import timezone

from articles import coverage
from articles.models import Article, Ranking, Version
from articles.publishing import snapshots
from articles.publishing.changes import Change, Kind, check, differences
from companies.models import Company
from core import prose
from core.prose.document import SENTENCE_END
from facts.models import Fact
from facts.prose.lines import read_line
from facts.prose.naming import FactResolver, LinkTargets

# What an article is to be read with, by `prefetch_related`, for `said_beside`.
NAMED = (
    "entries__company",
    *(f"ranking__{name}" for name in ("technology", "industry", "metric")),
)

# Sent with `version`, `former` (the version before it) and `change`, in their transaction.
version_kept = Signal()


def split(text: str) -> list[str]:
    """Split plain text into sentences with normalized white space."""
    found = []
    for line in text.splitlines():
        start = 0
        for end in [match.end() for match in SENTENCE_END.finditer(line)] + [len(line)]:
            found.append(" ".join(line[start:end].split()))
            start = end
    return [sentence for sentence in found if sentence]


def sentences_of(article) -> list[str]:
    """Of a row as it was last rendered."""
    texts = (article.title, article.standfirst, article.body_text)
    return [*(sentence for text in texts for sentence in split(text)), *said_beside(article)]


def read_content(content: dict) -> tuple[list[str], list[int]]:
    """The sentences of a content as it would be shown now, and the keys of its figures."""
    shown = {**content, "entries": snapshots.existing_entries(content)}
    targets = LinkTargets(*coverage.parts_of(shown).values())
    said, facts = _read(content, coverage.texts_of(shown), content["language"], targets)
    return [*said, *_beside_content(shown)], facts


def read_row(article, targets) -> tuple[list[str], list[int]]:
    """The same of a row, as its figures stood in the `targets`."""
    lines = {name: article.written(name) for name in Article.LINES}
    texts = [article.body, *article.entry_texts()]
    said, facts = _read(lines, texts, article.language, targets)
    return [*said, *said_beside(article)], facts


def _read(lines, texts, language, targets):
    said, facts = [], []
    for name in Article.LINES:
        resolver = FactResolver(targets, language=language, is_dated=False)
        most = Article._meta.get_field(name).max_length
        text, quoted = read_line(lines[name], resolver, most)
        said.append(text)
        facts += [one.fact for one in quoted]
    for text in texts:
        resolver = FactResolver(targets, language=language)
        said.append(prose.render(text, resolver.resolve, language=language).text)
        facts += [quoted.fact for quoted in resolver.quoted]
    return [sentence for text in said for sentence in split(text)], facts


def said_beside(article) -> list[str]:
    """What a list says beside its own words: how it is assembled, and of which companies."""
    if article.kind != Article.Kind.LIST or article.pk is None:
        return []
    entries = list(article.entries.all())
    prefetch_related_objects(entries, "company")
    return _beside(getattr(article, "ranking", None), [entry.company for entry in entries])


def _beside_content(content) -> list[str]:
    if content["kind"] != Article.Kind.LIST:
        return []
    asked = content.get("ranking")
    pks = [entry["company"] for entry in content["entries"]]
    companies = Company.objects.in_bulk(pks)
    ranking = Ranking(**snapshots.existing_links(asked)) if asked else None
    return _beside(ranking, [companies[pk] for pk in pks])


def _beside(ranking, companies) -> list[str]:
    """A ranking's places are no part of it: they follow from figures, as its rule says."""
    said = [*split(ranking.basis), ranking.rule()] if ranking else []
    return [*said, *(company.name for company in companies)]


def renamed(former, article, sentences) -> Version | None:
    """What readers see, unsaved, since something named beside a list is called otherwise.

    None where that is not all that its `sentences` differ in: the rest was published by somebody.
    """
    if not article.is_published or len(former.sentences) != len(sentences):
        return None
    own = len(sentences) - len(said_beside(article))
    if former.sentences == sentences or former.sentences[:own] != sentences[:own]:
        return None
    return Version(
        article=article,
        number=former.number,
        change=Kind.MINOR,
        sentences=sentences,
        figures=former.figures,
    )


def newest_seen(article) -> Version | None:
    """The version that readers saw last, kept now where it was not so far."""
    found = look_at_seen(article)
    if found and found.pk is None:
        found.save()
    return found


def look_at_seen(article) -> Version | None:
    """The same, unsaved where it was not kept so far."""
    found = article.versions.seen().newest()
    if found:
        return renamed(found, article, sentences_of(article)) or found
    if not article.was_public:
        return None
    facts = article.fact_uses.order_by("position").values_list("fact", flat=True)
    return first_version(article, sentences_of(article), list(facts))


def first_version(article, sentences, facts) -> Version:
    """Unsaved, of a text that was published before versions were kept."""
    return Version(
        article=article,
        number=article.live_number or 1,
        change=Kind.FIRST,
        sentences=sentences,
        figures=[[pk, False] for pk in facts],
        shown_at=article.published_at,
    )


def withdrawn_among(facts) -> set[int]:
    found = Fact.objects.filter(pk__in=set(facts), rank=Fact.Rank.DEPRECATED)
    return set(found.values_list("pk", flat=True)) if facts else set()


def check_change(former, content, change):
    """ValidationError unless the change of what readers have seen is called what it is."""
    if former is None:
        return
    sentences, facts = read_content(content)
    changes = differences(former.sentences, sentences)
    if changes:
        gone = {pk for pk, _is_withdrawn in former.figures} - set(facts)
        lost = Fact.objects.filter(pk__in=gone, rank=Fact.Rank.DEPRECATED).select_related("metric")
        check(change, changes, list(lost) if gone else [], content["language"])


def keep(article, *, former, change, number, by) -> Version | None:
    """Keep what the row says from now on, or from its hour on; None where it says the same."""
    forget_waiting(article)
    facts = list(article.fact_uses.order_by("position").values_list("fact", flat=True))
    wrong = withdrawn_among(facts)
    figures = [[pk, pk in wrong] for pk in facts]
    sentences = sentences_of(article)
    if former and (former.sentences, former.figures) == (sentences, figures):
        return None
    if former is None:
        change = Change(Kind.FIRST)
    elif former.sentences == sentences or change is None:
        change = Change(Kind.MINOR)
    version = Version(
        article=article,
        number=number,
        change=change.kind,
        note=change.note,
        sentences=sentences,
        figures=figures,
        # What was published under an earlier date is shown with it.
        shown_at=max(timezone.now(), article.published_at) if former else article.published_at,
        by=by,
    )
    version.clean_fields(exclude=["article", "by", "sentences", "figures"])
    version.save()
    version_kept.send(Version, version=version, former=former, change=change)
    return version


def forget_waiting(article):
    """Nobody has seen what only waits for its hour."""
    article.versions.filter(shown_at__gt=timezone.now()).delete()

"""Corrections of profiles and their figures, which follow from what is done with a figure."""

from contextlib import contextmanager
from copy import copy

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.utils import timezone
from django_tasks import task

from articles.models import Article, FactUse, ListEntry
from articles.pages import ranking
from articles.publishing.changes import Change
from articles.publishing.shown import split
from articles.querysets import HEAVY_FIELDS
from corrections.differences import trimmed
from corrections.models import NOTES_SHOWN, Correction, ProfileChange, read_note
from corrections.publishing.verbs import add
from facts.models import Fact, FactEvent
from facts.reading.records import claim_of
from facts.rules.history import replay
from facts.rules.precedence import pick_shown

Kind = FactEvent.Kind
PARTICULARS = ("legal_name", "status", "parent", "industry", "country", "founded", "website")
TELLING = (Kind.SUPERSEDED, Kind.WITHDRAWN)


def record_event(sender, instance, created, raw=False, **kwargs):
    """A newer figure is an update of its profile, a withdrawn one a correction."""
    if raw or not created or instance.kind not in TELLING or not instance.fact.company.is_public:
        return
    old, new = _figures_of(instance)
    add(
        Change.of_figure(old, new),
        instance.by,
        [{"before": claim_of(old), "after": claim_of(new) if new else ""}],
        company=old.company,
    )
    tell_lists.enqueue(instance.pk)


def _figures_of(event) -> tuple[Fact, Fact | None]:
    """Before and after. The row of a withdrawn figure is written only after its event."""
    old = copy(event.fact)
    if event.kind == Kind.WITHDRAWN:
        old.rank, old.deprecated_reason = Fact.Rank.DEPRECATED, event.reason
    return old, event.other


@task(once=True)
def tell_lists(event_pk):
    """The lists that show the figure beside an entry are corrected with it."""
    event = FactEvent.objects.select_related(
        *("by", "fact__company", "fact__metric", "other__company", "other__metric")
    ).get(pk=event_pk)
    old, new = _figures_of(event)
    for article in lists_showing(old, was_shown=_was_shown(event)):
        _tell(article.pk, event, old, new)


def _was_shown(event) -> bool:
    """Whether it was the one figure of its series that readers were shown before the event."""
    fact, before = event.fact, []
    series = {name: getattr(fact, name) for name in ("company", "metric", "scope")}
    facts = Fact.objects.on_record().filter(**series).select_related("metric")
    for one in facts.prefetch_related("events"):
        replay([known for known in one.events.all() if known.pk < event.pk]).put_on(one)
        before += [one] if one.is_published else []
    return pick_shown(before, timezone.localdate(event.at)) == fact


@transaction.atomic
def _tell(pk, event, old, new):
    # Two tasks at once take turns: the second finds what the first told.
    rows = Article.objects.published().select_for_update(no_key=True).defer(*HEAVY_FIELDS)
    article = rows.filter(pk=pk).first()
    if article is None or _is_told(article, event, old, new):
        return
    change = Change.of_figure(old, new, language=article.language)
    numbers = dict.fromkeys(("before_number", "after_number"), article.live_number or 1)
    add(change, event.by, article=article, **numbers)


def lists_showing(fact, *, was_shown=False) -> list[Article]:
    """The published lists with an entry, or a place by their ranking, of the fact's company.

    One that was shown may have been what gave it a place, which it has lost since.
    """
    lists = Article.objects.published().filter(kind=Article.Kind.LIST).select_related("ranking")
    with_entry = ListEntry.objects.filter(company=fact.company).values("article")
    ranked = ranking.that_may_match(fact.company).values("article")
    possible = lists.filter(Q(pk__in=with_entry) | Q(pk__in=ranked)).defer(*HEAVY_FIELDS)
    lost = fact if was_shown else None
    return [one for one in possible.order_by("pk") if ranking.has_place(one, fact.company, lost)]


def _is_told(article, event, old, new) -> bool:
    """Whether it is on record there: by this task before, or by a sentence that says the figure."""
    said = article.corrections.filter(fact_before=old, fact_after=new)
    if said.filter(published_at__gte=event.at).exists():
        return True
    series = {f"fact__{name}": getattr(old, name) for name in ("company", "metric", "scope")}
    uses = article.fact_uses.filter(Q(mode=FactUse.Mode.LIVE) | Q(fact=old), **series)
    return (uses if event.kind == Kind.WITHDRAWN else uses.live()).exists()


@contextmanager
def untold():
    """For figures that nobody can have seen, as those of a demo while it is loaded."""
    post_save.disconnect(sender=FactEvent, dispatch_uid=UID)
    try:
        yield
    finally:
        connect()


UID = "corrections.record_event"


def connect():
    post_save.connect(record_event, FactEvent, dispatch_uid=UID)


def sentences_of(company) -> list[str]:
    """What a profile says in words and particulars, but for its name: that has its own versions."""
    fields = [company._meta.get_field(name) for name in PARTICULARS]
    said = [(field.verbose_name, _said_by(company, field)) for field in fields]
    return [*split(company.description), *(f"{label}: {words}" for label, words in said if words)]


def keep_change(company, change, changes, by):
    """Keep a change of a profile's own words where readers find it; slips stand in no log."""
    ProfileChange.objects.create(
        company=company,
        kind=change.kind,
        note=change.note,
        changes=trimmed(changes),
        change_count=len(changes),
        by=by,
    )
    if change.kind in Correction.Kind.values:
        add(change, by, changes, company=company)


def _said_by(company, field) -> str:
    show = getattr(company, f"get_{field.name}_display", None)
    value = show() if show else getattr(company, field.name)
    return "" if value is None else str(getattr(value, "name", value))


def notes_about(company) -> list[dict]:
    """What its profile says, newest first: figures that are only newer stand in its history."""
    return _notes(company.corrections.exclude(kind=Correction.Kind.UPDATE))


def notes_about_figure(fact) -> list[dict]:
    of_it = Q(fact_before=fact) | Q(fact_after=fact)
    return _notes(Correction.objects.filter(of_it, company=fact.company_id))


def _notes(corrections) -> list[dict]:
    return [read_note(row.as_note()) for row in corrections.in_order()[:NOTES_SHOWN]]

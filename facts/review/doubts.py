"""Warnings about a figure before it is published; an editor may overrule each with a reason."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from facts.models import Fact, Overruling
from facts.rules import formatting
from facts.rules.disputes import rivals_of
from facts.rules.precedence import are_comparable

# The rules that compare a figure with the one before it.
COMPARING = ("jump", "same-passage")
MOST_RIVALS = 3
# No two figures that are further apart are of one time.
A_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Doubt:
    """`rule` is the name under which it may be overruled."""

    rule: str
    message: str


@dataclass
class _Asked:
    """A figure, with what several rules look at."""

    fact: Fact

    @cached_property
    def before(self) -> Fact | None:
        return former(self.fact)

    @cached_property
    def references(self) -> list:
        return _references(self.fact)


def find_doubts(fact: Fact) -> list[Doubt]:
    """The doubts nobody has overruled. The fact need not be saved yet."""
    asked = _Asked(fact)
    found = [rule(asked) for rule in (_range, _jump, _older_source, _same_passage, _rival)]
    overruled = set(fact.overrulings.values_list("rule", flat=True)) if fact.pk else set()
    return [doubt for doubt in found if doubt and doubt.rule not in overruled]


def overrule(fact: Fact, found: list[Doubt], *, reason: str, by):
    """Record why the figure is right despite these doubts."""
    for doubt in found:
        row = Overruling(fact=fact, rule=doubt.rule, reason=reason.strip(), by=by)
        row.clean_fields(exclude=["by"])
        Overruling.objects.get_or_create(
            fact=fact, rule=doubt.rule, defaults={"reason": row.reason, "by": by}
        )


def _range(asked):
    fact = asked.fact
    low, high = fact.metric.plausible_min, fact.metric.plausible_max
    if fact.amount is None or (
        (low is None or fact.amount >= low) and (high is None or fact.amount <= high)
    ):
        return None
    message = _("%(value)s is outside what is plausible for “%(metric)s”: check the zeros.")
    names = {"value": formatting.number_in_words(Decimal(fact.amount)), "metric": fact.metric}
    return Doubt("range", message % names)


def former(fact: Fact) -> Fact | None:
    """The fact it supersedes, or else the one now shown of the same series and kind of period."""
    if fact.supersedes_id:
        return fact.supersedes
    rivals = Fact.objects.standing().filter(
        company=fact.company_id, metric=fact.metric_id, scope=fact.scope
    )
    if fact.metric.is_duration:
        rivals = rivals.filter(as_of_precision=fact.as_of_precision)
    return rivals.exclude(pk=fact.pk).in_order_of_trust().first()


def _jump(asked):
    if asked.fact.amount is None or asked.fact.metric.max_jump_percent is None:
        return None
    return leap_from(asked.before, asked.fact)


def leap_from(before: Fact | None, fact: Fact) -> Doubt | None:
    """Neither need be saved yet."""
    limit = fact.metric.max_jump_percent
    if fact.amount is None or limit is None:
        return None
    if before is None or not before.amount or not are_comparable(fact, before):
        return None
    change = abs(Decimal(fact.amount) - before.amount) / abs(before.amount) * 100
    if change <= limit:
        return None
    message = _("That is %(change)s %% away from %(value)s (%(as_of)s): more than %(limit)d %%.")
    return Doubt(
        "jump",
        message
        % {
            "change": f"{change:,.0f}",
            "value": before.display_value,
            "as_of": before.as_of_label,
            "limit": limit,
        },
    )


def _rival(asked):
    """Another source's value of the same time, which readers would be shown beside this one."""
    fact = asked.fact
    others = list(_of_its_time(fact))
    rivals = rivals_of(fact, others, _successors(fact)) if others else []
    if not rivals:
        return None
    prefetch_related_objects(rivals[:MOST_RIVALS], "references__source")
    message = _(
        "Of the same time another source says otherwise: %(theirs)s. This one says: %(ours)s. "
        "Until somebody decides between them, readers are shown both as disputed."
    )
    told = "; ".join(_told(rival, rival.references.all()) for rival in rivals[:MOST_RIVALS])
    return Doubt("rival", message % {"theirs": told, "ours": _told(fact, asked.references)})


def _of_its_time(fact):
    """The published facts of its company and metric that may be of its time: of near days."""
    facts = Fact.objects.on_record().filter(company=fact.company_id, metric=fact.metric_id)
    facts = facts.select_related("company", "metric")
    if fact.as_of:
        near = (fact.as_of - A_MONTH, fact.as_of + A_MONTH)
        facts = facts.filter(Q(as_of__range=near) | Q(as_of=None))
    elif fact.amount is not None:
        facts = facts.filter(as_of=None)
    return facts.order_by("-pk")


def _successors(fact) -> dict[int, Fact]:
    """By primary key, those of its series at all times that supersede another."""
    series = Fact.objects.filter(company=fact.company_id, metric=fact.metric_id, scope=fact.scope)
    return series.filter(supersedes__isnull=False).only("supersedes").in_bulk()


def _told(fact, references) -> str:
    """“9.9 million (Q3 2026), Annual report: “9.9 million members””."""
    said = [f"{fact.display_value} ({fact.as_of_label})"]
    for reference in references:
        passage = f": “{reference.quote}”" if reference.quote else ""
        said.append(f"{reference.source}{passage}")
    return ", ".join(said)


def _references(fact):
    return list(fact.references.select_related("source")) if fact.pk else []


def _older_source(asked):
    if asked.fact.as_of is None:
        return None
    first_day = asked.fact.period.first
    for reference in asked.references:
        source = reference.source
        if source.published_on and source.published_on < first_day:
            message = _("“%(source)s” (%(published)s) is older than what it is said to state.")
            names = {"source": source.title, "published": source.published_label}
            return Doubt("older-source", message % names)
    return None


def _same_passage(asked):
    quotes = passages(reference.quote for reference in asked.references)
    if not quotes or asked.before is None:
        return None
    quoted = passages(reference.quote for reference in _references(asked.before))
    return same_passage(asked.before, quoted, asked.fact, quotes)


def same_passage(before: Fact, quoted: set, fact: Fact, quotes: set) -> Doubt | None:
    """`quoted` are the passages of the one before, `quotes` its own. Neither need be saved yet."""
    if (before.amount, before.text) == (fact.amount, fact.text) or quoted.isdisjoint(quotes):
        return None
    message = _("The value is another than %(value)s, but the quoted passage is the same.")
    return Doubt("same-passage", message % {"value": before.display_value})


def passages(quotes) -> set[str]:
    """To be compared, however they were typed."""
    return {" ".join(quote.casefold().split()) for quote in quotes} - {""}

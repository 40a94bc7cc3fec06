"""Pairs of published figures that cannot both be right, for the desk.

`facts.rules.contradiction` says which those are, and `facts.rules.disputes` which are undecided.
"""

from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from facts.models import Distinction, Fact
from facts.rules.disputes import pairs_of_rivals, undecided

# Companies per query, and facts held in memory at a time.
CHUNK, HELD = 500, 2000
MOST_SENTENCES = 5


@dataclass(frozen=True)
class Contradiction:
    """`first` has the lower primary key."""

    first: Fact
    second: Fact

    @property
    def pair(self) -> str:
        return f"{self.first.pk}-{self.second.pk}"


def find_contradictions(companies=None) -> list[Contradiction]:
    """Those that no editor has decided, of the companies with these primary keys or of all.

    Two queries for every 500 companies, however many figures they have.
    """
    pks = Fact.objects.order_by("company").values_list("company", flat=True).distinct()
    pks = list(pks) if companies is None else sorted(set(companies))
    found = []
    for start in range(0, len(pks), CHUNK):
        found += _among(pks[start : start + CHUNK])
    return found


def _among(companies):
    facts = (
        Fact.objects.on_record()
        .filter(company__in=companies)
        .select_related("company", "metric")
        .order_by("company", "metric", "pk")
    )
    series = groupby(facts.iterator(HELD), lambda fact: (fact.company_id, fact.metric_id))
    pairs = (pair for _key, group in series for pair in _pairs(list(group)))
    return [Contradiction(*pair) for pair in undecided(pairs)]


def _pairs(facts):
    """Each pair once."""
    return (pair for pair in pairs_of_rivals(facts, facts) if pair[0].pk < pair[1].pk)


def sentences_of(*pairs: Contradiction) -> dict[int, list]:
    """By fact: the first sentences that quote it in live articles, as (sentence, article)."""
    facts = [fact for pair in pairs for fact in (pair.first, pair.second)]
    uses = Fact.uses.rel.related_model.objects.in_published_articles().select_related("article")
    first_uses = Prefetch("uses", uses[:MOST_SENTENCES], to_attr="first_uses")
    prefetch_related_objects(facts, first_uses)
    return {fact.pk: [(use.sentence, use.article) for use in fact.first_uses] for fact in facts}


@transaction.atomic
def distinguish(first: Fact, second: Fact, *, reason: str, by) -> Distinction:
    """Record that two facts are about different things, so that the pair is not reported again."""
    first, second = sorted((first, second), key=lambda fact: fact.pk)
    made, is_new = Distinction.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason.strip(), "by": by}
    )
    if is_new:
        made.clean_fields(exclude=["by"])
    return made

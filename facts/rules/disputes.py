"""Figures that contradict each other and between which nobody has decided.

A decision withdraws one, prefers one until a day, supersedes one by the other, or tells them apart.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.utils import timezone

from facts.rules.contradiction import contradict
from facts.rules.precedence import is_preferred_on, supersedes


def rivals_of(fact, others, by_pk) -> list:
    """Those of the published facts `others`, of its company and metric, that cannot be right too.

    One that supersedes the other is none, also through facts of another time: `by_pk` has them.
    Some may have been decided: `undecided` leaves those out.
    """
    return [other for other in others if _are_rivals(fact, other, by_pk)]


def _are_rivals(fact, other, by_pk) -> bool:
    return (
        fact.pk != other.pk
        and not (fact.rank == "deprecated" or other.rank == "deprecated")
        and contradict(fact, other)
        and not (supersedes(fact, other, by_pk) or supersedes(other, fact, by_pk))
    )


def undecided(pairs) -> list[tuple]:
    """The pairs of facts of which no editor prefers one or has told them apart.

    One query, or none for no pairs.
    """
    today = timezone.localdate()
    pairs = [pair for pair in pairs if not any(is_preferred_on(fact, today) for fact in pair)]
    if not pairs:
        return []
    distinctions = pairs[0][0].distinctions.model.objects
    firsts = {min(_pks(pair)) for pair in pairs}
    told_apart = set(distinctions.filter(first__in=firsts).values_list("first", "second"))
    return [pair for pair in pairs if tuple(sorted(_pks(pair))) not in told_apart]


def _pks(pair) -> list[int]:
    return [fact.pk for fact in pair]


def find_rivals(shown, published) -> dict[int, list]:
    """By primary key of each fact of `shown` that is disputed: the facts that dispute it.

    `published` has all published facts of their companies and metrics.
    """
    found = defaultdict(list)
    for fact, rival in undecided(pairs_of_rivals(shown, published)):
        found[fact.pk].append(rival)
    return dict(found)


def pairs_of_rivals(shown, published) -> Iterator[tuple]:
    """Each fact of `shown` with each that cannot be right too, decided or not."""
    calendar = Calendar(published)
    for fact in shown:
        rivals = rivals_of(fact, calendar.near(fact), calendar.by_pk)
        yield from ((fact, rival) for rival in rivals)


class Calendar:
    """Facts by month, so that each is compared with those alone that may be of its time."""

    def __init__(self, facts):
        self.by_pk = {fact.pk: fact for fact in facts}
        self.months = defaultdict(lambda: defaultdict(list))
        for fact in self.by_pk.values():
            self.months[fact.company_id, fact.metric_id][_month(fact)].append(fact)

    def near(self, fact) -> list:
        """Those of its company and metric that are undated, or at most a month away."""
        months = self.months[fact.company_id, fact.metric_id]
        if fact.as_of is None:
            # Undated words may speak of all times.
            near = [None] if fact.amount is not None else list(months)
        else:
            near = [None, *range(_month(fact) - 1, _month(fact) + 2)]
        return [other for month in near for other in months.get(month, ())]


def _month(fact) -> int | None:
    return fact.as_of and fact.as_of.year * 12 + fact.as_of.month

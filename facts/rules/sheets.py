"""A company's data sheet: what holds now, what held before, and what is in dispute."""

from dataclasses import dataclass, field
from itertools import groupby


@dataclass
class Sheet:
    """`current` facts carry `.earlier`: older values of their metric and scope, then wrong ones.

    `conflicts` are lists of facts that contradict each other; they are not among the current.
    `histories` are (fact, dated facts oldest first) wherever three points make a line.
    """

    current: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    histories: list = field(default_factory=list)


MIN_POINTS = 3


def _key(fact):
    return fact.metric_id, fact.scope


def build_sheet(facts) -> Sheet:
    """From a queryset of one company's facts, in a number of queries that does not grow."""
    disputed = [list(group) for _key_, group in groupby(facts.conflicts().with_sources(), _key)]
    in_dispute = {_key(group[0]) for group in disputed}
    by_key: dict = {}
    withdrawn: dict = {}
    for fact in facts.published().with_sources().in_order_of_trust():
        found = withdrawn if fact.is_deprecated else by_key
        found.setdefault(_key(fact), []).append(fact)
    sheet = Sheet(conflicts=disputed)
    for key, (current, *earlier) in by_key.items():
        if key in in_dispute:
            continue
        current.earlier = earlier + withdrawn.get(key, [])
        current.history = history_points([current, *earlier])
        sheet.current.append(current)
    sheet.current.sort(key=lambda fact: (fact.metric.position, fact.metric.label, fact.scope))
    sheet.histories = [(fact, fact.history) for fact in sheet.current if fact.history]
    return sheet


def history_points(facts) -> list:
    """The dated amounts, oldest first, one a day; nothing when they make no line."""
    points = {
        fact.as_of: fact for fact in reversed(facts) if fact.as_of and fact.amount is not None
    }
    return [points[day] for day in sorted(points)] if len(points) >= MIN_POINTS else []

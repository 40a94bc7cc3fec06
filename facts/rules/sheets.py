"""A company's data sheet: current figures, earlier ones, and those in dispute."""

from dataclasses import dataclass, field
from itertools import groupby


@dataclass
class Sheet:
    """`current` facts have `.earlier`: older values of their series, then deprecated ones.

    `conflicts` are lists of facts that contradict each other, none of which is in `current`.
    `histories` are (fact, dated facts oldest first) of the series long enough to draw.
    """

    current: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    histories: list = field(default_factory=list)


MIN_POINTS = 3


def _key(fact):
    return fact.metric_id, fact.scope


def build_sheet(facts) -> Sheet:
    """The sheet of one company, from a queryset of its facts, in a constant number of queries."""
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
    """The dated amounts, oldest first, one per day; empty if there are too few to draw a line."""
    points = {
        fact.as_of: fact for fact in reversed(facts) if fact.as_of and fact.amount is not None
    }
    return [points[day] for day in sorted(points)] if len(points) >= MIN_POINTS else []

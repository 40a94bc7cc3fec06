"""A company's data sheet: current figures, earlier ones, and those in dispute."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

from facts.rules.disputes import find_rivals


@dataclass
class Dispute:
    """Figures that contradict each other, and the other values of the series."""

    facts: list
    earlier: list

    @property
    def metric(self):
        return self.facts[0].metric

    @property
    def scope(self) -> str:
        return self.facts[0].scope


@dataclass
class Sheet:
    """`current` facts have `.earlier`: older values of their series, then deprecated ones.

    `disputes` have the figures that are shown side by side, none of which is in `current`.
    `withdrawn` are lists of the facts of each series of which none stands.
    `histories` are (fact, dated facts oldest first) of the series long enough to draw.
    """

    current: list = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    histories: list = field(default_factory=list)
    withdrawn: list = field(default_factory=list)

    @property
    def shown(self) -> list:
        """The figures whose words are explained: all but those that were shown before."""
        disputed = (dispute.facts for dispute in self.disputes)
        return [*self.current, *chain(*disputed), *chain(*self.withdrawn)]


MIN_POINTS = 3


def build_sheet(facts) -> Sheet:
    """The sheet of one company, from a queryset of its facts, in a constant number of queries."""
    standing: dict = {}
    withdrawn: dict = {}
    published = list(facts.published().with_sources().in_order_of_trust())
    for fact in published:
        found = withdrawn if fact.is_deprecated else standing
        found.setdefault((fact.metric_id, fact.scope), []).append(fact)
    rivals = find_rivals([series[0] for series in standing.values()], published)
    sheet, in_dispute = Sheet(), set()
    for key, (current, *earlier) in standing.items():
        earlier += withdrawn.get(key, [])
        if current.pk in in_dispute:
            continue
        if current.pk in rivals:
            sheet.disputes.append(_dispute(current, rivals[current.pk], earlier))
            in_dispute |= {fact.pk for fact in sheet.disputes[-1].facts}
        else:
            current.earlier, current.history = earlier, history_points([current, *earlier])
            sheet.current.append(current)
    sheet.withdrawn = [series for key, series in withdrawn.items() if key not in standing]
    return _in_order(sheet)


def _dispute(current, rivals, earlier) -> Dispute:
    facts = sorted([current, *rivals], key=lambda fact: fact.pk)
    pks = {fact.pk for fact in facts}
    return Dispute(facts, [fact for fact in earlier if fact.pk not in pks])


def _in_order(sheet) -> Sheet:
    def place(one):
        return one.metric.position, one.metric.label, one.scope

    sheet.current.sort(key=place)
    sheet.disputes.sort(key=place)
    sheet.withdrawn.sort(key=lambda series: place(series[0]))
    sheet.histories = [(fact, fact.history) for fact in sheet.current if fact.history]
    return sheet


def history_points(facts) -> list:
    """The dated amounts, oldest first, one per day; empty if there are too few to draw a line.

    Projections and what was found wrong are left out, and of what adds up, periods of another
    length than most. Bounds are marked, and no line leads to them.
    """
    points = [fact for fact in reversed(facts) if _is_point(fact)]
    if points and points[0].metric.is_duration:
        [(usual, _times)] = Counter(fact.months for fact in points).most_common(1)
        points = [fact for fact in points if fact.months == usual]
    points = {fact.as_of: fact for fact in points}
    return [points[day] for day in sorted(points)] if len(points) >= MIN_POINTS else []


def _is_point(fact) -> bool:
    return (
        fact.as_of is not None
        and fact.amount is not None
        and fact.basis != "projected"
        and fact.rank != "deprecated"
    )

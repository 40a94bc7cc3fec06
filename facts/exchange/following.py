"""What a line is asked about because of a line before it: before either is on record.

A figure of a long file is checked by itself, so that what it follows in the file is not there yet.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone

from facts.exchange.gathering import said_by
from facts.review.doubts import leap_from
from facts.rules.precedence import trust_in_claim

UNPUBLISHED = ("draft", "withdrawn")


def refused_successions(figures) -> dict[int, str]:
    """Why a figure cannot supersede one of the same file, by the number of its line."""
    by_id = {figure.line["id"]: figure for figure in figures if figure.line["id"]}
    found = {}
    for figure in figures:
        if old := by_id.get(figure.line["supersedes"]):
            figure.fact.supersedes = old.fact
            try:
                figure.fact.clean_supersedes()
            except ValidationError as error:
                found[figure.line.number] = said_by(error)
    return found


def leaps(figures, record) -> dict[int, str]:
    """The doubt about each that is far from what the file itself says before, by line."""
    standing = [fact for fact in record.by_id.values() if fact.is_published]
    shown = _Shown(fact for fact in standing if not fact.is_deprecated)
    known = {fact.identity for fact in standing}
    by_id = {figure.line["id"]: figure.fact for figure in figures if figure.line["id"]}
    ours, found = set(), {}
    for figure in figures:
        fact, old = figure.fact, figure.line["supersedes"]
        if figure.line["state"] in UNPUBLISHED or fact.identity in known:
            continue
        before = by_id.get(old) if old else shown.before(fact)
        # What is on record already is compared with when the figure is checked.
        if id(before) in ours and (doubt := leap_from(before, fact)):
            found[figure.line.number] = doubt.message
        ours.add(id(fact))
        shown.add(fact)
    return found


class _Shown:
    """Of each series, and of each kind of period of a flow, what is shown as the file comes in."""

    def __init__(self, facts):
        self.today, self._best = timezone.localdate(), {}
        for fact in sorted(facts, key=lambda fact: fact.pk):
            self.add(fact)

    def before(self, fact):
        return self._best.get(_series(fact))

    def add(self, fact):
        key = _series(fact)
        best = self._best.get(key)
        if best is None or trust_in_claim(fact, self.today) <= trust_in_claim(best, self.today):
            self._best[key] = fact


def _series(fact) -> tuple:
    length = fact.as_of_precision if fact.metric.is_duration else ""
    return fact.company_id, fact.metric_id, fact.scope, length

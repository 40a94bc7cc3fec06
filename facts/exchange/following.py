"""What a line is asked about because of a line before it: before either is on record.

A figure of a long file is checked by itself, so that what it follows in the file is not there yet.
Each of these tells what is found by the number of the line.
"""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from facts.exchange import history
from facts.exchange.conflicts import UNPUBLISHED
from facts.exchange.gathering import said_by
from facts.exchange.on_record import otherwise_dated
from facts.models import FactEvent
from facts.review.doubts import leap_from, passages, same_passage
from facts.rules.precedence import series_key, trust_in_claim


def refused_successions(figures) -> dict[int, str]:
    """Why a figure cannot supersede one of the same file."""
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


def said_twice(figures, record) -> dict[int, str]:
    """The same figure again, with its date written otherwise."""
    firsts, found = {}, {}
    for figure in figures:
        known = record.by_identity.get(figure.fact.identity)
        is_known = figure.line["id"] in record.by_id or (known and not known.is_deprecated)
        if figure.is_withdrawn or is_known:
            continue
        first = firsts.setdefault(otherwise_dated(figure.fact), figure)
        if first is not figure:
            message = _("Line %(line)d is the same figure with the date “%(as_of)s”.")
            names = {"line": first.line.number, "as_of": first.fact.as_of_label}
            found[figure.line.number] = message % names
    return found


def preferred_twice(figures, record) -> dict[int, str]:
    """A second one of a series that is preferred today, and does not supersede the first."""
    holders, found, today = {}, {}, timezone.localdate()
    for figure in figures:
        if figure.line["state"] in UNPUBLISHED or _on_record(figure, record).is_published:
            continue
        key, events = series_key(figure.fact), _events_of(figure.line)
        holder = holders.get(key)
        is_successor = holder and figure.line["supersedes"] == (holder.line["id"] or None)
        if any(one.kind == FactEvent.Kind.PREFERRED and one.until >= today for one in events):
            if holder and not is_successor:
                message = _("Line %(line)d is preferred already: only one of them can be.")
                found[figure.line.number] = message % {"line": holder.line.number}
            holders[key] = figure
        elif is_successor and not events:
            # As new ones do, it takes over the preference of what it supersedes.
            holders[key] = figure
    return found


def _events_of(line) -> list[FactEvent]:
    """None for a line that its own check refuses."""
    try:
        return history.events_of(line, by=None)
    except ValidationError:
        return []


def doubts_within(figures, record) -> dict[int, str]:
    """Far from what the file itself says before, or another value for the same passage.

    Empty for one that was compared within the file and raises no doubt.
    """
    standing = [fact for fact in record.by_id.values() if fact.is_published]
    shown = _Shown(fact for fact in standing if not fact.is_deprecated)
    by_id, quoted, found = {}, {}, {}
    for figure in figures:
        line, fact = figure.line, _on_record(figure, record)
        quotes = quoted[id(fact)] = passages(_quotes(figure, fact, record))
        by_id[line["id"]] = fact
        if line["state"] in UNPUBLISHED or fact.is_published:
            continue
        before = by_id.get(line["supersedes"]) if line["supersedes"] else shown.before(fact)
        # What the file says nothing of is compared with when the figure is checked.
        if id(before) in quoted:
            asked = leap_from(before, fact), same_passage(before, quoted[id(before)], fact, quotes)
            found[line.number] = " ".join(doubt.message for doubt in asked if doubt)
        shown.add(fact)
    return found


def _on_record(figure, record):
    """The published fact that it repeats, or its own."""
    known = record.by_identity.get(figure.fact.identity)
    return known if known and known.is_published and not known.is_deprecated else figure.fact


def _quotes(figure, fact, record) -> Iterator[str]:
    """Of its lines, and of what they are added to."""
    yield from (line["quote"] for line in figure.sources)
    if known := record.by_id.get(figure.line["id"]) or record.by_identity.get(fact.identity):
        yield from (reference.quote for reference in record.references_of(known))


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
    return *series_key(fact), length

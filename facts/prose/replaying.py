"""What the figures of texts said between changes that nobody has followed yet.

Readers see each change of a figure at once. Whoever keeps what they saw comes later, and may find
several of them.
"""

import datetime
from collections import defaultdict
from copy import copy
from dataclasses import dataclass

from django.utils import timezone

from facts.models import FactEvent
from facts.prose.naming import LinkTargets
from facts.rules.history import replay

Kind = FactEvent.Kind
# These move no figure that a text shows.
UNSEEN = {Kind.VERIFIED, Kind.SUPERSEDED}


@dataclass(frozen=True)
class Moment:
    """How figures stood from a time on, or stand now where nothing is said to have changed them."""

    targets: LinkTargets
    at: datetime.datetime | None = None


class Changes:
    """What happened to the figures of some texts after an event.

    Two queries at most, none where nothing did.
    """

    def __init__(self, targets: LinkTargets, since: int | None):
        """`targets` are the figures as they stand now; of None nothing is known."""
        self.targets = targets
        self.events: list[FactEvent] = []
        self._all: dict[int, list[FactEvent]] = {}
        if since is not None and (targets.newest_event or 0) > since:
            facts = targets.by_pk.values()
            happened = FactEvent.objects.filter(
                pk__gt=since,
                fact__company__in={fact.company_id for fact in facts},
                fact__metric__in={fact.metric_id for fact in facts},
            )
            self.events = [
                event
                for event in happened.exclude(kind__in=UNSEEN)
                if event.fact_id in targets.by_pk
            ]

    def moments(self, series: set[tuple], since: int | None) -> list[Moment]:
        """One for each time after `since` at which figures of the series changed, then how it is.

        A series is a company and a metric. What stood in a profile before another was merged into
        it is kept by whoever merges them.
        """
        if since is None:
            return [Moment(self.targets)]
        acts = self._acts(series, since)
        moved = [number for number, act in enumerate(acts) if _moves(act)]
        found = [
            self._before(acts[number], acts[number + 1 :])
            for number in range(moved[-1] if moved else 0, len(acts) - 1)
        ]
        return [*found, Moment(self.targets, acts[-1][0].recorded_at if acts else None)]

    def _acts(self, series, since) -> list[list[FactEvent]]:
        """The events of each time together, as they were seen."""
        acts = defaultdict(list)
        for event in self.events:
            fact = self.targets.by_pk[event.fact_id]
            if event.pk > since and (fact.company_id, fact.metric_id) in series:
                acts[event.recorded_at or event.fact_id].append(event)
        return list(acts.values())

    def _before(self, act, later) -> Moment:
        """What readers saw of this act, before the later ones."""
        hidden = {event.pk: event for events in later for event in events}
        changed = {event.fact_id for event in hidden.values()}
        moved = {event.fact_id for event in hidden.values() if event.kind == Kind.MOVED}
        facts = []
        for fact in self.targets.by_pk.values():
            if fact.pk in changed:
                known = [one for one in self._events_of(fact) if one.pk not in hidden]
                fact = copy(fact)
                replay(known).put_on(fact)
            if fact.is_published and fact.pk not in moved:
                facts.append(fact)
        at = act[0].recorded_at
        day = timezone.localdate(at) if at else timezone.localdate()
        return Moment(self.targets.with_facts(facts, day), at)

    def _events_of(self, fact) -> list[FactEvent]:
        if not self._all:
            self._all = defaultdict(list)
            facts = {event.fact_id for event in self.events}
            for event in FactEvent.objects.filter(fact__in=facts):
                self._all[event.fact_id].append(event)
        return self._all[fact.pk]


def _moves(act) -> bool:
    return any(event.kind == Kind.MOVED for event in act)

"""Changes that come with time alone: an article's hour, the end of an ad, midnight."""

import math
import time
from datetime import datetime, timedelta

from django.utils import timezone

from core.pagestore.keys import SITE, declare

# Rooms append their sources: called with `after` and `until`, a source yields (moment, keys) for
# each change in `after < moment <= until`.
sources = []
# When one of these keys changes the sources are asked again. SITE is among them, since bulk changes
# are logged as SITE instead of row by row.
SCHEDULE = "schedule"
declare(SCHEDULE)
triggers = {SCHEDULE, SITE}
AHEAD = timedelta(hours=2)
# Allowance for clock skew and for commits that come late.
MARGIN = timedelta(minutes=1)


def midnights(after, until):
    """Pages say how old a figure is, in days."""
    day = timezone.localtime(after).replace(hour=0, minute=0, second=0, microsecond=0)
    while (day := next_midnight(day)) <= until:
        yield day, {SITE}


def next_midnight(day) -> datetime:
    # By the calendar, not by 24 hours: the clocks may change in between.
    return timezone.make_aware(timezone.make_naive(day) + timedelta(days=1))


sources.append(midnights)


class Schedule:
    """The changes due in the next hours, and when each key last changed by time."""

    def __init__(self, forget):
        self.forget = forget
        self.coming = []
        self.due_at = math.inf
        self.changed_at = {}
        self.read_at = self.read_until = None

    def read(self, back=timedelta(0)):
        """Ask the sources again; for a process that has just started also `back` in time.

        Always includes what came due since the last time: pages that other processes made in
        between may not show it.
        """
        now = timezone.now()
        since = min(self.read_at or now, now - back) - MARGIN
        self.read_at, until = now, now + AHEAD
        self.read_until = until
        overdue = [event for event in self.coming if event[0] <= now.timestamp()]
        events = [event for source in sources for event in source(since, until)]
        events = [(moment.timestamp(), frozenset(keys)) for moment, keys in events]
        self.coming = sorted(filter(self.is_new, {*overdue, *events}), key=lambda event: event[0])
        self.due_at = self.coming[0][0] if self.coming else math.inf

    def is_new(self, event) -> bool:
        moment, keys = event
        return any(self.changed_at.get(key, 0) < moment for key in keys)

    def is_running_out(self) -> bool:
        return self.read_until is None or self.read_until < timezone.now() + AHEAD / 2

    def advance(self):
        """Apply the changes that are due."""
        # Another thread may replace the list meanwhile.
        coming = self.coming
        while coming and coming[0][0] <= time.time():
            moment, keys = coming.pop(0)
            for key in keys:
                self.changed_at[key] = max(moment, self.changed_at.get(key, 0))
            self.forget(keys)
        coming = self.coming
        self.due_at = coming[0][0] if coming else math.inf

    def is_current(self, keys, made_at: float) -> bool:
        """Whether none of `keys` changed by time since `made_at` (Unix time)."""
        return all(self.changed_at.get(key, 0) <= made_at for key in keys)

    def next_for(self, keys) -> float | None:
        """When one of `keys` changes next (Unix time), as far as is known."""
        return next((moment for moment, about in list(self.coming) if about & keys), None)

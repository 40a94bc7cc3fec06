"""Changes that nobody writes, because only time passes: a scheduled hour, an ad's end, midnight."""

import math
import time
from datetime import datetime, timedelta

from django.utils import timezone

# An upper room adds what it schedules: called with two moments, it yields (moment, keys) for all
# that begins or ends after the first and not after the second.
sources = []
# A change that bears one of these may change what `sources` say. Rows that change by the hundred
# are not named one by one: "site" stands for them all.
SCHEDULE = "schedule"
triggers = {SCHEDULE, "site"}
AHEAD = timedelta(hours=2)
# Clocks and commits may differ by so much.
MARGIN = timedelta(minutes=1)


def midnights(after, until):
    """Pages say how old a figure is, in days."""
    day = timezone.localtime(after).replace(hour=0, minute=0, second=0, microsecond=0)
    while (day := next_midnight(day)) <= until:
        yield day, {"site"}


def next_midnight(day) -> datetime:
    # By the calendar, not by 24 hours: the clocks may change in between.
    return timezone.make_aware(timezone.make_naive(day) + timedelta(days=1))


sources.append(midnights)


class Schedule:
    """The coming changes of the next hours, and when each key last changed by itself."""

    def __init__(self, forget):
        self.forget = forget
        self.coming = []
        self.due_at = math.inf
        self.happened = {}
        self.read_at = self.read_until = None

    def read(self, back=timedelta(0)):
        """Ask the sources anew; `back` in time too, for a process that has just begun.

        Always for what was set and came true since they were asked last, too: others may have made
        pages in between, which do not show it.
        """
        now = timezone.now()
        since = min(self.read_at or now, now - back) - MARGIN
        self.read_at, until = now, now + AHEAD
        self.read_until = until
        overdue = [event for event in self.coming if event[0] <= now.timestamp()]
        events = [event for source in sources for event in source(since, until)]
        events = [(moment.timestamp(), frozenset(keys)) for moment, keys in events]
        self.coming = sorted(filter(self.is_news, {*overdue, *events}), key=lambda event: event[0])
        self.due_at = self.coming[0][0] if self.coming else math.inf

    def is_news(self, event) -> bool:
        moment, keys = event
        return any(self.happened.get(key, 0) < moment for key in keys)

    def is_running_out(self) -> bool:
        return self.read_until is None or self.read_until < timezone.now() + AHEAD / 2

    def advance(self):
        """Let happen what is due."""
        # Another thread may put a new list in its place meanwhile.
        coming = self.coming
        while coming and coming[0][0] <= time.time():
            moment, keys = coming.pop(0)
            for key in keys:
                self.happened[key] = max(moment, self.happened.get(key, 0))
            self.forget(keys)
        coming = self.coming
        self.due_at = coming[0][0] if coming else math.inf

    def stands(self, keys, made_at: float) -> bool:
        """Whether nothing of `keys` changed by itself since a page was made, in Unix time."""
        return all(self.happened.get(key, 0) <= made_at for key in keys)

    def next_for(self, keys) -> float | None:
        """When the next of `keys` changes, in Unix time, as far as is known."""
        return next((moment for moment, about in list(self.coming) if about & keys), None)

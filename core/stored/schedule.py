"""Changes that nobody writes, because only time passes: a scheduled hour, an ad's end, midnight."""

import time
from datetime import datetime, timedelta

from django.utils import timezone

# An upper room adds what it schedules: called with two moments, it yields (moment, keys) for all
# that begins or ends after the first and not after the second.
sources = []
# A change that bears one of these may change what `sources` say.
SCHEDULE = "schedule"
triggers = {SCHEDULE}
AHEAD = timedelta(hours=2)


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
        self.happened = {}
        self.read_until = None

    def read(self, back=timedelta(0)):
        """Ask the sources anew; `back` in time too, for a process that has just begun."""
        now = timezone.now()
        self.read_until = now + AHEAD
        events = [event for source in sources for event in source(now - back, self.read_until)]
        self.coming = sorted(
            [(moment.timestamp(), frozenset(keys)) for moment, keys in events],
            key=lambda event: event[0],
        )

    def is_due(self) -> bool:
        return bool(self.coming) and self.coming[0][0] <= time.time()

    def is_running_out(self) -> bool:
        return self.read_until is None or self.read_until < timezone.now() + AHEAD / 2

    def advance(self):
        """Let happen what is due."""
        while self.is_due():
            moment, keys = self.coming.pop(0)
            self.happened.update(dict.fromkeys(keys, moment))
            self.forget(keys)

    def stands(self, keys, made_at: float) -> bool:
        """Whether nothing of `keys` changed by itself since a page was made, in Unix time."""
        return all(self.happened.get(key, 0) <= made_at for key in keys)

    def next_for(self, keys) -> float | None:
        """When the next of `keys` changes, in Unix time, as far as is known."""
        return next((moment for moment, about in list(self.coming) if about & keys), None)

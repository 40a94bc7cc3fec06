"""The log of what changed. It is written in the transaction of the change: both stand or neither.

A *position* orders changes. A page remembers the *horizon* of the moment before it was made: every
change at a position below it was visible to it. On PostgreSQL, where transactions end in another
order than they begin, a position is the writing transaction's id and the horizon the oldest id
still under way; on SQLite, where one writes at a time, positions simply count up.
"""

import logging
import math
import threading
import time
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import OperationalError, connection, transaction
from django.db.models import Func, Max, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.models import Change
from core.pagestore.purging import KEY, SITE, purge_after_commit

logger = logging.getLogger(__name__)

# Shared pages live no longer than half of this, so that whoever reads one knows of every change.
KEPT = timedelta(hours=24)
# A process that starts reads no more keys than this; it then refuses shared pages that are older.
MOST_READ = 100_000

written = threading.local()
listeners = []


class TransactionId(Func):
    template = "pg_current_xact_id()::text::bigint"


def next_position():
    if connection.vendor == "postgresql":
        return TransactionId()
    newest = Change.objects.order_by("-position").values("position")[:1]
    return Coalesce(Subquery(newest), Value(0)) + 1


def horizon() -> int:
    """Every change that was committed by now, and no other, is below it or already seen."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return cursor.fetchone()[0]
    return (Change.objects.aggregate(newest=Max("position"))["newest"] or 0) + 1


def changed(*keys, by_visitor=True):
    """Say that what `keys` name is about to be different. Call it where the change is written.

    `by_visitor`: whoever sent this request meant it, and looks for it on the next page.
    """
    if not keys:
        return
    if wrong := [key for key in keys if not KEY.fullmatch(key)]:
        raise ValueError(f"No key of a page: {wrong}")
    if by_visitor:
        written.keys = getattr(written, "keys", 0) + len(keys)
    position = next_position()
    Change.objects.bulk_create([Change(key=key, position=position) for key in sorted(set(keys))])
    transaction.on_commit(lambda: tell(keys))
    purge_after_commit(keys)


def tell(keys):
    """This process need not wait to hear of its own changes."""
    for listener in listeners:
        listener(keys)


class Ledger:
    """What this process knows of the log. `read()` brings it up to date; it is one small query.

    `forget` is called with every set of keys that changed.
    """

    def __init__(self, forget):
        self.forget = forget
        self.lock = threading.Lock()
        self.positions = {}
        self.horizon = None
        self.floor = 0
        self.seen = set()
        self.read_at = self.failed_at = -math.inf

    def read(self) -> int:
        """Take in what was committed by now; answers the horizon. Raises the database's errors."""
        asked = time.monotonic()
        with self.lock:
            # Somebody began to read after we asked: what they learned is new enough for us.
            if self.horizon is not None and self.read_at >= asked:
                return self.horizon
            # Or in vain: a database that hangs is not to be tried by one after another.
            if self.failed_at >= asked:
                raise OperationalError("The database did not answer.")
            started = time.monotonic()
            try:
                if self.horizon is None:
                    self._begin()
                else:
                    self._go_on()
            except DatabaseError:
                self.failed_at = started
                raise
            self.read_at = started
            return self.horizon

    def _begin(self):
        self.horizon = horizon()
        newest = Change.objects.filter(written_at__gt=timezone.now() - KEPT)
        rows = newest.values("key").annotate(at=Max("position")).order_by("-at")
        pairs = list(rows.values_list("key", "at")[:MOST_READ])
        self.positions = dict(pairs)
        self.floor = pairs[-1][1] if len(pairs) == MOST_READ else 0

    def _go_on(self):
        now = horizon()
        if now < self.horizon:
            # The database was put back to an earlier state: nothing of the later one stands.
            self.seen = set()
            self._begin()
            return self.forget({SITE})
        rows = list(
            Change.objects.filter(position__gte=self.horizon).values_list("pk", "key", "position")
        )
        news = [row for row in rows if row[0] not in self.seen]
        for _pk, key, position in news:
            self.positions[key] = max(position, self.positions.get(key, 0))
        self.seen = {row[0] for row in rows if row[2] >= now}
        self.horizon = now
        if news:
            self.forget({key for _pk, key, _position in news})
        return None

    def stands(self, keys, made_at: int) -> bool:
        """Whether nothing that bears one of `keys` has changed since the horizon `made_at`."""
        if not self.floor < made_at <= self.horizon:
            return False
        return all(self.positions.get(key, -1) < made_at for key in keys)

    def prune(self):
        """Throw away what nobody asks for any more, here and in the table."""
        newest = Change.objects.aggregate(pk=Max("pk"))["pk"]
        # The newest stays: positions on SQLite count on from it.
        Change.objects.filter(written_at__lt=timezone.now() - KEPT).exclude(pk=newest).delete()
        with self.lock:
            if len(self.positions) > 2 * MOST_READ:
                self.floor = max(self.positions.values())
                self.positions.clear()

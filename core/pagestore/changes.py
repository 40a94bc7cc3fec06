"""The change log: which keys were invalidated, written in the transaction of the change itself."""

import logging
import math
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import OperationalError
from django.db.models import Max
from django.utils import timezone

from core.db.after_commit import AfterCommit
from core.models import Change
from core.pagestore.keys import SITE, refuse_unknown
from core.pagestore.positions import (
    changes_since,
    clear_foreign_positions,
    next_position,
    visible_up_to,
)
from core.pagestore.purging import enqueue_purge

logger = logging.getLogger(__name__)

# Shared pages live half as long at most: the log still has every change since they were rendered.
RETENTION = timedelta(hours=24)
# How long a thread waits for another one that reads the log.
LOCK_SECONDS = 2.0
# The most keys that a starting process reads; shared pages older than those are then not used.
MAX_READ = 100_000

written = threading.local()
listeners = []


def changed(*keys, by_visitor=True):
    """Invalidate the pages tagged with `keys`. Call it in the transaction of the change.

    `by_visitor`: this request's visitor made the change and should see it on the next page.
    """
    if not keys:
        return
    refuse_unknown(keys)
    keys = {SITE} if SITE in keys else set(keys)
    if by_visitor:
        written.keys = getattr(written, "keys", 0) + len(keys)
    position = next_position()
    Change.objects.bulk_create([Change(key=key, position=position) for key in sorted(keys)])
    announced.add(*keys)
    enqueue_purge()


def notify(keys):
    """This process knows of its own changes without polling."""
    for listener in listeners:
        listener(keys)


announced = AfterCommit(notify)


class ChangeLog:
    """What this process knows of the log. `read()` brings it up to date with one small query.

    `forget` is called with each set of keys that changed.
    """

    def __init__(self, forget):
        self.forget = forget
        self.lock = threading.Lock()
        self.positions = {}
        self.visible_up_to = None
        self.floor = 0
        self.seen = set()
        self.read_at = self.failed_at = -math.inf

    def read(self) -> int:
        """Read what was committed by now; returns `visible_up_to`. Raises database errors."""
        asked = time.monotonic()
        with self._locked():
            # Another thread began to read after we asked: its result is recent enough.
            if self.visible_up_to is not None and self.read_at >= asked:
                return self.visible_up_to
            # Or it failed: threads should not wait for a hanging database one after another.
            if self.failed_at >= asked:
                raise OperationalError("The database did not answer.")
            started = time.monotonic()
            try:
                if self.visible_up_to is None:
                    self._load()
                else:
                    self._read_new()
            except DatabaseError:
                self.failed_at = started
                raise
            self.read_at = started
            return self.visible_up_to

    @contextmanager
    def _locked(self):
        # While the database hangs a thread holds the lock: the others had better give up.
        if not self.lock.acquire(timeout=LOCK_SECONDS):
            raise OperationalError("The database does not answer.")
        try:
            yield
        finally:
            self.lock.release()

    def _load(self):
        clear_foreign_positions()
        self.visible_up_to = visible_up_to()
        newest = Change.objects.filter(written_at__gt=timezone.now() - RETENTION)
        rows = newest.values("key").annotate(at=Max("position")).order_by("-at")
        pairs = list(rows.values_list("key", "at")[:MAX_READ])
        self.positions = dict(pairs)
        self.floor = pairs[-1][1] if len(pairs) == MAX_READ else 0

    def _read_new(self):
        now, rows = changes_since(self.visible_up_to)
        if now < self.visible_up_to:
            # The database was restored to an earlier state: drop every page of the later one.
            self.seen = set()
            self._load()
            return self.forget({SITE})
        news = [row for row in rows if row[0] not in self.seen]
        for _pk, key, position in news:
            self.positions[key] = max(position, self.positions.get(key, 0))
        self.seen = {row[0] for row in rows if row[2] >= now}
        self.visible_up_to = now
        if news:
            self.forget({key for _pk, key, _position in news})
        return None

    def is_current(self, keys, made_at: int) -> bool:
        """Whether none of `keys` has changed at or after the position `made_at`."""
        if not self.floor < made_at <= self.visible_up_to:
            return False
        return all(self.positions.get(key, -1) < made_at for key in keys)

    def prune(self):
        """Delete what is older than any shared page, here and in the table."""
        newest = Change.objects.aggregate(pk=Max("pk"))["pk"]
        # Except the newest row: positions on SQLite continue from it.
        Change.objects.filter(written_at__lt=timezone.now() - RETENTION).exclude(pk=newest).delete()
        with self.lock:
            if len(self.positions) > 2 * MAX_READ:
                self.floor = max(self.positions.values())
                self.positions.clear()

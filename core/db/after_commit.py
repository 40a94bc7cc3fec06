"""Something to do once after a transaction, with everything that was added during it."""

import threading
from itertools import chain
from weakref import WeakSet

from django.db import transaction


class AfterCommit:
    """`callback(items)` is called once after the commit, with a frozenset of what was added.

    What was added in a savepoint is dropped when that is rolled back. `robust`: errors of the
    callback are logged and do not reach whoever commits.
    """

    def __init__(self, callback, *, robust=False):
        self.callback = callback
        self.robust = robust
        self._waiting = threading.local()

    def add(self, *items):
        entry = _Entry(self, items)
        self._entries().add(entry)
        transaction.on_commit(entry.deliver, robust=self.robust)

    def pending(self) -> frozenset:
        """What was added in the transaction under way and has not been rolled back."""
        return frozenset(chain.from_iterable(entry.items for entry in self._entries()))

    def deliver(self):
        items = self.pending()
        self._entries().clear()
        if items:
            self.callback(items)

    def _entries(self):
        # Django drops the callbacks of a savepoint that is rolled back, and nobody else refers to
        # them: what a weak set still has of this thread's is about to be committed.
        return self._waiting.__dict__.setdefault("entries", WeakSet())


class _Entry:
    def __init__(self, owner, items):
        self.owner = owner
        self.items = items

    def deliver(self):
        # The first to be called delivers for all.
        self.owner.deliver()

"""Something to do once after a transaction, about all that was added during it."""

from django.db import transaction


class AfterCommit:
    """`callback(items)` is called once after the commit, with a set; a rollback adds nothing."""

    def __init__(self, callback):
        self.callback = callback

    def add(self, *items):
        # Each leaves an entry of its own, for the savepoint that it may fall with. They share
        # their items, and the first to be called leaves nothing to the others.
        entries = (entry[1] for entry in reversed(transaction.get_connection().run_on_commit))
        mine = (one for one in entries if isinstance(one, _Entry) and one.owner is self)
        former = next(mine, None)
        shared = former.items if former else set()
        shared.update(items)
        transaction.on_commit(_Entry(self, shared))


class _Entry:
    def __init__(self, owner, items):
        self.owner = owner
        self.items = items

    def __call__(self):
        items = frozenset(self.items)
        self.items.clear()
        if items:
            self.owner.callback(items)

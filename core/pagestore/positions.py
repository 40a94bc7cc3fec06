"""The order of changes in the log.

A *position* orders changes. A page remembers the position that was *visible up to* when its
rendering began: it shows every change below that. On PostgreSQL, where transactions commit in
another order than they begin, a position is the id of the writing transaction, and everything below
the oldest id still running is visible; on SQLite, with its single writer, positions count up.
"""

import logging

from django.db import connection
from django.db.models import Func, Max

from core.models import Change

logger = logging.getLogger(__name__)


class TransactionId(Func):
    template = "pg_current_xact_id()::text::bigint"


class NextTransactionId(Func):
    """Above the id of every transaction whose rows we can see."""

    template = (
        "GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
        " pg_current_xact_id_if_assigned()::text::bigint + 1)"
    )


class AfterNewest(Func):
    # The ORM would compile a subquery anew for each row that is written: four fifths of the time.
    template = "(SELECT COALESCE(MAX(position), 0) + 1 FROM core_change)"


def next_position():
    return TransactionId() if connection.vendor == "postgresql" else AfterNewest()


def visible_up_to() -> int:
    """The position below which every change is committed or rolled back by now."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return cursor.fetchone()[0]
    return (Change.objects.aggregate(newest=Max("position"))["newest"] or 0) + 1


def changes_since(position) -> tuple[int, list]:
    """`visible_up_to()`, and the changes from `position` on as (pk, key, position)."""
    rows = Change.objects.values_list("pk", "key", "position")
    if connection.vendor == "postgresql":
        # In this order: what is committed between the two is read again.
        return visible_up_to(), list(rows.filter(position__gte=position))
    # The newest row is never pruned, so one query tells both.
    found = list(rows.filter(position__gte=position - 1))
    newest = max((row[2] for row in found), default=0)
    return newest + 1, [row for row in found if row[2] >= position]


def clear_foreign_positions():
    """Delete the changes that a dump brought along from another PostgreSQL cluster.

    Its transaction ids may be ahead of this one's, and such rows would be read on every poll.
    """
    if connection.vendor == "postgresql":
        count, _by_model = Change.objects.filter(position__gte=NextTransactionId()).delete()
        if count:
            logger.warning("Deleted %d changes that another database cluster logged.", count)

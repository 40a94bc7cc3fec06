"""How long a web request waits for PostgreSQL. Commands and the task worker wait as long as needed.

The server enforces these limits. One that stops answering is noticed by `tcp_user_timeout` and the
keepalives in the settings, and a request as a whole ends after `REQUEST_SECONDS`.
"""

from contextlib import suppress

from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created

# Readers give up on a locked table; writers queue for rows that others are changing.
READ_LOCK, WRITE_LOCK, STATEMENT = "2s", "10s", "15s"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

limited = set()


def limit_query_wait():
    """Apply the limits to the connections that this process opens from now on."""
    limited.add("postgresql")
    connection_created.connect(_set_limits, dispatch_uid="core.limit_query_wait")


def lift_limits():
    limited.clear()
    connection_created.disconnect(dispatch_uid="core.limit_query_wait")


def _set_limits(connection, **kwargs):
    if connection.vendor in limited:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{READ_LOCK}'")
            cursor.execute(f"SET statement_timeout = '{STATEMENT}'")


def let_writers_queue(get_response):
    """Middleware: a form waits longer for a lock than a page does."""

    def middleware(request):
        if request.method in READING or connection.vendor not in limited:
            return get_response(request)
        _set_lock_timeout(WRITE_LOCK)
        try:
            return get_response(request)
        finally:
            # If this connection is gone, the next one starts with the limits of a reader.
            with suppress(DatabaseError):
                _set_lock_timeout(READ_LOCK)

    return middleware


def _set_lock_timeout(limit):
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{limit}'")

"""Turns at writing, for whoever writes row after row, a transaction each.

SQLite gives its lock to nobody: whoever waits for it looks every tenth of a second whether it is
free, which it would hardly ever be. PostgreSQL locks rows alone.
"""

from time import sleep

from django.db import connection

ROWS_BETWEEN_PAUSES = 10
PAUSE = 0.12


def in_turns(rows):
    """The rows, with pauses between some of them in which others come to write."""
    for place, row in enumerate(rows):
        if place and place % ROWS_BETWEEN_PAUSES == 0 and connection.vendor == "sqlite":
            sleep(PAUSE)
        yield row

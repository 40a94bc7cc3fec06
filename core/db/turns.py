"""Turns at writing, for whoever writes row after row, a transaction each.

SQLite gives its lock to nobody: whoever waits for it looks every tenth of a second whether it is
free, which it would hardly ever be. PostgreSQL locks rows alone.
"""

from time import monotonic, sleep

from django.db import connection

# In seconds. A turn ends with the row that it is over in: on a slow machine that may be its first.
TURN, PAUSE = 0.3, 0.12


def in_turns(rows):
    """The rows, with pauses between some of them in which others come to write."""
    began = monotonic()
    for place, row in enumerate(rows):
        if place and connection.vendor == "sqlite" and monotonic() - began >= TURN:
            sleep(PAUSE)
            began = monotonic()
        yield row

"""PostgreSQL is waited for only so long, even one that takes what we send and never answers.

The client library waits for ever: a process that hangs keeps its connections open. What is asked
too long is given up with an OperationalError, and its connection with it. What it had asked for
may still be done, as after any broken connection.
"""

import select
import time

from psycopg2 import OperationalError, extensions

# How often the limit is asked for anew: an outage that is noticed meanwhile shortens it.
STEP = 250


def be_patient(limit):
    """From now on this process waits no longer than `limit()` seconds for one answer."""

    def wait(connection):
        asked = time.monotonic()
        while (state := connection.poll()) != extensions.POLL_OK:
            poller = select.poll()
            is_reading = state == extensions.POLL_READ
            poller.register(connection.fileno(), select.POLLIN if is_reading else select.POLLOUT)
            while not poller.poll(STEP):
                if time.monotonic() - asked > limit():
                    raise OperationalError("The database does not answer.")

    extensions.set_wait_callback(wait)

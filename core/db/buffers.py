"""Counts that wait in the process for a moment and are written many at a time.

For what may lose its last seconds when a process is killed outright (kill -9, a power cut) and for
nothing else: a process that ends as asked writes what waits, and so does one whose database was
away, as soon as it is back. With COUNTERS_FLUSH_SECONDS = 0 nothing waits.
"""

import atexit
import logging
import os
import threading
import time

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

logger = logging.getLogger(__name__)

# So many entries do not wait for the clock.
FLUSH_AT = 1000
# So many are kept of one kind while the database is away; then the oldest go.
KEPT = 20_000
OUTAGE = (OperationalError, InterfaceError)

buffers = []


def is_buffering() -> bool:
    return settings.COUNTERS_FLUSH_SECONDS > 0


class Buffer:
    """Entries by key. `merge(old, new)` makes one of two with the same key.

    `write` gets them all as a dictionary, oldest first, and must write all or none: it is called
    again with the same entries when the database did not answer.
    """

    def __init__(self, name, *, write, merge):
        self.name, self.write, self.merge = name, write, merge
        self.begin_anew()
        buffers.append(self)

    def begin_anew(self):
        """What waits in a process is not its children's to write, nor are its locks theirs."""
        self.waiting = {}
        self.lock = threading.Lock()
        self.flushing = threading.Lock()
        self.outages = self.faults = self.dropped = 0

    def add(self, key, value):
        with self.lock:
            self._put({key: value})
            is_many = len(self.waiting) == FLUSH_AT
        if is_buffering():
            flusher.wake(at_once=is_many)
        else:
            self.flush()

    def flush(self) -> bool:
        """Write what waits. Answers False when it has to go on waiting."""
        # Whoever flushes while another does waits for it: at the end of a process nothing is lost.
        with self.flushing:
            with self.lock:
                batch, self.waiting = self.waiting, {}
            if not batch:
                return True
            try:
                self.write(batch)
            except Exception as error:
                return self._take_back(batch, error)
            if self.dropped:
                logger.warning("%s: %d were dropped in the outage", self.name, self.dropped)
            self.outages = self.faults = self.dropped = 0
            return True

    def _take_back(self, batch, error) -> bool:
        if isinstance(error, OUTAGE):
            self.outages += 1
            if self.outages == 1:
                reason = str(error).partition("\n")[0]
                logger.warning("%s: %d wait for the database: %s", self.name, len(batch), reason)
        else:
            # A row that went away meanwhile is not there at the second attempt. What fails twice
            # while the database answers would fail for ever, and hold up all that comes after.
            self.faults += 1
            if self.faults == 2:
                logger.error("%s: %d cannot be written", self.name, len(batch), exc_info=error)
                self.faults = 0
                return True
        with self.lock:
            newer, self.waiting = self.waiting, batch
            self._put(newer)
        return False

    def _put(self, entries):
        for key, value in entries.items():
            if key in self.waiting:
                value = self.merge(self.waiting[key], value)
            self.waiting[key] = value
        while len(self.waiting) > KEPT:
            del self.waiting[next(iter(self.waiting))]
            if not self.dropped:
                logger.error("%s: too many wait; the oldest are dropped", self.name)
            self.dropped += 1


class Flusher:
    """The one thread of a process that writes its buffers. It sleeps while nothing waits."""

    def __init__(self):
        self.begin_anew()

    def begin_anew(self):
        self.thread = None
        self.lock = threading.Lock()
        self.something = threading.Event()
        self.much = threading.Event()

    def wake(self, *, at_once):
        if not self.is_running():
            self._start()
        self.something.set()
        if at_once:
            self.much.set()

    def is_running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def _start(self):
        with self.lock:
            if not self.is_running():
                self.thread = threading.Thread(target=self._run, name="buffers", daemon=True)
                self.thread.start()

    def _run(self):
        while True:
            self.something.wait()
            self.much.wait(settings.COUNTERS_FLUSH_SECONDS)
            self.something.clear()
            self.much.clear()
            if not flush_all():
                time.sleep(settings.COUNTERS_FLUSH_SECONDS)
                self.something.set()
            # Opened anew each time: never stale after an outage, and none is held while idle.
            connections.close_all()


flusher = Flusher()


def flush_all() -> bool:
    """Write what waits in every buffer. Answers False when something has to go on waiting."""
    results = [buffer.flush() for buffer in buffers]
    return all(results)


def begin_anew():
    flusher.begin_anew()
    for buffer in buffers:
        buffer.begin_anew()


os.register_at_fork(after_in_child=begin_anew)
# gunicorn's workers, of every class, end in sys.exit when they are asked to stop.
atexit.register(flush_all)

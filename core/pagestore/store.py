"""The pages this process keeps, above those that all processes share."""

import hashlib
import logging
import math
import random
import threading
import time
from collections import OrderedDict
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseError
from django.db import connection

from core.pagestore import cdn, changes
from core.pagestore.changes import KEPT, Ledger
from core.pagestore.declaring import known_query
from core.pagestore.page import StoredPage, fill
from core.pagestore.release import release
from core.pagestore.schedule import Schedule, triggers
from core.patience import be_patient

logger = logging.getLogger(__name__)

# How often each process asks what changed, and how long what it learned may be relied on. Together
# with REUSED they keep every page younger than a second.
READ_EVERY = 0.2
RELIED_ON = 0.8
# A database that has not answered for so long is not waited for by readers of stored pages.
GIVEN_UP = 1.5
# Seconds that PostgreSQL has for one answer; and when it is asked what changed, or is down.
LONGEST_WAIT, SHORTEST_WAIT = 30, 2
# A page that changed may still be shown for so long while its successor is being made.
REUSED = 0.3
SHARED_FOR = int(KEPT / timedelta(seconds=1)) // 2
# After a failure the shared cache is left alone for so many seconds.
CACHE_REST = 1.0
PRUNE_EVERY = 900


class PageStore:
    """Pages by path and by the query parameters they know.

    `find` touches neither the database nor the shared cache; the rest may wait for both.
    """

    def __init__(self, limit=None):
        self.limit = limit or settings.STORED_PAGES_MB * 1024 * 1024
        self.lock = threading.RLock()
        # path -> (params, {query: page}); in the order they came, so that the oldest goes first.
        self.paths = OrderedDict()
        self.size = 0
        self.by_key = {}
        self.former = OrderedDict()
        self.tick = 0
        self.ticks = OrderedDict()
        self.relied_until = 0.0
        # Since when the database has been asked without an answer.
        self.asked_at = math.inf
        self.hearing = threading.local()
        self.database_is_down = False
        self.rests_until = 0.0
        self.ledger = Ledger(self.forget)
        self.schedule = Schedule(self.forget)
        self.thread = None

    # What readers ask for

    def find(self, path, query="") -> StoredPage | None:
        if time.time() >= self.schedule.due_at:
            self.advance()
        record = self.paths.get(path)
        if record is None:
            return None
        params, pages = record
        if query:
            try:
                query = known_query(query, params)
            except ValueError:
                return None
        page = pages.get(query)
        if page is not None:
            page.is_used = True
        return page

    def is_current(self) -> bool:
        """Whether this process knows what changed up to a moment ago, or nobody can tell."""
        now = time.monotonic()
        return now < self.relied_until or now - self.asked_at > GIVEN_UP

    def former_page(self, path, query="") -> StoredPage | None:
        """The page as it was until a moment ago, for who would otherwise wait for the next."""
        page, shown_until = self.former.get((path, query), (None, 0.0))
        return page if time.monotonic() < shown_until else None

    # What changes

    def advance(self):
        with self.lock:
            self.schedule.advance()

    def forget(self, keys):
        with self.lock:
            self.tick += 1
            for key in keys:
                self.ticks[key] = self.tick
                self.ticks.move_to_end(key)
                for place in self.by_key.pop(key, ()):
                    self._drop(*place)
            while len(self.ticks) > 50_000:
                self.ticks.popitem(last=False)
        if not triggers.isdisjoint(keys):
            self.schedule.read_until = None

    def _drop(self, path, query):
        _params, pages = self.paths.get(path, ((), {}))
        page = pages.pop(query, None)
        if page is None:
            return
        self.size -= page.size
        cdn.take_back(page)
        for key in page.keys:
            places = self.by_key.get(key)
            if places is not None:
                places.discard((path, query))
                if not places:
                    del self.by_key[key]
        if not pages:
            self.paths.pop(path, None)
        # Whoever has not heard for long cannot say how long ago the page changed.
        shown_until = min(time.monotonic() + REUSED, self.relied_until)
        self.former[(path, query)] = page, shown_until
        while len(self.former) > 200:
            self.former.popitem(last=False)

    def add(self, path, query, page, tick):
        """Keep a page whose making began at `tick`, unless what it shows has changed since."""
        with self.lock:
            if self.tick != tick and any(self.ticks.get(key, 0) > tick for key in page.keys):
                return False
            self._drop(path, query)
            self.paths.setdefault(path, (page.params, {}))[1][query] = page
            self.size += page.size
            for key in page.keys:
                self.by_key.setdefault(key, set()).add((path, query))
            if settings.CDN:
                cdn.lend(page, self.schedule)
            while self.size > self.limit:
                self._make_room()
            return True

    def _make_room(self):
        """Second chance: what was asked for since the last look goes to the end of the row."""
        path = next(iter(self.paths))
        pages = self.paths[path][1]
        if any(page.is_used for page in pages.values()) and len(self.paths) > 1:
            for page in pages.values():
                page.is_used = False
            self.paths.move_to_end(path)
            return
        for query in list(islice(pages, 50)):
            self._drop(path, query)

    # What all processes share

    def learn(self):
        """Bring what this process knows up to date. Says whether the database answered."""
        started = time.monotonic()
        self.asked_at = min(self.asked_at, started)
        # The first failure may be the connection's alone, which outlived a restart of the database.
        is_heard = self._hear() or (not self.database_is_down and self._hear())
        self.advance()
        if is_heard:
            self.relied_until, self.asked_at = started + RELIED_ON, math.inf
        elif not self.database_is_down:
            logger.warning("The database does not answer: stored pages are served on.")
        self.database_is_down = not is_heard
        return is_heard

    def _hear(self) -> bool:
        self.hearing.is_under_way = True
        try:
            is_first = self.ledger.horizon is None
            self.ledger.read()
            if self.schedule.is_running_out():
                self.schedule.read(back=KEPT if is_first else timedelta(0))
        except DatabaseError:
            connection.close()
            return False
        finally:
            self.hearing.is_under_way = False
        return True

    def fetch(self, path, query) -> StoredPage | None:
        """The page as another process made it. Call `learn` first."""
        tick = self.tick
        if query:
            params = self._cache("get", self._name("params", path))
            try:
                query = known_query(query, params or ())
            except ValueError:
                return None
            if not query and not params:
                return None
        packed = self._cache("get", self._name("page", path, query))
        if packed is None:
            return None
        keys, params, made_at, horizon, headers, bodies = packed
        if not self.ledger.stands(keys, horizon) or not self.schedule.stands(keys, made_at):
            return None
        page = fill(StoredPage(keys, params, made_at, horizon), headers, bodies)
        self.add(path, query, page, tick)
        return page

    def share(self, path, query, page):
        bodies = {coding: variant.body for coding, variant in page.variants.items()}
        packed = page.keys, page.params, page.made_at, page.horizon, page.headers, bodies
        self._cache("set", self._name("page", path, query), packed, SHARED_FOR)
        if page.params:
            self._cache("set", self._name("params", path), page.params, SHARED_FOR)

    def _name(self, kind, *parts):
        digest = hashlib.blake2b(repr((release(), *parts)).encode(), digest_size=20)
        return f"{kind}:{digest.hexdigest()}"

    def _cache(self, verb, *args):
        """The shared cache saves work and holds no truth: without it pages are only made anew."""
        if time.monotonic() < self.rests_until:
            return None
        try:
            return getattr(caches["pages"], verb)(*args)
        except Exception:
            logger.warning("The shared cache of pages does not answer.", exc_info=True)
            self.rests_until = time.monotonic() + CACHE_REST
            return None

    # The thread that asks what changed

    def start(self):
        """Begin to follow the log. Called in the process that serves, after it was forked."""
        if self.thread is None:
            changes.listeners.append(self.forget)
            if connection.vendor == "postgresql":
                be_patient(self.longest_wait)
            self.thread = threading.Thread(target=self._follow, name="stored-pages", daemon=True)
            self.thread.start()

    def longest_wait(self) -> float:
        is_urgent = self.database_is_down or getattr(self.hearing, "is_under_way", False)
        return SHORTEST_WAIT if is_urgent else LONGEST_WAIT

    def _follow(self):
        prune_at = time.monotonic() + random.uniform(60, PRUNE_EVERY)  # noqa: S311 - spreads them
        while True:
            try:
                self.learn()
                if time.monotonic() > prune_at:
                    prune_at = time.monotonic() + random.uniform(PRUNE_EVERY, 2 * PRUNE_EVERY)  # noqa: S311
                    self.ledger.prune()
            except Exception:
                logger.exception("Could not read what changed.")
                connection.close()
            time.sleep(READ_EVERY)

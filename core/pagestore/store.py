"""The pages of this process, in memory, above a cache that all processes share."""

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
from core.pagestore.changes import RETENTION, ChangeLog
from core.pagestore.declaring import known_query
from core.pagestore.page import StoredPage, fill
from core.pagestore.parts import PageParts
from core.pagestore.release import release
from core.pagestore.schedule import Schedule, triggers

logger = logging.getLogger(__name__)

# How often each process reads the change log, and for how long its answer counts as current. With
# STALE_WHILE_MADE they keep every page less than a second out of date.
POLL_INTERVAL = 0.2
TRUSTED_FOR = 0.8
# Stored pages are served without waiting once the database has not answered for this long.
GIVEN_UP = 1.5
# How long a page that changed may still be served while its successor is rendered.
STALE_WHILE_MADE = 0.3
SHARED_FOR = int(RETENTION / timedelta(seconds=1)) // 2
# Seconds without the shared cache after it failed.
CACHE_REST = 1.0
PRUNE_EVERY = 900
# Keys whose last change is remembered; what was made before the others changed counts as old.
MAX_TICKS = 50_000


class PageStore:
    """Pages by path and by the query parameters they know.

    `find` uses neither the database nor the shared cache; `learn`, `fetch` and `share` block on
    them.
    """

    def __init__(self, limit=None):
        self.limit = limit or settings.STORED_PAGES_MB * 1024 * 1024
        self.lock = threading.RLock()
        # path -> (params, {query: page}), oldest first.
        self.paths = OrderedDict()
        self.size = 0
        self.by_key = {}
        self.previous = OrderedDict()
        self.tick = 0
        self.ticks = OrderedDict()
        # Of the newest tick that was dropped from `ticks`.
        self.ticks_known_after = 0
        self.parts = PageParts(self)
        self.current_until = 0.0
        # When the database was first asked without having answered yet.
        self.asked_at = math.inf
        self.has_failed = False
        self.rests_until = 0.0
        self.log = ChangeLog(self.forget)
        self.schedule = Schedule(self.forget)
        self.thread = None

    # Lookup

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
        """Whether the change log was read a moment ago, or cannot be read."""
        return time.monotonic() < self.current_until or self.is_unanswered()

    def is_unanswered(self) -> bool:
        return time.monotonic() - self.asked_at > GIVEN_UP

    def is_database_down(self) -> bool:
        """Whether the database refused its last query or has not answered it for a while."""
        return self.has_failed or self.is_unanswered()

    def previous_page(self, path, query="") -> StoredPage | None:
        """The page that was just invalidated, for a request that would wait for its successor."""
        page, shown_until = self.previous.get((path, query), (None, 0.0))
        return page if time.monotonic() < shown_until else None

    # Invalidation

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
            while len(self.ticks) > MAX_TICKS:
                _key, self.ticks_known_after = self.ticks.popitem(last=False)
        if not triggers.isdisjoint(keys):
            self.schedule.read_until = None

    def has_changed_since(self, tick, keys) -> bool:
        """Whether this process knows of a change of one of `keys` after `tick`, or cannot know."""
        if tick == self.tick:
            return False
        return tick < self.ticks_known_after or any(self.ticks.get(key, 0) > tick for key in keys)

    def _drop(self, path, query):
        _params, pages = self.paths.get(path, ((), {}))
        page = pages.pop(query, None)
        if page is None:
            return
        self.size -= page.size
        cdn.revoke_cdn(page)
        for key in page.keys:
            places = self.by_key.get(key)
            if places is not None:
                places.discard((path, query))
                if not places:
                    del self.by_key[key]
        if not pages:
            self.paths.pop(path, None)
        # If the log has not been read for a while, the page may have changed long ago.
        shown_until = min(time.monotonic() + STALE_WHILE_MADE, self.current_until)
        self.previous[(path, query)] = page, shown_until
        while len(self.previous) > 200:
            self.previous.popitem(last=False)

    def add(self, path, query, page, tick):
        """Store a page whose rendering began at `tick`, unless one of its keys changed since."""
        with self.lock:
            if self.has_changed_since(tick, page.keys):
                return False
            self._drop(path, query)
            self.paths.setdefault(path, (page.params, {}))[1][query] = page
            self.size += page.size
            for key in page.keys:
                self.by_key.setdefault(key, set()).add((path, query))
            if settings.CDN:
                cdn.allow_cdn(page, self.schedule)
            while self.size > self.limit:
                self._make_room()
            return True

    def _make_room(self):
        """Second-chance eviction: pages used since the last pass move to the end of the queue."""
        path = next(iter(self.paths))
        pages = self.paths[path][1]
        if any(page.is_used for page in pages.values()) and len(self.paths) > 1:
            for page in pages.values():
                page.is_used = False
            self.paths.move_to_end(path)
            return
        for query in list(islice(pages, 50)):
            self._drop(path, query)

    # Shared with other processes

    def learn(self):
        """Read the change log and apply what is due. Returns whether the database answered."""
        started = time.monotonic()
        self.asked_at = min(self.asked_at, started)
        # The first failure may be that of a connection opened before the database restarted.
        was_read = self._read_log() or (not self.has_failed and self._read_log())
        self.advance()
        if was_read:
            self.current_until, self.asked_at = started + TRUSTED_FOR, math.inf
        elif not self.has_failed:
            logger.warning("The database does not answer: stored pages are still served.")
        self.has_failed = not was_read
        return was_read

    def _read_log(self) -> bool:
        try:
            is_first = self.log.visible_up_to is None
            self.log.read()
            if self.schedule.is_running_out():
                self.schedule.read(back=RETENTION if is_first else timedelta(0))
        except DatabaseError:
            connection.close()
            return False
        return True

    def fetch(self, path, query) -> StoredPage | None:
        """The page as another process rendered it. Call `learn` first."""
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
        keys, params, made_at, visible_up_to, headers, bodies = packed
        if not self.log.is_current(keys, visible_up_to) or not self.schedule.is_current(
            keys, made_at
        ):
            return None
        page = fill(StoredPage(keys, params, made_at, visible_up_to), headers, bodies)
        self.add(path, query, page, tick)
        return page

    def share(self, path, query, page):
        bodies = {coding: variant.body for coding, variant in page.variants.items()}
        packed = page.keys, page.params, page.made_at, page.visible_up_to, page.headers, bodies
        self._cache("set", self._name("page", path, query), packed, SHARED_FOR)
        if page.params:
            self._cache("set", self._name("params", path), page.params, SHARED_FOR)

    def _name(self, kind, *parts):
        digest = hashlib.blake2b(repr((release(), *parts)).encode(), digest_size=20)
        return f"{kind}:{digest.hexdigest()}"

    def _cache(self, verb, *args):
        """The shared cache is optional: without it pages are rendered more often."""
        if time.monotonic() < self.rests_until:
            return None
        try:
            return getattr(caches["pages"], verb)(*args)
        except Exception:
            logger.warning("The shared cache of pages does not answer.", exc_info=True)
            self.rests_until = time.monotonic() + CACHE_REST
            return None

    # The polling thread

    def start(self):
        """Start to poll the change log. Call it in the serving process, after the fork."""
        if self.thread is None:
            changes.listeners.append(self.forget)
            self.thread = threading.Thread(target=self._follow, name="pagestore", daemon=True)
            self.thread.start()

    def _follow(self):
        prune_at = time.monotonic() + random.uniform(60, PRUNE_EVERY)  # noqa: S311 - jitter
        while True:
            try:
                self.learn()
                if time.monotonic() > prune_at:
                    prune_at = time.monotonic() + random.uniform(PRUNE_EVERY, 2 * PRUNE_EVERY)  # noqa: S311
                    self.log.prune()
            except Exception:
                logger.exception("Could not read the change log.")
                connection.close()
            time.sleep(POLL_INTERVAL)

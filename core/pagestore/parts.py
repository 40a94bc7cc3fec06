"""Parts of pages, which this process keeps until something that they show changes.

A page that is rendered anew takes from here what is the same: after a new comment the article, at
another ad's turn everything but the ad.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import get_language

from core.pagestore.declaring import tag
from core.pagestore.keys import SITE, refuse_unknown

# The WSGI environ key under which a request finds a function that returns the parts to use, and
# the store's tick when the request began.
PARTS_KEY = "core.pagestore.parts"
MAX_PARTS = 500


@dataclass(frozen=True)
class Part:
    value: Any
    keys: frozenset
    tick: int


@dataclass
class PageParts:
    """Parts by name. What the store has not yet read of the change log, they do not know either."""

    store: Any
    parts: OrderedDict = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name) -> Part | None:
        with self.lock:
            part = self.parts.get(name)
            if part is None or self.store.has_changed_since(part.tick, part.keys):
                return None
            self.parts.move_to_end(name)
            return part

    def add(self, name, part):
        with self.lock:
            self.parts[name] = part
            self.parts.move_to_end(name)
            while len(self.parts) > MAX_PARTS:
                self.parts.popitem(last=False)


def page_part(request, name: tuple, make):
    """The value of a part of the page that is being rendered, from `make()` or from memory.

    `make()` returns (value, keys): the keys of everything that it reads, or was read for it in
    this request. The page is tagged with them too. The value is shared by threads: it must not be
    changed, nor tell of the visitor.
    """
    parts, tick = _parts_of(request)
    name = (get_language(), *name)
    part = parts.get(name) if parts else None
    if part is None:
        value, keys = make()
        keys = tuple(keys)
        refuse_unknown(keys)
        part = Part(value, frozenset((SITE, *keys)), tick)
        if parts:
            parts.add(name, part)
    tag(request, part.keys)
    return part.value


def _parts_of(request) -> tuple[PageParts | None, int]:
    """The parts to use, if any, and the tick from which on a change makes what is read old."""
    meta = getattr(request, "META", {})
    if PARTS_KEY not in meta or request.method not in ("GET", "HEAD"):
        # No store stands in front, or this request may have written what is not committed yet.
        return None, 0
    find, tick = meta[PARTS_KEY]
    parts = find()
    meta[PARTS_KEY] = lambda: parts, tick
    return parts, tick


def offer_parts(environ, store, *, log_was_read=False):
    """Let what answers the request use the store's parts; the log is read first, if need be.

    Call it before the request's first query.
    """
    environ[PARTS_KEY] = partial(_current_parts, store, log_was_read), store.tick


def _current_parts(store, log_was_read) -> PageParts | None:
    if store.is_database_down() or not (log_was_read or store.learn()):
        return None
    return store.parts

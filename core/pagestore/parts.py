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

# The WSGI environ key under which a request finds a function that returns the parts to use.
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
        part = self.parts.get(name)
        if part is None or self.store.has_changed_since(part.tick, part.keys):
            return None
        return part

    def add(self, name, part):
        with self.lock:
            self.parts[name] = part
            self.parts.move_to_end(name)
            while len(self.parts) > MAX_PARTS:
                self.parts.popitem(last=False)


def page_part(request, name: tuple, make):
    """The value of a part of the page that is being rendered, from `make()` or from memory.

    `make()` returns (value, keys): the keys of everything that it reads. The page is tagged with
    them too. The value is shared by threads: it must not be changed, nor tell of the visitor.
    """
    parts = _parts_of(request)
    name = (get_language(), *name)
    part = parts.get(name) if parts else None
    if part is None:
        # Before the first query: what changes from here on makes the part an old one.
        tick = parts.store.tick if parts else 0
        value, keys = make()
        keys = tuple(keys)
        refuse_unknown(keys)
        part = Part(value, frozenset((SITE, *keys)), tick)
        if parts:
            parts.add(name, part)
    tag(request, part.keys)
    return part.value


def _parts_of(request) -> PageParts | None:
    meta = getattr(request, "META", {})
    if PARTS_KEY not in meta or request.method not in ("GET", "HEAD"):
        # No store stands in front, or this request may have written what is not committed yet.
        return None
    parts = meta[PARTS_KEY]()
    meta[PARTS_KEY] = lambda: parts
    return parts


def offer_parts(environ, store, *, log_was_read=False):
    """Let what answers the request use the store's parts; the log is read first, if need be."""
    environ[PARTS_KEY] = partial(_current_parts, store, log_was_read)


def _current_parts(store, log_was_read) -> PageParts | None:
    if store.is_database_down() or not (log_was_read or store.learn()):
        return None
    return store.parts

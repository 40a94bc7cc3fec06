"""Parts of pages, which this process keeps until something that they show changes.

A page that is rendered anew takes from here what is the same: after a new comment the article, at
another ad's turn everything but the ad.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from core.pagestore.declaring import tag
from core.pagestore.keys import SITE, refuse_unknown

# The WSGI environ key under which a request finds its `Offer`.
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


class Offer:
    """What one request may use: the parts of the store, if its log could be read.

    `tick`: what changes after it makes old whatever the request reads.
    """

    def __init__(self, store, log_was_read):
        self.store, self.log_was_read = store, log_was_read
        self.tick = store.tick

    @cached_property
    def parts(self) -> PageParts | None:
        if self.store.is_database_down() or not (self.log_was_read or self.store.learn()):
            return None
        return self.store.parts


def offer_parts(environ, store, *, log_was_read=False):
    """Let what answers the request use the store's parts; the log is read first, if need be.

    Call it before the request's first query.
    """
    environ[PARTS_KEY] = Offer(store, log_was_read)


def page_part(request, name: tuple, make):
    """The value of a part of the page that is being rendered, from `make()` or from memory.

    `make()` returns (value, keys): the keys of everything that it reads, or was read for it in
    this request. The page is tagged with them too. The value is shared by threads: it must not be
    changed, nor tell of the visitor.
    """
    offer = _offer_to(request)
    parts = offer and offer.parts
    name = (get_language(), *name)
    part = parts.get(name) if parts else None
    if part is None:
        value, keys = make()
        keys = tuple(keys)
        refuse_unknown(keys)
        part = Part(value, frozenset((SITE, *keys)), offer.tick if offer else 0)
        if parts:
            parts.add(name, part)
    tag(request, part.keys)
    return part.value


def _offer_to(request) -> Offer | None:
    # A request that may write could read what is not committed yet.
    is_reading = getattr(request, "method", "") in ("GET", "HEAD")
    # Without an offer no store stands in front.
    return request.META.get(PARTS_KEY) if is_reading else None

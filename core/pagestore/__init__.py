"""Stored pages: what anonymous visitors get, kept whole in front of Django's handler.

README.md says how to use it.

    keys        page keys: the names that rooms declare
    checks      system checks of all that is declared and tracked
    declaring   what views declare: `stored_page`, `made_of`, `do_not_store`
    changes     the change log, written with each change; what a process knows of it
    tracking    models and querysets that write to it
    bypass      visitors who just wrote or are signed in bypass the store
    schedule    changes that come with time alone: an article's hour, an ad's end, midnight
    page        one stored page: its encodings, and the response to conditional requests
    store       the pages of this process, above a cache that all processes share
    parts       what of a page stays the same when it is rendered anew
    making      a page that is not stored: fetched from the shared cache or rendered by Django
    purging     telling the CDN, if there is one, which pages changed
    cdn         how long it may cache a page
    asgi        the ASGI application around Django's handler

Keys are cache tags. A page is tagged with what it shows: "article:12", "company:5", "articles" (any
list of them), "site" (every page). It is served until something changes one of its keys.
"""

from core.pagestore.changes import changed
from core.pagestore.declaring import do_not_store, made_of, stored_page
from core.pagestore.keys import declare, keys_for
from core.pagestore.parts import page_part
from core.pagestore.tracking import (
    TrackedQuerySet,
    keys_of_referrers,
    on_no_page,
    track,
    track_links,
)

__all__ = [
    "TrackedQuerySet",
    "changed",
    "declare",
    "do_not_store",
    "keys_for",
    "keys_of_referrers",
    "made_of",
    "on_no_page",
    "page_part",
    "stored_page",
    "track",
    "track_links",
]

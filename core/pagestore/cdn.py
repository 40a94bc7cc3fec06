"""What shared caches in front of us are told of a page: how long they may hold it, and its keys.

Only of pages that stand in the store, at the moment they are given out: a page is as fresh then as
on the day it was made, so the time left counts from now. Without a CDN nothing of this runs.
"""

import math

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed

from core.pagestore.declaring import REVALIDATED
from core.pagestore.purging import KEY

# After its time a page may be shown while the next is fetched, but never past a change that only
# time makes; and for a day when we answer with errors.
STALE = 60
STALE_IF_ERROR = 86_400
# What a purge that got lost costs at most. The schedule knows an hour ahead.
LONGEST = 3600 - 2 * STALE
# Fastly and Cloudflare read no more of keys in one answer.
MOST_KEYS = 16_000
TARGETED = {
    "http": (b"cdn-cache-control", b"surrogate-control"),
    "fastly": (b"surrogate-control",),
    "cloudflare": (b"cdn-cache-control",),
}
NAMED = {
    "http": ((b"cache-tag", ","), (b"surrogate-key", " ")),
    "fastly": ((b"surrogate-key", " "),),
    "cloudflare": ((b"cache-tag", ","),),
}
PLAIN = (b"cache-control", REVALIDATED.encode())
OURS = {b"cache-control"}.union(*TARGETED.values(), (name for name, _ in NAMED["http"]))


def lend(page, schedule):
    """The page stands in the store: from its next answer on a CDN may hold it.

    Not one whose keys do not fit into a header, since it could not be purged.
    """
    fits = sum(len(key) + 1 for key in page.keys) <= MOST_KEYS
    if fits and all(map(KEY.fullmatch, page.keys)) and PLAIN in page.headers:
        page.is_lent, page.schedule, page.renewed_from = True, schedule, 0


def take_back(page):
    """The page does not stand any more, though somebody may still get it."""
    if page.is_lent:
        page.schedule, page.renewed_from = None, 0


def say_lifetime(page, now):
    """Good for a second, then to be said anew."""
    if (schedule := page.schedule) is None:
        page.is_lent = False
        return say(page, [PLAIN])
    moment = schedule.next_for(page.keys)
    left = LONGEST + STALE if moment is None else max(math.floor(moment - now) - 1, 0)
    fresh = min(left, LONGEST)
    targeted = [f"max-age={fresh}", f"stale-if-error={STALE_IF_ERROR}"]
    if stale := min(left - fresh, STALE):
        targeted.insert(1, f"stale-while-revalidate={stale}")
    keys = sorted(page.keys)
    headers = [(b"cache-control", f"{REVALIDATED}, s-maxage={fresh}".encode())]
    headers += [(name, ", ".join(targeted).encode()) for name in TARGETED[settings.CDN]]
    headers += [(name, between.join(keys).encode()) for name, between in NAMED[settings.CDN]]
    return say(page, headers)


def say(page, headers):
    for variant in page.variants.values():
        for start in (variant.start, variant.start_304):
            kept = [pair for pair in start["headers"] if pair[0] not in OURS]
            start["headers"] = [*kept, *headers]


def keep_the_rest_out(get_response):
    """Middleware. CDNs hold for an hour what says nothing, a 404 or a redirect among them."""
    if not settings.CDN:
        raise MiddlewareNotUsed

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware

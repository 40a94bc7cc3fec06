"""The headers for a CDN: how long it may cache a page, and the page's cache tags.

Only for pages in the store, at the moment they are sent: until it is invalidated a stored page is
current, so its lifetime counts from now. Without a CDN none of this runs.
"""

import math

from django.conf import settings

from core.pagestore.declaring import PRIVATE, REVALIDATE
from core.pagestore.keys import is_key

# How long the CDN may serve a page past its lifetime: while it revalidates, though never past a
# scheduled change, and while we answer with errors.
STALE = 60
STALE_IF_ERROR = 86_400
# The most that a lost purge can cost. The schedule knows at least an hour ahead.
LONGEST = 3600 - 2 * STALE
# Fastly and Cloudflare accept no more bytes of tags on one response.
MAX_KEYS = 16_000
TARGETED = {
    "http": (b"cdn-cache-control", b"surrogate-control"),
    "fastly": (b"surrogate-control",),
    "cloudflare": (b"cdn-cache-control",),
}
TAGS = {
    "http": ((b"cache-tag", ","), (b"surrogate-key", " ")),
    "fastly": ((b"surrogate-key", " "),),
    "cloudflare": ((b"cache-tag", ","),),
}
PLAIN = (b"cache-control", REVALIDATE.encode())
OURS = {b"cache-control"}.union(*TARGETED.values(), (name for name, _ in TAGS["http"]))


def allow_cdn(page, schedule):
    """The page is in the store: from its next response on a CDN may cache it.

    Unless its tags do not fit into a header, since it could not be purged.
    """
    fits = sum(len(key) + 1 for key in page.keys) <= MAX_KEYS
    if fits and all(map(is_key, page.keys)) and PLAIN in page.headers:
        page.is_cdn_allowed, page.schedule, page.renew_at = True, schedule, 0


def revoke_cdn(page):
    """The page left the store, though it may still be sent for a moment."""
    if page.is_cdn_allowed:
        page.schedule, page.renew_at = None, 0


def set_cdn_headers(page, now):
    """The remaining lifetime, in whole seconds: recomputed every second."""
    if (schedule := page.schedule) is None:
        page.is_cdn_allowed = False
        return set_headers(page, [PLAIN])
    moment = schedule.next_for(page.keys)
    left = LONGEST + STALE if moment is None else max(math.floor(moment - now) - 1, 0)
    fresh = min(left, LONGEST)
    targeted = [f"max-age={fresh}", f"stale-if-error={STALE_IF_ERROR}"]
    if stale := min(left - fresh, STALE):
        targeted.insert(1, f"stale-while-revalidate={stale}")
    keys = sorted(page.keys)
    headers = [(b"cache-control", f"{REVALIDATE}, s-maxage={fresh}".encode())]
    headers += [(name, ", ".join(targeted).encode()) for name in TARGETED[settings.CDN]]
    headers += [(name, between.join(keys).encode()) for name, between in TAGS[settings.CDN]]
    return set_headers(page, headers)


def set_headers(page, headers):
    for variant in page.variants.values():
        for start in (variant.start, variant.start_304):
            kept = [pair for pair in start["headers"] if pair[0] not in OURS]
            start["headers"] = [*kept, *headers]


def private(headers) -> list:
    """A stored page's headers for a visitor whose response nobody else may cache."""
    kept = [pair for pair in headers if pair[0] not in OURS]
    return [*kept, (b"cache-control", PRIVATE.encode())]


def forbid_shared_caching(get_response):
    """Middleware: without Cache-Control browsers guess, and some CDNs keep a 404 for an hour."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response

    return middleware

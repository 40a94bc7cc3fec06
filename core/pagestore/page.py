"""A stored page: each encoding, compressed once, and the response to a request for it."""

import gzip
import hashlib
import math
import threading
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

import brotli

from core.pagestore import cdn

COMPRESSIBLE = (
    b"text/",
    b"application/xml",
    b"application/json",
    b"application/atom+xml",
    b"application/rss+xml",
    b"image/svg+xml",
    b"application/javascript",
    b"application/manifest+json",
    b"application/speculationrules+json",
)
# Below this, compressing saves less than its headers cost.
MIN_COMPRESSED = 200
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
# The headers that a 304 repeats (RFC 9110, 15.4.5); the others describe the body.
HEADERS_OF_304 = {
    b"cache-control",
    b"content-location",
    b"etag",
    b"expires",
    b"vary",
    b"last-modified",
    b"surrogate-control",
    b"content-security-policy",
}
# Headers that the store or the server sets.
OWN_HEADERS = {
    b"content-length",
    b"content-encoding",
    b"etag",
    b"last-modified",
    b"vary",
    b"date",
    b"server",
    b"connection",
    b"transfer-encoding",
    b"age",
}

renewing = threading.Lock()


@dataclass(slots=True)
class Variant:
    """A body in one encoding, with its ASGI messages."""

    etag: bytes
    body: bytes
    headers: list
    start: dict
    start_304: dict
    message: dict


# The key of static files: nothing changes them, and anybody may cache them.
STATIC = "static"
NO_BODY = {"type": "http.response.body", "body": b""}


@dataclass(slots=True)
class StoredPage:
    """`made_at` is Unix time; `visible_up_to` the position in the change log that it shows."""

    keys: frozenset
    params: tuple
    made_at: float
    visible_up_to: int
    headers: list = field(default_factory=list)
    variants: dict = field(default_factory=dict)
    size: int = 0
    is_used: bool = True
    # When its headers are due to change, and whether Last-Modified is among them yet.
    renew_at: float = math.inf
    has_last_modified: bool = False
    # Whether its headers let a CDN cache it; the schedule, for as long as the page is stored.
    is_cdn_allowed: bool = False
    schedule: object = None

    @property
    def is_static_file(self) -> bool:
        return STATIC in self.keys


def make_page(headers, body, *, keys, params, made_at, visible_up_to) -> StoredPage:
    """A page from the headers and the uncompressed body of Django's response."""
    page = StoredPage(frozenset(keys), params, made_at, visible_up_to)
    content_type = next((value for name, value in headers if name == b"content-type"), b"")
    bodies = {b"": body}
    if len(body) >= MIN_COMPRESSED and content_type.startswith(COMPRESSIBLE):
        bodies[b"br"] = brotli.compress(body, quality=BROTLI_QUALITY)
        bodies[b"gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return fill(page, [pair for pair in headers if pair[0] not in OWN_HEADERS], bodies)


def fill(page, headers, bodies) -> StoredPage:
    page.headers = headers
    digest = hashlib.blake2b(bodies[b""], digest_size=12).hexdigest().encode()
    for coding, body in bodies.items():
        etag = b'"%s%s"' % (digest, b"-" + coding if coding else b"")
        described = [*headers, (b"etag", etag)]
        if len(bodies) > 1:
            described.append((b"vary", b"Accept-Encoding"))
        short = [pair for pair in described if pair[0] in HEADERS_OF_304]
        if coding:
            described.append((b"content-encoding", coding))
        described.append((b"content-length", b"%d" % len(body)))
        page.variants[coding] = Variant(
            etag,
            body,
            described,
            {"type": "http.response.start", "status": 200, "headers": described},
            {"type": "http.response.start", "status": 304, "headers": short},
            {"type": "http.response.body", "body": body},
        )
    page.size = sum(map(len, bodies.values())) + 2_000
    page.renew_at = math.floor(page.made_at) + 1
    return page


def renew(page, now):
    """Update the headers that depend on the time."""
    with renewing:
        dated_from = math.floor(page.made_at) + 1
        if now >= dated_from and not page.has_last_modified:
            add_last_modified(page)
        page.renew_at = math.inf if page.has_last_modified else dated_from
        if page.is_cdn_allowed:
            page.renew_at = math.floor(now) + 1
            cdn.set_cdn_headers(page, now)


def add_last_modified(page):
    """Last-Modified has whole seconds. Sent from the next second on, it names one text only."""
    dated = (b"last-modified", formatdate(page.made_at, usegmt=True).encode())
    for variant in page.variants.values():
        for start in (variant.start, variant.start_304):
            start["headers"] = [*start["headers"], dated]
    page.has_last_modified = True


@lru_cache(1000)
def coding_for(accepted: bytes) -> bytes:
    """The best stored encoding that an Accept-Encoding header accepts: br, gzip or none (b"")."""
    weights = {}
    for part in accepted.lower().split(b","):
        name, _semicolon, parameter = part.partition(b";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix(b"q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    other = weights.get(b"*", 0.0)
    best = max((b"br", b"gzip"), key=lambda name: weights.get(name, other))
    weight = weights.get(best, other)
    return best if weight > 0 and weight >= weights.get(b"identity", 0.0) else b""


def is_unchanged(page, variant, none_match, modified_since) -> bool:
    """Whether the request's conditions call for a 304."""
    if none_match is not None:
        # Weak comparison: proxies that recompress turn our tag into a weak one.
        return none_match.strip() == b"*" or variant.etag in [
            tag.strip().removeprefix(b"W/") for tag in none_match.split(b",")
        ]
    if modified_since is None or not page.has_last_modified:
        return False
    try:
        since = parsedate_to_datetime(modified_since.decode("latin-1")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return False
    return since >= math.floor(page.made_at)


def answer_to(page, headers, now, is_head=False) -> tuple[dict, dict]:
    """The ASGI messages that answer a request with these (lower-case) headers."""
    if now >= page.renew_at:
        renew(page, now)
    accepted = headers.get(b"accept-encoding")
    variant = page.variants.get(coding_for(accepted)) if accepted else None
    variant = variant or page.variants[b""]
    none_match, since = headers.get(b"if-none-match"), headers.get(b"if-modified-since")
    start, body = variant.start, NO_BODY if is_head else variant.message
    if (none_match or since) and is_unchanged(page, variant, none_match, since):
        start, body = variant.start_304, NO_BODY
    return start, body

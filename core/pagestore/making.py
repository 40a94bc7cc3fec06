"""A page that this process has not stored: fetched from the shared cache or rendered by Django."""

import gzip
import time

from django.conf import settings

from core.pagestore.bridge import Answer, call
from core.pagestore.bypass import BYPASS_COOKIE
from core.pagestore.declaring import ENVIRON_KEY, Made
from core.pagestore.page import COMPRESSIBLE, GZIP_LEVEL, STATIC, coding_for, make_page
from core.pagestore.parts import offer_parts

BYPASS_COOKIES = [f"{name}=".encode() for name in (settings.SESSION_COOKIE_NAME, BYPASS_COOKIE)]
MAX_STORED = 2 * 1024 * 1024
MIN_COMPRESSED = 1000


def request_bypasses_store(headers: dict) -> bool:
    """Whether only Django may answer a request with these (lower-case) headers."""
    if b"authorization" in headers:
        return True
    cookie = headers.get(b"cookie")
    return cookie is not None and any(name in cookie for name in BYPASS_COOKIES)


def make(store, application, environ, accepted=b"", *, is_allowed_origin=True):
    """Returns (page, (path, query) to share it under or None, None) or (None, None, answer).

    Blocks on the database. `is_allowed_origin`: Django has accepted the request's host before.
    """
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    query = environ["QUERY_STRING"]
    # HEAD is answered from the page of GET.
    environ["REQUEST_METHOD"] = "GET"
    # The store compresses pages itself, once.
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
        environ.pop(name, None)
    # While the database is down only the polling thread tries it, not every request.
    was_read = not store.is_database_down() and store.learn()
    if is_allowed_origin and (page := store.fetch(path, query)):
        return page, None, None
    tick, visible_up_to, made_at = store.tick, store.log.visible_up_to, time.time()
    offer_parts(environ, store, log_was_read=was_read)
    answer = call(application, environ)
    made = environ.get(ENVIRON_KEY) or made_from_static_file(environ, answer)
    if made is None or not is_storable(answer) or visible_up_to is None:
        return None, None, compressed(answer, accepted)
    page = make_page(
        answer.headers,
        answer.whole(),
        keys=made.keys,
        params=made.params,
        made_at=made_at,
        visible_up_to=visible_up_to,
    )
    is_kept = store.add(path, made.query, page, tick)
    return page, (path, made.query) if is_kept else None, None


def made_from_static_file(environ, answer) -> Made | None:
    """Small static files with a digest in their names never change: they are stored too."""
    if (
        environ["PATH_INFO"].startswith(settings.STATIC_URL)
        and b"immutable" in answer.header(b"cache-control")
        and answer.status == 200
    ):
        return Made(keys={STATIC})
    return None


def is_storable(answer: Answer) -> bool:
    """Checks the view's declaration: nothing in the response may be personal."""
    vary = answer.header(b"vary").lower()
    caching = answer.header(b"cache-control").lower()
    return (
        answer.status == 200
        and answer.length <= MAX_STORED
        and not answer.header(b"set-cookie")
        and not answer.header(b"content-encoding")
        and b"cookie" not in vary
        and b"*" not in vary
        and b"private" not in caching
        and b"no-store" not in caching
    )


def compressed(answer: Answer, accepted: bytes) -> Answer:
    """Compress a page for an anonymous visitor: it holds no secret that its size could tell."""
    if (
        answer.status == 200
        and answer.length >= MIN_COMPRESSED
        and answer.length <= MAX_STORED
        and answer.header(b"content-type").startswith(COMPRESSIBLE)
        and not answer.header(b"content-encoding")
        and not answer.header(b"set-cookie")
        and accepted
        and coding_for(accepted)
    ):
        body = gzip.compress(answer.whole(), GZIP_LEVEL, mtime=0)
        kept = [pair for pair in answer.headers if pair[0] not in (b"content-length", b"vary")]
        vary = ", ".join(filter(None, [answer.header(b"vary").decode(), "Accept-Encoding"]))
        answer.headers = [*kept, (b"content-encoding", b"gzip"), (b"vary", vary.encode())]
        answer.body.seek(0)
        answer.body.truncate()
        answer.body.write(body)
        answer.length = len(body)
    return answer

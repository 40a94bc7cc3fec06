"""How a page that is not stored comes to be: fetched from the others, or made by Django."""

import gzip
import time

from django.conf import settings

from core.pagestore.bridge import Answer, call
from core.pagestore.declaring import ENVIRON_KEY, Made
from core.pagestore.freshness import FRESH_COOKIE
from core.pagestore.page import COMPRESSIBLE, GZIP_LEVEL, coding_for, make_page

PERSONAL = [f"{name}=".encode() for name in (settings.SESSION_COOKIE_NAME, FRESH_COOKIE)]
LARGEST_STORED = 2 * 1024 * 1024
SMALLEST_COMPRESSED = 1000


def is_past_the_store(headers: dict) -> bool:
    """Whether a request, by its lower-case headers, is one that only Django may answer."""
    if b"authorization" in headers:
        return True
    cookie = headers.get(b"cookie")
    return cookie is not None and any(name in cookie for name in PERSONAL)


def make(store, application, environ, accepted=b"", *, is_known_origin=True):
    """Answers (page, where to share it or None, None) or (None, None, answer).

    Waits for the database. `is_known_origin`: Django has accepted the request's host before.
    """
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    query = environ["QUERY_STRING"]
    # A HEAD is answered from the page that a GET would get.
    environ["REQUEST_METHOD"] = "GET"
    # A page is stored as it is and compressed by us, once.
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
        environ.pop(name, None)
    # While the database is down one thread asks for it, not every reader.
    if not store.database_is_down:
        store.learn()
    if is_known_origin and (page := store.fetch(path, query)):
        return page, None, None
    tick, horizon, made_at = store.tick, store.ledger.horizon, time.time()
    answer = call(application, environ)
    made = environ.get(ENVIRON_KEY) or made_of_static(environ, answer)
    if made is None or not is_storable(answer) or horizon is None:
        return None, None, compressed(answer, accepted)
    page = make_page(
        answer.headers,
        answer.whole(),
        keys=made.keys,
        params=made.params,
        made_at=made_at,
        horizon=horizon,
    )
    is_kept = store.add(path, made.query, page, tick)
    return page, (path, made.query) if is_kept else None, None


def made_of_static(environ, answer) -> Made | None:
    """A file whose name holds its digest never changes: small ones are kept with the pages."""
    if (
        environ["PATH_INFO"].startswith(settings.STATIC_URL)
        and b"immutable" in answer.header(b"cache-control")
        and answer.status == 200
    ):
        return Made(keys={"static"})
    return None


def is_storable(answer: Answer) -> bool:
    """The view's word, checked: nothing in the answer is one visitor's own."""
    vary = answer.header(b"vary").lower()
    caching = answer.header(b"cache-control").lower()
    return (
        answer.status == 200
        and answer.length <= LARGEST_STORED
        and not answer.header(b"set-cookie")
        and not answer.header(b"content-encoding")
        and b"cookie" not in vary
        and b"*" not in vary
        and b"private" not in caching
        and b"no-store" not in caching
    )


def compressed(answer: Answer, accepted: bytes) -> Answer:
    """A page for somebody unknown, made for this once: no secret shows in its size."""
    if (
        answer.status == 200
        and answer.length >= SMALLEST_COMPRESSED
        and answer.length <= LARGEST_STORED
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

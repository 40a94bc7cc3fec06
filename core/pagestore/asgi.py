"""The store around Django on an ASGI server: a stored page is answered in the event loop, all else
by Django's WSGI handler in a few threads that keep their database connections."""

import asyncio
import gc
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO

from django.conf import settings
from django.template.loader import render_to_string

from core.pagestore.bridge import (
    BodyTooLarge,
    Disconnected,
    call,
    discard_body,
    environ_of,
    read_body,
)
from core.pagestore.making import is_past_the_store, make
from core.pagestore.page import NO_BODY, answer_to

logger = logging.getLogger(__name__)

# Requests that may wait for a thread; who comes then is asked to come back.
MOST_WAITING = 400
# Who asks for a page that is being made waits for it, unless that began too long ago to be current.
JOINED_WITHIN = 0.3
# How long a reader waits for this process to hear what changed before getting what it has.
PATIENCE = 2.0
MOST_ORIGINS = 100
READING = frozenset({"GET", "HEAD"})
MOST_UNSTORED = 2000
UNSTORED_FOR = 60


class StoredPagesASGI:
    """An ASGI application; `application` is the WSGI one whose pages it stores."""

    def __init__(self, application, store, threads=None):
        self.application = application
        self.store = store
        self.threads = threads or settings.WEB_THREADS
        self.pool = None
        self.waiting = 0
        self.flights = {}
        self.is_behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
        # Hosts, or pairs of host and forwarded scheme, that Django has accepted: pages are the
        # same for all.
        self.origins = set()
        # Addresses whose answer was not a page to store, and until when that is believed.
        self.unstored = {}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]):
            headers = joined(scope["headers"])
        if scope["method"] not in READING or is_past_the_store(headers):
            return await self.pass_on(scope, headers, receive, send)
        # By far the most requests end here: each line counts (docs/performance.md).
        query = scope["query_string"]
        if self.origin_of(headers) in self.origins:
            page = self.store.find(scope["path"], query.decode("latin-1") if query else "")
            if page is not None and self.store.is_current():
                start, body = answer_to(page, headers, time.time(), scope["method"] == "HEAD")
                await send(start)
                return await send(body)
        return await self.read(scope, headers, receive, send)

    async def read(self, scope, headers, receive, send):
        """A reader of whom nothing is known: the stored page, or the one that is made for all."""
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        origin = self.origin_of(headers)
        if origin in self.origins:
            page = self.store.find(path, query)
            if page is not None:
                if not self.store.is_current():
                    await self.catch_up()
                    page = self.store.find(path, query)
                if page is not None:
                    return await self.give(page, scope, headers, send)
            if self.flights.get((path, query)) and (page := self.store.former_page(path, query)):
                return await self.give(page, scope, headers, send)
        if self.unstored.get((path, query), 0) > time.monotonic():
            return await self.pass_on(scope, headers, receive, send)
        return await self.make(scope, headers, receive, send, path, query, origin)

    def origin_of(self, headers):
        host = headers.get(b"host")
        return (host, headers.get(b"x-forwarded-proto")) if self.is_behind_proxy else host

    async def give(self, page, scope, headers, send):
        start, body = answer_to(page, headers, time.time(), scope["method"] == "HEAD")
        await send(start)
        await send(body)

    async def catch_up(self):
        """The thread that follows the log is late: wait for it, but not for ever."""
        deadline = time.monotonic() + PATIENCE
        while not self.store.is_current() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    async def make(self, scope, headers, receive, send, path, query, origin):
        """One is made for all who ask for it meanwhile."""
        flight = self.flights.get((path, query)) if origin in self.origins else None
        if flight and time.monotonic() - flight[1] < JOINED_WITHIN:
            page, _place, _answer = await asyncio.shield(flight[0])
            if page is None:
                return await self.pass_on(scope, headers, receive, send)
            return await self.give(page, scope, headers, send)
        environ = environ_of(scope, scope["headers"], BytesIO())
        accepted = headers.get(b"accept-encoding", b"")
        making = self.in_thread(
            partial(make, is_known_origin=origin in self.origins),
            *(self.store, self.application, environ, accepted),
        )
        if making is None:
            return await self.refuse(503, send)
        self.flights[path, query] = making, time.monotonic()
        making.add_done_callback(lambda _done: self.land(path, query, making))
        page, place, answer = await asyncio.shield(making)
        if page is None:
            if answer.status == 200:
                self.note_unstored(path, query)
            return await self.send_answer(answer, scope, send)
        if len(self.origins) < MOST_ORIGINS:
            self.origins.add(origin)
        await self.give(page, scope, headers, send)
        if place is not None:
            self.pool.submit(self.store.share, *place, page)
        return None

    def land(self, path, query, making):
        if self.flights.get((path, query), (None,))[0] is making:
            del self.flights[path, query]
        if not making.cancelled() and making.exception():
            logger.error("Could not make %s", ascii(path), exc_info=making.exception())

    def note_unstored(self, path, query):
        if len(self.unstored) >= MOST_UNSTORED:
            self.unstored.clear()
        self.unstored[path, query] = time.monotonic() + UNSTORED_FOR

    async def pass_on(self, scope, headers, receive, send):
        """A request that Django alone may answer, its body read before a thread is taken."""
        try:
            body, length = await read_body(receive, headers)
        except BodyTooLarge:
            await self.refuse(413, send)
            return await discard_body(receive)
        except TimeoutError:
            return await self.refuse(408, send)
        except Disconnected:
            return None
        environ = environ_of(scope, scope["headers"], body)
        environ["CONTENT_LENGTH"] = str(length) if length else ""
        calling = self.in_thread(call, self.application, environ)
        if calling is None:
            return await self.refuse(503, send)
        # A visitor who leaves does not stop what was begun: it may be a comment.
        answer = await asyncio.shield(calling)
        return await self.send_answer(answer, scope, send)

    def in_thread(self, function, *args):
        """A future, or None when too many wait already."""
        if self.pool is None:
            self.begin()
        # While the database is down each waits long for nothing.
        if self.waiting >= (2 * self.threads if self.store.database_is_down else MOST_WAITING):
            return None
        self.waiting += 1
        future = asyncio.ensure_future(
            asyncio.get_running_loop().run_in_executor(self.pool, function, *args)
        )
        future.add_done_callback(self.count_down)
        return future

    def count_down(self, _future):
        self.waiting -= 1

    def begin(self):
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="django")
        self.store.start()
        # What is there by now stays: the collector need not walk through all of Django again.
        gc.collect()
        gc.freeze()

    async def send_answer(self, answer, scope, send):
        headers = [pair for pair in answer.headers if pair[0] != b"connection"]
        if not answer.header(b"content-length"):
            headers.append((b"content-length", b"%d" % answer.length))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if scope["method"] != "HEAD":
            for piece in answer.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send(NO_BODY)

    async def refuse(self, status, send):
        """What is refused before Django hears of it."""
        body = b""
        headers = [(b"connection", b"close"), (b"cache-control", b"no-store")]
        if status in (413, 503):
            body = render_to_string(f"{status}.html").encode()
            headers.append((b"content-type", b"text/html; charset=utf-8"))
        if status == 503:
            headers.append((b"retry-after", b"5"))
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def live(self, receive, send):
        """The server's lifespan: begin before the first request, end after the last."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.begin()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.pool:
                    await asyncio.to_thread(self.pool.shutdown)
                return await send({"type": "lifespan.shutdown.complete"})


def joined(pairs) -> dict:
    """Headers of which some come more than once, as HTTP reads them."""
    headers = {}
    for name, value in pairs:
        between = b"; " if name == b"cookie" else b", "
        headers[name] = headers[name] + between + value if name in headers else value
    return headers

"""The ASGI application: stored pages are answered in the event loop, everything else by Django's
WSGI handler in a few threads that keep their database connections."""

import asyncio
import gc
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from io import BytesIO

from django.conf import settings
from django.template.loader import render_to_string

from core.pagestore import cdn
from core.pagestore.bridge import (
    BodyTooLarge,
    Disconnected,
    call,
    discard_body,
    environ_of,
    read_body,
)
from core.pagestore.making import make, request_bypasses_store
from core.pagestore.page import NO_BODY, answer_to
from core.pagestore.parts import offer_parts
from core.pagestore.refusing import common_headers

logger = logging.getLogger(__name__)

# Requests that may wait for a thread; further ones get 503.
MAX_WAITING = 400
# A request joins the rendering of its page in progress, unless that began longer ago than this and
# may show former data.
JOIN_WINDOW = 0.3
# How long a request waits for this process to read the change log before it gets what is stored.
CATCH_UP_SECONDS = 2.0
MAX_ORIGINS = 100
READING = frozenset({"GET", "HEAD"})
MAX_UNSTORED = 2000
UNSTORED_SECONDS = 60


class StoredPagesASGI:
    """Stores the pages of `application`, a WSGI application."""

    def __init__(self, application, store, threads=None):
        self.application = application
        self.store = store
        self.threads = threads or settings.WEB_THREADS
        self.pool = None
        self.waiting = 0
        self.in_progress = {}
        self.is_behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
        # Hosts (behind a proxy: with the forwarded scheme) that Django has accepted. Pages are the
        # same for all of them.
        self.origins = set()
        # Addresses whose response could not be stored, and when to try again.
        self.unstored = {}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self.lifespan(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]):
            headers = joined(scope["headers"])
        if scope["method"] not in READING:
            return await self.call_django(scope, headers, receive, send)
        if request_bypasses_store(headers):
            return await self.read_after_log(scope, headers, receive, send)
        # The hot path: every line here shows in docs/performance.md.
        query = scope["query_string"]
        if self.origin_of(headers) in self.origins:
            page = self.store.find(scope["path"], query.decode("latin-1") if query else "")
            if page is not None and self.store.is_current():
                start, body = answer_to(page, headers, time.time(), scope["method"] == "HEAD")
                await send(start)
                return await send(body)
        return await self.read(scope, headers, receive, send)

    async def read(self, scope, headers, receive, send):
        """An anonymous read: the stored page, else the one that is rendered for everybody."""
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        origin = self.origin_of(headers)
        if origin in self.origins:
            page = self.store.find(path, query)
            if page is not None:
                if not self.store.is_current():
                    await self.catch_up()
                    page = self.store.find(path, query)
                if page is not None:
                    return await self.send_page(page, scope, headers, send)
            if self.in_progress.get((path, query)) and (
                page := self.store.previous_page(path, query)
            ):
                return await self.send_page(page, scope, headers, send)
        if self.unstored.get((path, query), 0) > time.monotonic():
            return await self.call_django(scope, headers, receive, send)
        return await self.make(scope, headers, receive, send, path, query, origin)

    async def read_after_log(self, scope, headers, receive, send):
        """A read by somebody who just wrote or is signed in.

        Stored pages are the same for everybody, so they get what is stored once this process has
        read the change log, and nobody else may cache it.
        """
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        if self.origin_of(headers) not in self.origins or b"authorization" in headers:
            return await self.call_django(scope, headers, receive, send)
        page = self.store.find(path, query)
        if page is not None and not page.is_static_file:
            learning = self.in_thread(self.store.learn)
            if learning is None or (was_read := await in_time(learning)) is None:
                return await self.refuse(503, send)
            page = self.store.find(path, query) if was_read else None
        if page is None:
            return await self.call_django(scope, headers, receive, send)
        start, body = answer_to(page, headers, time.time(), scope["method"] == "HEAD")
        if not page.is_static_file:
            start = start | {"headers": cdn.private(start["headers"])}
        await send(start)
        return await send(body)

    def origin_of(self, headers):
        host = headers.get(b"host")
        return (host, headers.get(b"x-forwarded-proto")) if self.is_behind_proxy else host

    async def send_page(self, page, scope, headers, send):
        start, body = answer_to(page, headers, time.time(), scope["method"] == "HEAD")
        await send(start)
        await send(body)

    async def catch_up(self):
        """Wait, for a limited time, until the polling thread has read the change log."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while not self.store.is_current() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    async def make(self, scope, headers, receive, send, path, query, origin):
        """Render the page once for all requests that ask for it meanwhile."""
        if path == settings.LIVE_PATH:
            return await self.say_alive(scope, send)
        current = self.in_progress.get((path, query)) if origin in self.origins else None
        if current and time.monotonic() - current[1] < JOIN_WINDOW:
            if (made := await in_time(current[0])) is None:
                return await self.refuse(503, send)
            page, _place, _answer = made
            if page is None:
                return await self.call_django(scope, headers, receive, send)
            return await self.send_page(page, scope, headers, send)
        environ = environ_of(scope, scope["headers"], BytesIO())
        accepted = headers.get(b"accept-encoding", b"")
        making = self.in_thread(
            partial(make, is_allowed_origin=origin in self.origins),
            *(self.store, self.application, environ, accepted),
        )
        if making is None:
            return await self.refuse(503, send)
        self.in_progress[path, query] = making, time.monotonic()
        making.add_done_callback(lambda _done: self.finish(path, query, making))
        if (made := await in_time(making)) is None:
            return await self.refuse(503, send)
        page, place, answer = made
        if page is None:
            if answer.status == 200:
                self.note_unstored(path, query)
            return await self.send_answer(answer, scope, send)
        if len(self.origins) < MAX_ORIGINS:
            self.origins.add(origin)
        await self.send_page(page, scope, headers, send)
        if place is not None:
            self.pool.submit(self.store.share, *place, page)
        return None

    def finish(self, path, query, making):
        if self.in_progress.get((path, query), (None,))[0] is making:
            del self.in_progress[path, query]
        if not making.cancelled() and making.exception():
            logger.error("Could not make %s", ascii(path), exc_info=making.exception())

    def note_unstored(self, path, query):
        if len(self.unstored) >= MAX_UNSTORED:
            self.unstored.clear()
        self.unstored[path, query] = time.monotonic() + UNSTORED_SECONDS

    async def call_django(self, scope, headers, receive, send):
        """A request for Django. Its body is read before it takes a thread."""
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
        offer_parts(environ, self.store)
        calling = self.in_thread(call, self.application, environ)
        if calling is None:
            return await self.refuse(503, send)
        if (answer := await in_time(calling)) is None:
            return await self.refuse(503, send)
        return await self.send_answer(answer, scope, send)

    def in_thread(self, function, *args):
        """A future, or None when too many requests wait already."""
        if self.pool is None:
            self.start()
        # While the database is down each of them waits for a timeout.
        if self.waiting >= (2 * self.threads if self.store.is_database_down() else MAX_WAITING):
            return None
        self.waiting += 1
        future = asyncio.ensure_future(
            asyncio.get_running_loop().run_in_executor(self.pool, function, *args)
        )
        future.add_done_callback(self.count_down)
        return future

    def count_down(self, _future):
        self.waiting -= 1

    def start(self):
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="django")
        self.store.start()
        # All of Django is loaded and stays: spare the collector from walking through it again.
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
        """An error response that needs no Django."""
        body = b""
        headers = [(b"connection", b"close"), (b"cache-control", b"no-store"), *common_headers()]
        if status in (413, 503):
            body = render_to_string(f"{status}.html").encode()
            headers.append((b"content-type", b"text/html; charset=utf-8"))
        if status == 503:
            headers.append((b"retry-after", b"5"))
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def say_alive(self, scope, send):
        """The process answers, whatever its threads wait for."""
        body = b"ok\n"
        headers = [
            *((b"cache-control", b"no-store"), (b"content-type", b"text/plain; charset=utf-8")),
            *((b"content-length", b"%d" % len(body)), *common_headers()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})

    async def lifespan(self, receive, send):
        """The ASGI lifespan protocol: start before the first request, stop after the last."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.pool:
                    await asyncio.to_thread(self.pool.shutdown)
                return await send({"type": "lifespan.shutdown.complete"})


async def in_time(future):
    """Its result, or None after REQUEST_SECONDS.

    What was begun goes on: neither this limit nor a client that disconnects takes back a comment
    that is being posted.
    """
    with suppress(TimeoutError):
        return await asyncio.wait_for(asyncio.shield(future), settings.REQUEST_SECONDS)


def joined(pairs) -> dict:
    """Repeated headers joined as RFC 9110 has it."""
    headers = {}
    for name, value in pairs:
        between = b"; " if name == b"cookie" else b", "
        headers[name] = headers[name] + between + value if name in headers else value
    return headers

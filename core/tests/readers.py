"""Readers of stored pages, for tests: the store as it stands in front of Django.

The event loop has a thread of its own, since browser tests leave one running in this one. What the
store hands to its pool runs here, in the thread whose database transaction the test lives in.
"""

import asyncio
import queue
import threading
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from core.pagestore.asgi import StoredPagesASGI
from core.pagestore.store import PageStore

# How many queries reading the change log takes.
LOG_QUERIES = 2 if connection.vendor == "postgresql" else 1


@cache
def event_loop():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="readers", daemon=True).start()
    return loop


class HereExecutor(Executor):
    """Runs what is submitted in the thread that waits for the answer."""

    def __init__(self):
        self.work = queue.SimpleQueue()

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        self.work.put((future, lambda: function(*args, **kwargs)))
        return future

    def wait_for(self, coroutine):
        answer = asyncio.run_coroutine_threadsafe(coroutine, event_loop())
        answer.add_done_callback(lambda _answer: self.work.put(None))
        while (work := self.work.get()) is not None:
            future, function = work
            try:
                future.set_result(function())
            except Exception as error:
                future.set_exception(error)
        return answer.result()


@contextmanager
def connections_left_open():
    """A request's end would close the connection whose transaction the test lives in."""
    moments = (request_started, request_finished)
    for moment in moments:
        moment.disconnect(close_old_connections)
    yield
    for moment in moments:
        moment.connect(close_old_connections)


class StillStore(PageStore):
    """Follows the log when a test says so (`learn`), and not in a thread of its own."""

    def start(self):
        pass


@dataclass
class Response:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


@dataclass
class Site:
    """The store in front of `application`, which defaults to the publication itself."""

    application: object = field(default_factory=WSGIHandler)
    store: StillStore = field(default_factory=lambda: StillStore(limit=10_000_000))

    def __post_init__(self):
        self.door = StoredPagesASGI(self.application, self.store)
        self.door.pool = HereExecutor()

    def ask(self, url, method="GET", cookies="", data=b"", **headers) -> Response:
        headers = {"host": "testserver"} | headers | ({"cookie": cookies} if cookies else {})
        path, _mark, query = url.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode("latin-1"))
                for name, value in headers.items()
            ],
            "client": ("127.0.0.1", 4711),
            "server": ("testserver", 80),
        }
        said = []

        async def receive():
            return {"type": "http.request", "body": data}

        async def send(message):
            said.append(message)

        with connections_left_open():
            self.door.pool.wait_for(self.door(scope, receive, send))
        start, *pieces = said
        pairs = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
        body = b"".join(piece.get("body", b"") for piece in pieces)
        return Response(start["status"], pairs, body)

    def get(self, url, **headers) -> Response:
        """What a reader gets who knows nothing and comes after everybody has heard of all."""
        self.store.learn()
        return self.ask(url, **headers)

    def is_stored(self, url) -> bool:
        path, _mark, query = url.partition("?")
        return self.store.find(path, query) is not None

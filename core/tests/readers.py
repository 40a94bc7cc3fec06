"""Readers of stored pages, for tests: the store as it stands in front of Django, in one thread."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from core.pagestore.store import PageStore
from core.pagestore.wsgi import StoredPagesWSGI


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
    """What stands at the door: `application` defaults to the publication itself."""

    application: object = field(default_factory=WSGIHandler)
    store: StillStore = field(default_factory=lambda: StillStore(limit=10_000_000))

    def __post_init__(self):
        self.door = StoredPagesWSGI(self.application, self.store)

    def ask(self, url, method="GET", cookies="", data=b"", **headers) -> Response:
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if cookies:
            named["HTTP_COOKIE"] = cookies
        environ = RequestFactory().generic(method, url, data, **named).environ
        environ.pop("HTTP_COOKIE", None)
        if cookies:
            environ["HTTP_COOKIE"] = cookies
        environ["HTTP_HOST"] = headers.get("host", "testserver")
        environ.setdefault("wsgi.input", BytesIO(data))
        told = []

        def start_response(status, pairs, exc_info=None):
            told[:] = [status, pairs]

        with connections_left_open():
            pieces = self.door(environ, start_response)
            body = b"".join(pieces)
            if hasattr(pieces, "close"):
                pieces.close()
        status, pairs = told
        return Response(int(status[:3]), {name.lower(): value for name, value in pairs}, body)

    def get(self, url, **headers) -> Response:
        """What a reader gets who knows nothing and comes after everybody has heard of all."""
        self.store.learn()
        return self.ask(url, **headers)

    def is_stored(self, url) -> bool:
        path, _mark, query = url.partition("?")
        return self.store.find(path, query) is not None

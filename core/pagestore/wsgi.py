"""The store around Django on a WSGI server."""

import threading
import time
from http import HTTPStatus

from django.conf import settings

from core.pagestore.asgi import JOINED_WITHIN, MOST_ORIGINS, PATIENCE
from core.pagestore.making import is_past_the_store, make
from core.pagestore.page import answer_to

ASKED = ("ACCEPT_ENCODING", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "COOKIE", "AUTHORIZATION")


class StoredPagesWSGI:
    """A WSGI application around another, whose pages it stores."""

    def __init__(self, application, store):
        self.application = application
        self.store = store
        self.lock = threading.Lock()
        self.flights = {}
        self.origins = set()

    def __call__(self, environ, start_response):
        self.store.start()
        headers = {
            name.lower().replace("_", "-").encode(): environ[f"HTTP_{name}"].encode("latin-1")
            for name in ASKED
            if f"HTTP_{name}" in environ
        }
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or is_past_the_store(headers):
            return self.application(environ, start_response)
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        query = environ.get("QUERY_STRING", "")
        proto = environ.get("HTTP_X_FORWARDED_PROTO") if settings.SECURE_PROXY_SSL_HEADER else None
        origin = environ.get("HTTP_HOST"), proto
        page = self.find(path, query) if origin in self.origins else None
        answer = None
        if page is None:
            page, answer = self.join(environ, headers, path, query, origin)
        if page is None:
            headers = [(name.decode(), value.decode("latin-1")) for name, value in answer.headers]
            start_response(phrase(answer.status), headers)
            return [] if method == "HEAD" else answer.pieces()
        start, body = answer_to(page, headers, time.time(), is_head=method == "HEAD")
        headers = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
        start_response(phrase(start["status"]), headers)
        return [body["body"]]

    def find(self, path, query):
        page = self.store.find(path, query)
        deadline = time.monotonic() + PATIENCE
        while page and not self.store.is_current() and time.monotonic() < deadline:
            time.sleep(0.01)
            page = self.store.find(path, query)
        return page

    def join(self, environ, headers, path, query, origin):
        """The page that another thread is making already, or one made now."""
        place = path, query
        with self.lock:
            flight = self.flights.get(place)
            if flight is None or time.monotonic() - flight.began > JOINED_WITHIN:
                self.flights[place] = own = Flight()
                flight = None
        if flight and origin in self.origins:
            if page := self.store.former_page(path, query):
                return page, None
            flight.done.wait(PATIENCE)
            if flight.page:
                return flight.page, None
        accepted = headers.get(b"accept-encoding", b"")
        try:
            is_known = origin in self.origins
            page, shared, answer = make(
                self.store, self.application, environ, accepted, is_known_origin=is_known
            )
            if flight is None:
                own.page = page
        finally:
            if flight is None:
                self.land(place, own)
        if page and len(self.origins) < MOST_ORIGINS:
            self.origins.add(origin)
        if shared is not None:
            self.store.share(*shared, page)
        return page, answer

    def land(self, place, flight):
        flight.done.set()
        with self.lock:
            if self.flights.get(place) is flight:
                del self.flights[place]


class Flight:
    """A page being made."""

    def __init__(self):
        self.began = time.monotonic()
        self.done = threading.Event()
        self.page = None


def phrase(status) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"

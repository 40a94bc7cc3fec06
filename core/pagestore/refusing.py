"""Refusals that ask nothing of Django's views. They have the headers of all our responses."""

from functools import cache
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils.module_loading import import_string

ANY_REQUEST = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "443",
    "wsgi.url_scheme": "https",
}


@cache
def common_headers() -> list:
    """What HEADER_MIDDLEWARE adds to every response, as ASGI has it."""

    def answer(request):
        return HttpResponse()

    for path in reversed(settings.HEADER_MIDDLEWARE):
        answer = import_string(path)(answer)
    headers = answer(WSGIRequest(ANY_REQUEST | {"wsgi.input": BytesIO()})).headers
    del headers["Content-Type"]
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def refuse_without_host(environ, start_response):
    """HTTP/1.1 requires a Host (RFC 9112, 3.2)."""
    headers = [(name.decode(), value.decode()) for name, value in common_headers()]
    start_response("400 Bad Request", [("Content-Type", "text/plain"), *headers])
    return [b"Bad request: no Host.\n"]


def lacks_host(environ) -> bool:
    return environ["SERVER_PROTOCOL"] == "HTTP/1.1" and not environ.get("HTTP_HOST")

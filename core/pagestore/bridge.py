"""One ASGI request as a WSGI call. The body is read before it and the response buffered, so that a
slow client never occupies a thread."""

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile

from core.pagestore.refusing import lacks_host, refuse_without_host

IN_MEMORY = 1024 * 1024
# An uploaded picture may have 20 MB; no other upload is larger.
MAX_BODY = 24 * 1024 * 1024
# After this many seconds a body must have arrived at this rate, in bytes per second.
BODY_TIMEOUT = 30
MIN_BODY_RATE = 16 * 1024
CHUNK = 256 * 1024
# How long the rest of a refused body is read.
LINGER = 10


class BodyTooLarge(Exception):
    pass


class Disconnected(Exception):
    pass


def environ_of(scope, headers, body) -> dict:
    """PEP 3333. Headers with an underscore are dropped: they could pose as trusted ones."""
    path = scope["path"]
    if path.startswith(("http://", "https://")):
        # Absolute form (RFC 9112, 3.2.2); the Host header still says which host.
        path = f"/{path.split('/', 3)[3]}" if path.count("/") > 2 else "/"
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in headers:
        name = name.decode("latin-1")
        if "_" in name or name in ("proxy", "transfer-encoding", "content-length"):
            continue
        key = name.upper().replace("-", "_")
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        value = value.decode("latin-1")
        if key in environ:
            value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value
    return environ


class FileWrapper:
    """PEP 3333's wsgi.file_wrapper, with larger chunks than Django's own."""

    def __init__(self, file, block_size=CHUNK):
        self.file = file
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return iter(lambda: self.file.read(CHUNK), b"")


@dataclass
class Answer:
    status: int = 500
    headers: list = field(default_factory=list)
    body: SpooledTemporaryFile | None = None
    length: int = 0

    def header(self, name):
        return next((value for key, value in self.headers if key == name), b"")

    def whole(self) -> bytes:
        self.body.seek(0)
        return self.body.read()

    def pieces(self):
        self.body.seek(0)
        return iter(lambda: self.body.read(CHUNK), b"")


def call(application, environ) -> Answer:
    """Run a WSGI application in this thread and buffer its response."""
    if lacks_host(environ):
        application = refuse_without_host
    answer = Answer(body=SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115

    def start_response(status, headers, exc_info=None):
        if exc_info and answer.length:
            raise exc_info[1]
        answer.status = int(status[:3])
        answer.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return answer.body.write

    pieces = application(environ, start_response)
    try:
        for piece in pieces:
            answer.length += len(piece)
            answer.body.write(piece)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    return answer


async def discard_body(receive):
    """Read on, so that a client that is still sending gets to see the response."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body"):
                pass


async def read_body(receive, headers) -> tuple[SpooledTemporaryFile, int]:
    """The body and its length. Raises BodyTooLarge, Disconnected or TimeoutError."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise BodyTooLarge
    body, length = SpooledTemporaryFile(max_size=IN_MEMORY), 0  # noqa: SIM115
    began = time.monotonic()
    while True:
        deadline = began + BODY_TIMEOUT + length / MIN_BODY_RATE
        message = await asyncio.wait_for(receive(), deadline - time.monotonic())
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece = message.get("body", b"")
        length += len(piece)
        if length > MAX_BODY:
            raise BodyTooLarge
        body.write(piece)
        if not message.get("more_body", False):
            body.seek(0)
            return body, length

"""Every request of ours to another server: bounded in time, and from what people typed nowhere but
to the public web."""

import http.client
import ipaddress
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import Future
from contextlib import suppress

AGENT = "Dateline (+checks whether a cited address still leads somewhere)"
MOST_READ = 2048
PORTS = {80, 443}
# What is given out of IPv6. NAT64, mapped, compatible, site-local and multicast lie outside.
UNICAST = ipaddress.ip_network("2000::/3")
# Within it, and in IPv4, what stands for another address (Teredo, 6to4) or is only an example.
INDIRECT = [
    ipaddress.ip_network(net) for net in ("2001::/23", "2002::/16", "3fff::/20", "192.88.99.0/24")
]


class NotPublic(OSError):
    """The address leads into a private network, to this machine, or to an unusual port."""


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    is_unicast = ip in UNICAST if ip.version == 6 else not (ip.is_multicast or ip.is_reserved)
    return ip.is_global and is_unicast and not any(ip in net for net in INDIRECT)


def send(request, *, seconds, is_ours=False, most=MOST_READ) -> tuple[int, bytes]:
    """The status and the beginning of the body. Raises OSError; HTTPError from status 300 on.

    All of it takes `seconds` at most: looking up, redirects, a body that comes by single bytes.
    `is_ours`: the address stands in the settings, so it may be inside; and no redirect is followed,
    which might be handed a token.
    """
    opener = urllib.request.OpenerDirector()
    with Deadline(seconds) as deadline:
        for handler in _handlers(deadline, is_ours):
            opener.add_handler(handler)
        response = opener.open(request, timeout=seconds)
        if response is None:
            raise OSError("It leads to an address that is no web page.")
        with response:
            return response.status, response.read(most)


def status_of(url: str, seconds=15) -> int:
    """The HTTP status that a GET comes to in the end. Raises OSError, or ValueError."""
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Range": f"bytes=0-{MOST_READ}"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - no other handlers
    try:
        return send(request, seconds=seconds, most=0)[0]
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


class Deadline:
    """After so many seconds in all, whatever is still open is cut off and TimeoutError raised."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds
        self.sockets = []
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, kind, error, traceback):
        self.timer.cancel()
        for one in self.sockets:
            one.close()
        # What was cut off ends in many ways; a body may seem to be whole.
        if not isinstance(error, TimeoutError | urllib.error.HTTPError):
            self.left()
        if isinstance(error, http.client.HTTPException):
            raise OSError(type(error).__name__) from error

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("It took too long in all.")
        return left

    def cut(self):
        for one in self.sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def lookup(self, host, port) -> list[str]:
        """Its addresses. `socket.getaddrinfo` knows no limit of its own."""
        found = Future()

        def look():
            try:
                found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except Exception as error:
                found.set_exception(error)

        threading.Thread(target=look, daemon=True).start()
        infos = found.result(self.left())
        return list(dict.fromkeys(info[4][0].partition("%")[0] for info in infos))

    def connect(self, host, port, addresses):
        """To the first of these that answers."""
        failure = OSError(f"{host} has no address")
        for address in addresses:
            try:
                connected = socket.create_connection((address, port), self.left())
            except OSError as error:
                failure = error
                continue
            # TLS takes the socket's descriptor over: a copy of it can still be cut off.
            self.sockets.append(connected.dup())
            return connected
        raise failure


def _handlers(deadline, is_ours):
    def connect(address, timeout=None, source_address=None):
        """Like `socket.create_connection`; what was looked up is what is connected to."""
        host, port = address
        if not is_ours and port not in PORTS:
            raise NotPublic(f"{host}:{port} is no address of the public web")
        found = deadline.lookup(host, port)
        if not is_ours and not all(map(is_public, found)):
            raise NotPublic(f"{host} is no address of the public web")
        return deadline.connect(host, port, found)

    def connecting(connection_class):
        class Connection(connection_class):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                # Where http.client opens its socket; TLS still checks the name.
                self._create_connection = connect

        return Connection

    class HTTP(urllib.request.HTTPHandler):
        def http_open(self, request):
            return self.do_open(connecting(http.client.HTTPConnection), request)

    class HTTPS(urllib.request.HTTPSHandler):
        def https_open(self, request):
            return self.do_open(connecting(http.client.HTTPSConnection), request)

    yield from (HTTP(), HTTPS(), urllib.request.HTTPErrorProcessor())
    # No files, no ftp: whatever a redirect leads to is looked at like the first.
    yield urllib.request.HTTPDefaultErrorHandler()
    yield urllib.request.ProxyHandler() if is_ours else urllib.request.HTTPRedirectHandler()

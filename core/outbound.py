"""Requests to addresses that people typed: to the public web and nowhere else."""

import http.client
import ipaddress
import socket
import urllib.error
import urllib.request

AGENT = "Dateline (+checks whether a cited address still leads somewhere)"
MOST_READ = 2048


class NotPublic(OSError):
    """The address leads into a private network, or to this machine."""


def connect_publicly(address, timeout=None, source_address=None):
    """Like `socket.create_connection`; what was looked up is what is connected to."""
    host, port = address
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = {info[4][0].partition("%")[0] for info in found}
    if not all(ipaddress.ip_address(ip).is_global for ip in ips):
        raise NotPublic(f"{host} is no address of the public web")
    return socket.create_connection((found[0][4][0], port), timeout)


def _public(connection_class):
    class Connection(connection_class):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            # Where http.client opens its socket; TLS still checks the name.
            self._create_connection = connect_publicly

    return Connection


class _HTTP(urllib.request.HTTPHandler):
    def http_open(self, request):
        return self.do_open(_public(http.client.HTTPConnection), request)


class _HTTPS(urllib.request.HTTPSHandler):
    def https_open(self, request):
        return self.do_open(_public(http.client.HTTPSConnection), request)


def status_of(url: str, timeout=15) -> int:
    """The HTTP status that a GET comes to in the end. Raises OSError, or HTTPException."""
    opener = urllib.request.OpenerDirector()
    # No proxies, no files, no ftp: whatever a redirect leads to is looked at like the first.
    for handler in (
        *(_HTTP, _HTTPS, urllib.request.HTTPRedirectHandler, urllib.request.HTTPErrorProcessor),
        urllib.request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Range": f"bytes=0-{MOST_READ}"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - no other handlers
    try:
        response = opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    if response is None:
        raise OSError("It leads to an address that is no web page.")
    with response:
        return response.status

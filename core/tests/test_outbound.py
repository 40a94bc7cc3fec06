import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core import outbound


@pytest.fixture
def inner_server():
    """Something on this machine that nobody outside may reach through us."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            place = self.path.partition("?to=")[2]
            self.send_response(302 if place else 404 if "lost" in self.path else 200)
            if place:
                self.send_header("Location", place)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def public_e_org(monkeypatch, inner_server):
    """`e.org` is that server as seen from outside; all else is as it is."""
    lookup, connect = socket.getaddrinfo, socket.create_connection

    def getaddrinfo(host, port, *args, **kwargs):
        if host == "e.org":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]
        return lookup(host, port, *args, **kwargs)

    def create_connection(address, *args, **kwargs):
        if address[0] == "93.184.216.34":
            address = ("127.0.0.1", inner_server.server_port)
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.8", "169.254.169.254", "[::ffff:127.0.0.1]", "0"],
)
def test_addresses_inside_are_not_asked(inner_server, host):
    with pytest.raises(OSError, match="public web"):
        outbound.status_of(f"http://{host}:{inner_server.server_port}/")
    assert inner_server.asked == []


def test_statuses_and_redirects_are_followed(public_e_org):
    assert outbound.status_of("http://e.org/well") == 200
    assert outbound.status_of("http://e.org/lost") == 404
    assert outbound.status_of("http://e.org/?to=http://e.org/lost") == 404


@pytest.mark.parametrize("place", ["http://127.0.0.1/", "file:///etc/passwd", "ftp://e.org/"])
def test_redirect_leads_nowhere_else(public_e_org, place):
    status = None
    try:
        status = outbound.status_of(f"http://e.org/?to={place}")
    except OSError:
        return
    assert status == 302


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://e.org/x", "gopher://e.org/"])
def test_other_schemes_are_no_web_pages(url):
    with pytest.raises(OSError):
        outbound.status_of(url)

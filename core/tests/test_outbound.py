import re
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from core.web import outbound


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


INSIDE = [
    # This machine, and the network around it.
    *(
        "127.0.0.1",
        "127.255.255.254",
        "::1",
        "0.0.0.0",
        "::",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
    ),
    *("169.254.169.254", "100.64.0.1", "fe80::1", "fe80::1%1", "fc00::1", "fd12::8", "fec0::1"),
    # The same in other words: mapped, compatible, translated (NAT64), through a tunnel.
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b::808:808", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:808:808::1", "2001::1"),
    *("2001:0:7f00:1::1", "192.88.99.1"),
    # To many, to nobody, to be used one day.
    *("224.0.0.1", "239.1.2.3", "ff02::1", "ff0e::1", "255.255.255.255", "240.0.0.1", "192.0.2.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "100::1", "5f00::1"),
]


def lead_to(monkeypatch, *addresses):
    """Every name leads to these addresses. Answers those that are connected to."""
    connected = []
    infos = [(0, 0, 0, "", (address, 80)) for address in addresses]

    def connect(address, *args):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: infos)
    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_asked(monkeypatch, address):
    connected = lead_to(monkeypatch, "93.184.216.34", address)
    with pytest.raises(OSError, match="public web"):
        outbound.status_of("http://e.org/")
    assert connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1"])
def test_addresses_outside_are_asked(monkeypatch, address):
    connected = lead_to(monkeypatch, address)
    with pytest.raises(OSError, match="refused|^$|ConnectionRefused|urlopen"):
        outbound.status_of("https://e.org/")
    assert connected == [(address, 443)]


@pytest.mark.parametrize("host", ["localhost", "0", "2130706433", "0x7f.1", "[::1]", "127.1"])
def test_addresses_are_looked_at_as_they_are_connected_to(inner_server, host):
    with pytest.raises(OSError, match="public web"):
        outbound.status_of(f"http://{host}/")
    assert inner_server.asked == []


@pytest.mark.parametrize(
    ("port", "is_asked"), [(80, True), (443, True), (22, False), (8080, False)]
)
def test_only_the_ports_of_the_web_are_asked(public_e_org, inner_server, port, is_asked):
    if is_asked:
        assert outbound.status_of(f"http://e.org:{port}/") == 200
    else:
        with pytest.raises(OSError, match="public web"):
            outbound.status_of(f"http://e.org:{port}/")
    assert bool(inner_server.asked) == is_asked


def test_next_address_is_tried_when_one_does_not_answer(monkeypatch):
    connected = lead_to(monkeypatch, "2606:2800:220:1::1", "93.184.216.34")
    with pytest.raises(OSError):
        outbound.status_of("http://e.org/")
    assert connected == [("2606:2800:220:1::1", 80), ("93.184.216.34", 80)]


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


def test_server_of_the_settings_may_be_inside_and_leads_nowhere_else(inner_server):
    def ask(path):
        return outbound.send(
            urllib.request.Request(inner_server.url + path), seconds=9, is_ours=True
        )

    assert ask("/well") == (200, b"")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask("/?to=http://127.0.0.1/")
    assert refused.value.code == 302
    assert len(inner_server.asked) == 2


def trickle(server, line):
    """Takes one connection and goes on saying a line of its answer."""
    connection, _address = server.accept()
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(line)
            time.sleep(0.01)


@pytest.mark.parametrize(
    "line", [b"X: y\r\n", b"\r\n", b"X"], ids=["headers", "body", "one header"]
)
def test_answer_that_never_ends_is_cut_off(line):
    # The socket's own limit begins anew with every byte.
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=trickle, args=[server, line], daemon=True).start()
        request = urllib.request.Request(f"http://127.0.0.1:{server.getsockname()[1]}/")
        with pytest.raises(OSError):
            outbound.send(request, seconds=0.5, is_ours=True, most=10**9)


def test_connection_is_cut_off_when_tls_has_taken_its_descriptor_over():
    with socket.create_server(("127.0.0.1", 0)) as server, outbound.Deadline(60) as deadline:
        host, port = server.getsockname()
        # As `ssl.SSLContext.wrap_socket` does.
        taken_over = socket.socket(fileno=deadline.connect(host, port, [host]).detach())
        taken_over.settimeout(1)
        deadline.cut()
        assert taken_over.recv(1) == b""
        taken_over.close()


def test_name_that_nobody_looks_up_is_not_waited_for(monkeypatch):
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: is_over.wait(60))
    try:
        with pytest.raises(TimeoutError):
            outbound.status_of("http://e.org/", seconds=0.05)
    finally:
        is_over.set()


def test_nobody_else_opens_a_connection():
    """By name, in every module of ours: what is sent goes through `send`."""
    opening = re.compile(
        r"\b(urlopen|build_opener|HTTPS?Connection|create_connection|requests\.get)\b"
    )
    root = Path(settings.BASE_DIR)
    rooms = [path.parent for path in root.glob("*/apps.py")] + [root / "config"]
    found = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in room.rglob("*.py")
        if "tests" not in path.parts and opening.search(path.read_text())
    }
    assert found == {"core/web/outbound.py"}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://e.org/x", "gopher://e.org/"])
def test_other_schemes_are_no_web_pages(url):
    with pytest.raises(OSError):
        outbound.status_of(url)

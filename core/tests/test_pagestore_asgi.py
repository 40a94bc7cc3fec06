"""The store on an ASGI server: who waits for whom, and what reaches Django in what shape."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from core.pagestore import asgi, bridge
from core.pagestore.asgi import StoredPagesASGI
from core.pagestore.declaring import ENVIRON_KEY, Made
from core.pagestore.store import PageStore

PAGE = b"<!doctype html><p>As it stood" * 50


class DeafStore(PageStore):
    """Hears of changes from the test alone; asks no database and shares with nobody."""

    def start(self):
        pass

    def learn(self):
        self.log.visible_up_to = 1
        self.current_until = time.monotonic() + 60
        return True

    def fetch(self, path, query):
        return None

    def share(self, path, query, page):
        pass


class Django:
    """A WSGI application that remembers who called, and can be held up."""

    def __init__(self):
        self.calls = []
        self.gate = threading.Event()
        self.gate.set()
        self.body = PAGE
        self.is_kept = lambda environ: True

    def __call__(self, environ, start_response):
        self.calls.append(environ)
        body = self.body
        environ["told"] = environ["wsgi.input"].read()
        assert self.gate.wait(10)
        path = environ["PATH_INFO"]
        if path == "/broken/":
            raise RuntimeError("broken")
        if path.startswith("/page/") and self.is_kept(environ):
            environ[ENVIRON_KEY] = Made(keys={"site", "article:1"}, params=("before",))
        status = "404 Not Found" if path == "/missing/" else "200 OK"
        start_response(status, [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def django():
    return Django()


@pytest.fixture
def site(django):
    site = StoredPagesASGI(django, DeafStore(limit=10_000_000), threads=2)
    site.store.learn()
    yield site
    if site.pool:
        site.pool.shutdown()


def run(story):
    """In a thread of its own: browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result()


async def ask(site, path, method="GET", headers=(), body=(b"",), query=b"", leave=False):
    """(status, headers, body) of one request; `body` in the pieces in which it comes."""
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(body) - 1}
        for number, piece in enumerate(body)
    ]
    if leave:
        messages = [{"type": "http.disconnect"}]
    sent = []

    async def receive():
        return messages.pop(0) if messages else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": query,
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("203.0.113.9", 4711),
        "server": ("127.0.0.1", 8000),
    }
    await site(scope, receive, send)
    if not sent:
        return None
    told = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), told


def test_second_reader_is_answered_without_django(site, django):
    async def story():
        return [await ask(site, "/page/") for _again in range(3)]

    answers = run(story())
    assert [status for status, _headers, _body in answers] == [200] * 3
    assert {body for _status, _headers, body in answers} == {PAGE}
    assert len(django.calls) == 1


def test_head_and_get_are_one_page(site, django):
    async def story():
        return await ask(site, "/page/", "HEAD"), await ask(site, "/page/")

    head, get = run(story())
    assert (head[2], get[2]) == (b"", PAGE)
    assert head[1] == get[1]
    assert [call["REQUEST_METHOD"] for call in django.calls] == ["GET"]


def test_crowd_at_an_unmade_page_has_it_made_once(site, django):
    async def story():
        await ask(site, "/page/known-host/")
        django.gate.clear()
        crowd = asyncio.gather(*(ask(site, "/page/") for _reader in range(50)))
        await asyncio.sleep(0.05)
        django.gate.set()
        return await crowd

    answers = run(story())
    assert {(status, body) for status, _headers, body in answers} == {(200, PAGE)}
    assert len(django.calls) == 2


def test_reader_of_a_changing_page_gets_the_former_one_meanwhile(site, django):
    async def story():
        await ask(site, "/page/")
        site.store.forget({"article:1"})
        django.gate.clear()
        first = asyncio.ensure_future(ask(site, "/page/"))
        await asyncio.sleep(0.02)
        django.body = b"not yet"
        second = await asyncio.wait_for(ask(site, "/page/"), 1)
        django.gate.set()
        await first
        return second

    assert run(story())[2] == PAGE


def test_former_page_is_not_shown_for_long(site, django, monkeypatch):
    monkeypatch.setattr("core.pagestore.store.STALE_WHILE_MADE", 0.0)

    async def story():
        await ask(site, "/page/")
        site.store.forget({"article:1"})
        django.body = b"changed"
        django.gate.clear()
        first = asyncio.ensure_future(ask(site, "/page/"))
        second = asyncio.ensure_future(ask(site, "/page/"))
        await asyncio.sleep(0.05)
        assert not second.done()
        django.gate.set()
        return await first, await second

    assert [body for _status, _headers, body in run(story())] == [b"changed"] * 2


def test_reader_does_not_join_what_began_too_long_ago(site, django, monkeypatch):
    monkeypatch.setattr(asgi, "JOIN_WINDOW", 0.0)

    async def story():
        await ask(site, "/page/host/")
        django.gate.clear()
        both = asyncio.gather(ask(site, "/page/"), ask(site, "/page/"))
        await asyncio.sleep(0.02)
        django.gate.set()
        await both

    run(story())
    assert len(django.calls) == 3


def test_what_is_not_stored_is_asked_of_django_by_each(site, django):
    async def story():
        await ask(site, "/page/")
        await asyncio.gather(*(ask(site, "/form/") for _reader in range(5)))
        await ask(site, "/missing/")
        return await ask(site, "/missing/")

    assert run(story())[0] == 404
    assert [call["PATH_INFO"] for call in django.calls].count("/form/") == 5


def test_page_is_stored_though_another_of_its_path_is_not(site, django):
    django.is_kept = lambda environ: not environ["QUERY_STRING"]

    async def story():
        await ask(site, "/page/", query=b"letter=z")
        await ask(site, "/page/")
        await ask(site, "/page/")

    run(story())
    assert len(django.calls) == 2


def test_application_that_breaks_breaks_for_its_reader_alone(site, django):
    async def story():
        with pytest.raises(RuntimeError, match="broken"):
            await ask(site, "/broken/")
        return await ask(site, "/page/")

    assert run(story())[0] == 200
    assert site.in_progress == {}
    assert site.waiting == 0


def test_reader_who_leaves_does_not_stop_the_page(site, django):
    async def story():
        await ask(site, "/page/host/")
        django.gate.clear()
        first = asyncio.ensure_future(ask(site, "/page/"))
        await asyncio.sleep(0.02)
        first.cancel()
        await asyncio.sleep(0)
        django.gate.set()
        return await ask(site, "/page/")

    assert run(story())[2] == PAGE
    assert len(django.calls) == 2


def test_form_reaches_django_whole_with_its_length(site, django):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"999")]

    async def story():
        return await ask(site, "/form/", "POST", headers, body=(b"a=1&", b"b=2", b""))

    assert run(story())[0] == 200
    call = django.calls[0]
    assert call["told"] == b"a=1&b=2"
    assert (call["CONTENT_LENGTH"], call["CONTENT_TYPE"]) == ("7", "text/plain")


def test_visitor_who_leaves_amid_a_form_takes_no_thread(site, django):
    assert run(ask(site, "/form/", "POST", leave=True)) is None
    assert django.calls == []


@pytest.mark.parametrize("is_declared", [True, False])
def test_body_that_is_too_large_is_refused(site, django, monkeypatch, is_declared):
    monkeypatch.setattr(bridge, "MAX_BODY", 10)
    headers = [(b"content-length", b"11")] if is_declared else []
    answer = run(ask(site, "/form/", "POST", headers, body=(b"12345", b"678901")))
    assert answer[0] == 413
    assert django.calls == []


def test_body_that_does_not_come_is_not_waited_for(site, django, monkeypatch):
    monkeypatch.setattr(bridge, "BODY_TIMEOUT", 0.01)

    async def never():
        await asyncio.Event().wait()

    async def story():
        return await bridge.read_body(never, {})

    with pytest.raises(TimeoutError):
        run(story())


def test_more_than_can_wait_are_asked_to_come_back(site, django, monkeypatch):
    monkeypatch.setattr(asgi, "MAX_WAITING", 3)

    async def story():
        django.gate.clear()
        held = [asyncio.ensure_future(ask(site, f"/form/{number}/")) for number in range(3)]
        await asyncio.sleep(0.05)
        refused = await ask(site, "/form/")
        django.gate.set()
        await asyncio.gather(*held)
        return refused, await ask(site, "/form/")

    refused, later = run(story())
    assert (refused[0], refused[1][b"retry-after"]) == (503, b"5")
    assert b"<h1" in refused[2]
    assert later[0] == 200


@pytest.mark.parametrize(("method", "body"), [("GET", b"ok\n"), ("HEAD", b"")])
def test_process_says_that_it_lives_while_no_thread_is_free(
    site, django, monkeypatch, settings, method, body
):
    monkeypatch.setattr(asgi, "MAX_WAITING", 1)

    async def story():
        django.gate.clear()
        held = asyncio.ensure_future(ask(site, "/form/"))
        await asyncio.sleep(0.05)
        alive = await ask(site, settings.LIVE_PATH, method)
        django.gate.set()
        await held
        return alive

    status, headers, told = run(story())
    assert (status, told, headers[b"cache-control"]) == (200, body, b"no-store")
    assert len(django.calls) == 1


def test_request_that_takes_too_long_is_503_and_goes_on(site, django, settings):
    async def story():
        await ask(site, "/page/host/")
        settings.REQUEST_SECONDS = 0.05
        django.gate.clear()
        answers = [await ask(site, "/page/"), await ask(site, "/form/", "POST")]
        django.gate.set()
        while site.waiting:
            await asyncio.sleep(0.01)
        return answers

    for status, headers, body in run(story()):
        assert (status, headers[b"retry-after"]) == (503, b"5")
        assert b"<h1" in body
    # The page was stored when it came at last.
    assert run(ask(site, "/page/"))[0] == 200
    assert len(django.calls) == 3


def test_environ_holds_what_the_client_may_say_and_no_more(site, django):
    headers = [
        (b"x-forwarded-for", b"198.51.100.7"),
        (b"x_forwarded_for", b"6.6.6.6"),
        (b"proxy", b"http://evil.example"),
        (b"transfer-encoding", b"chunked"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
    ]
    run(ask(site, "/caf\u00e9/", "POST", headers, query=b"q=%C3%A9"))
    environ = django.calls[0]
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9/"
    assert environ["QUERY_STRING"] == "q=%C3%A9"
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.7"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "text/html,*/*"
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert "HTTP_PROXY" not in environ
    assert "HTTP_TRANSFER_ENCODING" not in environ


SECURITY_HEADERS = (
    *(b"content-security-policy", b"x-content-type-options", b"referrer-policy"),
    *(b"x-frame-options", b"permissions-policy", b"cross-origin-resource-policy"),
)


@pytest.mark.parametrize(
    ("version", "named", "is_refused"),
    [
        ("1.1", {}, True),
        ("1.1", {"HTTP_HOST": ""}, True),
        ("1.1", {"HTTP_HOST": "testserver"}, False),
        ("1.0", {}, False),
    ],
)
def test_request_without_a_host_is_bad_where_one_is_required(version, named, is_refused):
    asked = {"SERVER_PROTOCOL": f"HTTP/{version}"} | named

    def application(environ, start_response):
        start_response("200 OK", [])
        return [b""]

    answer = bridge.call(application, asked)
    assert answer.status == (400 if is_refused else 200)
    if is_refused:
        assert all(answer.header(name) for name in SECURITY_HEADERS)


SIGNED_IN = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}=x".encode())]


def test_page_of_somebody_signed_in_is_stored_for_nobody(site, django):
    async def story():
        await ask(site, "/page/", headers=SIGNED_IN)
        await ask(site, "/page/")

    run(story())
    assert len(django.calls) == 2


def test_somebody_signed_in_gets_the_stored_page_for_themselves_alone(site, django):
    async def story():
        stranger = await ask(site, "/page/")
        return stranger, await ask(site, "/page/", headers=SIGNED_IN), await ask(site, "/page/")

    before, signed_in, after = run(story())
    assert len(django.calls) == 1
    assert signed_in[2] == before[2] == after[2]
    assert signed_in[1][b"cache-control"] == b"private, no-cache"
    assert signed_in[1][b"etag"] == before[1][b"etag"]
    assert after[1] == before[1]


def test_somebody_signed_in_gets_what_the_log_knows_and_this_process_does_not_yet(site, django):
    def learn():
        site.store.forget({"article:1"})
        return True

    async def story():
        await ask(site, "/page/")
        site.store.learn, django.body = learn, b"changed"
        return await ask(site, "/page/", headers=SIGNED_IN)

    assert run(story())[2] == b"changed"


def test_somebody_signed_in_is_shown_nothing_stored_while_the_log_cannot_be_read(site, django):
    async def story():
        await ask(site, "/page/")
        site.store.learn, django.body = lambda: False, b"Django's own word"
        return await ask(site, "/page/", headers=SIGNED_IN)

    assert run(story())[2] == b"Django's own word"


def test_credentials_in_a_header_pass_the_store(site, django):
    async def story():
        await ask(site, "/page/")
        await ask(site, "/page/", headers=[(b"authorization", b"Basic eDp5")])

    run(story())
    assert len(django.calls) == 2


def test_reader_waits_for_a_process_that_has_not_heard(site, django):
    async def story():
        await ask(site, "/page/")
        site.store.current_until = 0
        reader = asyncio.ensure_future(ask(site, "/page/"))
        await asyncio.sleep(0.05)
        assert not reader.done()
        site.store.forget({"article:1"})
        django.body = b"changed"
        site.store.learn()
        return await reader

    assert run(story())[2] == b"changed"


def test_reader_waits_no_longer_than_is_patient(site, django, monkeypatch):
    monkeypatch.setattr(asgi, "CATCH_UP_SECONDS", 0.05)

    async def story():
        await ask(site, "/page/")
        site.store.current_until = 0
        return await asyncio.wait_for(ask(site, "/page/"), 1)

    assert run(story())[2] == PAGE
    assert len(django.calls) == 1


def test_large_answer_is_sent_in_pieces(site, django):
    django.body = bytes(3_000_000)
    status, headers, body = run(ask(site, "/download/"))
    assert (status, len(body)) == (200, 3_000_000)
    assert headers[b"content-length"] == b"3000000"


def test_page_for_this_once_is_compressed_for_strangers_only(site, django):
    django.body = b"a search" * 1000
    encodings = [(b"accept-encoding", b"gzip")]
    known = [*encodings, (b"cookie", f"{settings.SESSION_COOKIE_NAME}=x".encode())]
    stranger = run(ask(site, "/search/", headers=encodings))
    assert stranger[1][b"content-encoding"] == b"gzip"
    assert int(stranger[1][b"content-length"]) == len(stranger[2]) < 1000
    assert b"content-encoding" not in run(ask(site, "/admin/", headers=known))[1]


def test_session_in_one_of_two_cookie_headers_is_seen(site, django):
    cookies = [*SIGNED_IN, (b"cookie", b"a=1")]

    async def story():
        await ask(site, "/page/", headers=cookies)
        await ask(site, "/page/")

    run(story())
    assert len(django.calls) == 2
    assert django.calls[0]["HTTP_COOKIE"] == f"{settings.SESSION_COOKIE_NAME}=x; a=1"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://testserver/page/?a", "/page/?a"),
        ("http://testserver", "/"),
        ("https://testserver/", "/"),
    ],
)
def test_whole_address_in_the_request_line_is_read(site, django, target, path):
    run(ask(site, target, "POST"))
    assert django.calls[0]["PATH_INFO"] == path


def test_web_socket_is_refused_in_its_own_words(site):
    told = []

    async def send(message):
        told.append(message)

    run(site({"type": "websocket", "path": "/"}, None, send))
    assert told == [{"type": "websocket.close"}]


def test_refusal_of_a_large_body_is_a_page_and_the_rest_is_heard_out(site, monkeypatch):
    monkeypatch.setattr(bridge, "MAX_BODY", 10)
    pieces = [b"12345"] * 20
    headers = [(b"content-length", b"100")]
    status, told, body = run(ask(site, "/form/", "POST", headers, body=pieces))
    assert status == 413
    assert b"too large" in body
    assert told[b"content-type"] == b"text/html; charset=utf-8"
    for name in SECURITY_HEADERS:
        assert told[name]


def test_rest_of_a_refused_body_is_not_heard_for_ever(site, monkeypatch):
    monkeypatch.setattr(bridge, "LINGER", 0.01)

    async def never_ends():
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"1", "more_body": True}

    async def story():
        await asyncio.wait_for(bridge.discard_body(never_ends), 5)

    run(story())


def test_body_that_comes_by_single_bytes_is_not_waited_for(site, monkeypatch):
    monkeypatch.setattr(bridge, "BODY_TIMEOUT", 0.05)

    async def drop_by_drop():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"1", "more_body": True}

    async def story():
        return await asyncio.wait_for(bridge.read_body(drop_by_drop, {}), 5)

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        run(story())
    assert time.monotonic() - began < 4


def test_database_that_does_not_answer_is_not_waited_for(site, django):
    async def story():
        await ask(site, "/page/")
        site.store.current_until, site.store.asked_at = 0, time.monotonic() - 60
        return await asyncio.wait_for(ask(site, "/page/"), 1)

    assert run(story())[2] == PAGE


def test_few_wait_for_a_database_that_is_down(site, django):
    site.store.has_failed = True

    async def story():
        django.gate.clear()
        held = [asyncio.ensure_future(ask(site, f"/form/{number}/")) for number in range(4)]
        await asyncio.sleep(0.05)
        refused = await ask(site, "/form/")
        django.gate.set()
        return refused, await asyncio.gather(*held)

    refused, held = run(story())
    assert refused[0] == 503
    assert {answer[0] for answer in held} == {200}


def test_former_page_is_not_shown_by_a_process_that_has_long_heard_nothing(site, django):
    async def story():
        await ask(site, "/page/")
        site.store.current_until = time.monotonic() - 1
        site.store.forget({"article:1"})

    run(story())
    assert site.store.previous_page("/page/") is None

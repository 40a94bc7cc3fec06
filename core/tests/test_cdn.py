"""A CDN in front: what it is told of a page, and what it is told to forget."""

import json
import logging
import re
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from itertools import chain

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.factories import ArticleFactory
from articles.models import Article
from config.cdn import refuse_half_a_cdn
from core.models import CdnMark, Change
from core.pagestore import cdn, changed, purging
from core.pagestore.declaring import REVALIDATE
from core.pagestore.page import answer_to, make_page
from core.taskqueue.models import QueuedTask
from core.taskqueue.testing import run_tasks
from core.tests.readers import Site

pytestmark = pytest.mark.django_db

TOKEN = "t0ken-that-nobody-may-read"
TARGETED = ("cdn-cache-control", "surrogate-control")
KEYS = ("cache-tag", "surrogate-key")


class Cdn:
    """A server that stands for the CDN's own, and remembers what it was asked."""

    def __init__(self):
        self.calls, self.statuses, self.open = [], [], threading.Event()
        self.open.set()
        cdn = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                cdn.calls.append((self.command, self.path, dict(self.headers), body.decode()))
                cdn.open.wait(60)
                self.send_response(cdn.statuses.pop(0) if cdn.statuses else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PURGE = do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        serve = self.server.serve_forever
        threading.Thread(target=serve, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/purge"

    def close(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()

    def purged(self):
        """What the worker does, and the keys of each call, in the order of the calls."""
        is_over = False
        while not is_over:
            with suppress(purging.NotPurged):
                is_over = run_tasks() == 0
        return [set(headers["Surrogate-Key"].split()) for _verb, _path, headers, _ in self.calls]


@pytest.fixture
def cdn_server(settings, monkeypatch, queue):
    monkeypatch.setattr(purging, "PAUSES", (0, 0))
    monkeypatch.setattr(purging, "RETRIES", (0,) * len(purging.RETRIES))
    server = Cdn()
    settings.CDN, settings.CDN_PURGE_URL, settings.CDN_TOKEN = "http", server.url, TOKEN
    settings.CDN_SERVICE = "srv1"
    yield server
    server.close()


# One that commits is needed where several transactions are told apart: PostgreSQL numbers them.
@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def lifetime(page):
    return int(re.search(r"s-maxage=(\d+)", page.headers["cache-control"]).group(1))


def assert_cdn_forbidden(page):
    assert "s-maxage" not in page.headers.get("cache-control", "")
    assert not {*TARGETED, *KEYS} & set(page.headers)


# What is said of a page


@pytest.mark.parametrize(
    ("kind", "targeted", "named"),
    [
        ("http", TARGETED, {"cache-tag": ",", "surrogate-key": " "}),
        ("fastly", TARGETED[1:], {"surrogate-key": " "}),
        ("cloudflare", TARGETED[:1], {"cache-tag": ","}),
    ],
)
def test_page_carries_what_each_kind_of_cdn_reads(settings, kind, targeted, named):
    settings.CDN = kind
    article = ArticleFactory()
    site = Site()
    for page in (site.ask(article.get_absolute_url()), site.ask(article.get_absolute_url())):
        seconds = lifetime(page)
        assert 0 < seconds <= cdn.LONGEST
        assert page.headers["cache-control"] == f"{REVALIDATE}, s-maxage={seconds}"
        assert [name for name in TARGETED if name in page.headers] == list(targeted)
        for name in targeted:
            assert f"max-age={seconds}," in page.headers[name]
            assert "stale-if-error=" in page.headers[name]
        assert {name for name in KEYS if name in page.headers} == set(named)
        for name, between in named.items():
            keys = page.headers[name].split(between)
            assert {f"article:{article.pk}", "site", "ads"} <= set(keys)
            assert keys == sorted(set(keys))
            assert all(re.fullmatch(r"[!-+\--~]+", key) for key in keys)


def test_page_says_nothing_of_it_without_a_cdn():
    site, url = Site(), ArticleFactory().get_absolute_url()
    for page in (site.ask(url), site.ask(url)):
        assert page.headers["cache-control"] == REVALIDATE
        assert_cdn_forbidden(page)


def test_answer_304_renews_the_lifetime(settings):
    settings.CDN = "fastly"
    site, url = Site(), ArticleFactory().get_absolute_url()
    tag = site.ask(url).headers["etag"]
    answer = site.ask(url, if_none_match=tag)
    assert answer.status == 304
    assert lifetime(answer) > 0
    assert "max-age" in answer.headers["surrogate-control"]


@pytest.mark.parametrize(("minutes", "longest"), [(5, 300), (40, 2400), (90, cdn.LONGEST)])
def test_page_is_not_for_the_cdn_past_the_next_scheduled_change(settings, minutes, longest):
    settings.CDN = "http"
    ArticleFactory(published_at=timezone.now() + timedelta(minutes=minutes))
    page = Site().get("/articles/")
    # Midnight is a scheduled change too.
    assert 0 <= lifetime(page) <= longest
    swr = re.search(r"stale-while-revalidate=(\d+)", page.headers["cdn-cache-control"])
    assert lifetime(page) + int(swr.group(1) if swr else 0) <= minutes * 60


def test_lifetime_shrinks_as_the_moment_comes(settings, monkeypatch):
    settings.CDN = "http"
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    ArticleFactory()
    ArticleFactory(published_at=noon + timedelta(seconds=300))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    monkeypatch.setattr(time, "time", noon.timestamp)
    site = Site()
    seen = []
    for later in (0, 0.5, 100, 298, 299.5):
        monkeypatch.setattr(time, "time", lambda later=later: noon.timestamp() + later)
        seen.append(lifetime(site.ask("/articles/")))
    assert seen == [299, 299, 199, 1, 0]


def test_page_that_is_old_is_lent_as_long_as_a_new_one(settings, monkeypatch):
    settings.CDN = "http"
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    monkeypatch.setattr(time, "time", noon.timestamp)
    site = Site()
    first = site.ask("/about/")
    monkeypatch.setattr(time, "time", lambda: noon.timestamp() + 9000)
    second = site.ask("/about/")
    assert lifetime(first) == lifetime(second) == cdn.LONGEST
    assert ("last-modified" in first.headers, "last-modified" in second.headers) == (False, True)


def bare_answer(page):
    return answer_to(page, {}, time.time())


def test_former_page_is_not_for_the_cdn(settings):
    settings.CDN = "http"
    article = ArticleFactory()
    site, url = Site(), article.get_absolute_url()
    assert lifetime(site.ask(url)) > 0
    site.store.forget({f"article:{article.pk}"})
    former = site.store.previous_page(url)
    start, _body = bare_answer(former)
    assert (b"cache-control", REVALIDATE.encode()) in start["headers"]
    assert not {name.decode() for name, _value in start["headers"]} & {*TARGETED, *KEYS}


def test_page_that_changed_while_it_was_made_is_not_for_the_cdn(settings):
    settings.CDN = "http"
    article = ArticleFactory()
    url = article.get_absolute_url()

    def changes_meanwhile(environ, start_response):
        answer = list(plain(environ, start_response))
        site.store.forget({f"article:{article.pk}"})
        return answer

    plain = Site().application
    site = Site(changes_meanwhile)
    assert_cdn_forbidden(site.ask(url))


@pytest.mark.parametrize(
    "keys", [{"site", "two words"}, {"a,b"}, {"a\r\nSet-Cookie: x=1"}, {"é"}, {""}, {"k" * 17_000}]
)
def test_page_whose_keys_no_header_holds_is_not_for_the_cdn(settings, keys):
    settings.CDN = "http"
    page = make_page(
        [cdn.PLAIN], b"text", keys=keys, params=(), made_at=time.time(), visible_up_to=1
    )
    cdn.allow_cdn(page, Site().store.schedule)
    start, _body = bare_answer(page)
    assert [pair for pair in start["headers"] if pair[0] in cdn.OURS] == [cdn.PLAIN]


@pytest.mark.parametrize("key", ["two words", "a,b", "a\nb", "é", ""])
def test_change_of_what_is_no_key_is_refused(key):
    with pytest.raises(ValueError, match="Not a page key"):
        changed("site", key)


@pytest.mark.parametrize("cookie", [project.SESSION_COOKIE_NAME, "bypass_store"])
def test_page_of_somebody_known_is_private(settings, cookie):
    settings.CDN = "http"
    site, url = Site(), ArticleFactory().get_absolute_url()
    site.ask(url)
    page = site.ask(url, cookies=f"{cookie}=1")
    assert "private" in page.headers["cache-control"]
    assert_cdn_forbidden(page)


@pytest.mark.parametrize("url", ["/nowhere/", "/about", "/search/?q=x", "/admin/", "/health/ready"])
def test_what_is_no_stored_page_says_that_it_is_not_to_be_held(settings, url):
    settings.CDN = "http"
    page = Site().ask(url)
    assert re.search("private|no-store|no-cache", page.headers["cache-control"])
    assert_cdn_forbidden(page)


# What is purged


@pytest.mark.django_db(transaction=True)
def test_change_is_purged_after_its_commit_and_once_more(cdn_server, settings):
    settings.CDN = ""
    article = ArticleFactory()
    # What the factories wrote is no concern of this CDN.
    Change.objects.all().delete()
    settings.CDN = "http"
    with transaction.atomic():
        Article.objects.filter(pk=article.pk).update(title="Another")
        assert cdn_server.calls == []
    first, second = cdn_server.purged()
    assert f"article:{article.pk}" in first
    assert first == second
    verb, path, headers, _body = cdn_server.calls[0]
    assert (verb, path) == ("PURGE", "/purge")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert set(headers["Cache-Tag"].split(",")) == first


def test_transaction_is_one_task_with_all_its_keys(cdn_server, committing):
    with committing():
        for number in range(40):
            changed(f"article:{number}", "articles")
        with transaction.atomic():
            changed("company:7")
    expected = {f"article:{number}" for number in range(40)} | {"articles", "company:7"}
    assert cdn_server.purged() == [expected, expected]


def change_and_fail(key):
    with suppress(IntegrityError), transaction.atomic():
        changed(key)
        raise IntegrityError


def test_transaction_that_is_rolled_back_purges_nothing(cdn_server, committing):
    with committing():
        change_and_fail("article:1")
        assert cdn_server.purged() == []
    assert cdn_server.purged() == []
    # What comes after it goes out all the same.
    with committing():
        change_and_fail("article:2")
        changed("article:3")
    assert cdn_server.purged() == [{"article:3"}] * 2


@pytest.mark.django_db(transaction=True)
def test_real_commit_and_real_rollback(cdn_server):
    change_and_fail("article:1")
    with transaction.atomic():
        changed("article:2")
        changed("article:3")
        assert cdn_server.calls == []
    assert cdn_server.purged() == [{"article:2", "article:3"}] * 2
    with transaction.atomic():
        changed("article:5")
        change_and_fail("article:6")
    # What is purged again is what a transaction of another database keeps open (see below).
    assert [keys - {"article:2", "article:3"} for keys in cdn_server.purged()[2:]] == [
        {"article:5"}
    ] * 2
    changed("article:4")
    assert {"article:4"} <= set.intersection(*cdn_server.purged()[4:])
    assert not {"article:1", "article:6"} & set.union(*cdn_server.purged())


def test_change_to_every_page_names_no_other(cdn_server, committing):
    with committing():
        changed("article:1", "site", "company:2")
    assert cdn_server.purged() == [{"site"}] * 2


def test_purge_is_enqueued_with_its_change_and_comes_late_and_twice(settings, queue, committing):
    settings.CDN, settings.CDN_PURGE_URL = "http", "http://127.0.0.1:9/"
    with committing():
        changed("article:2")
        changed("article:1", "articles")
    assert QueuedTask.objects.count() == 1
    queue("default")
    purges = QueuedTask.objects.filter(queue_name="outside").order_by("run_after")
    keys = ["article:1", "article:2", "articles"]
    assert [one.args_kwargs["args"] for one in purges] == [[keys]] * 2
    first, second = (one.run_after - timezone.now() for one in purges)
    assert timedelta(0) < first < timedelta(seconds=0.5)
    assert timedelta(seconds=2) < second < timedelta(seconds=2.5)


@pytest.mark.django_db(transaction=True)
def test_changes_of_many_transactions_are_purged_together(cdn_server):
    for number in range(3):
        with transaction.atomic():
            changed(f"article:{number}")
    expected = {"article:0", "article:1", "article:2"}
    # On PostgreSQL a transaction that another database of the cluster has begun earlier keeps the
    # log open at this place, and the same keys are purged once more.
    assert all(keys == expected for keys in cdn_server.purged())
    number = len(cdn_server.calls)
    assert number >= 2
    assert len(cdn_server.purged()) == number


def test_call_that_fails_is_tried_again_and_then_given_up(cdn_server, committing, monkeypatch):
    monkeypatch.setattr(purging, "PAUSES", (0,))
    cdn_server.statuses = [503, 429, 200]
    with committing():
        changed("article:1")
    assert cdn_server.purged() == [{"article:1"}] * 3
    cdn_server.calls.clear()
    cdn_server.statuses = [500] * 9
    with committing():
        changed("article:2")
    assert len(cdn_server.purged()) == 1 + len(purging.RETRIES)
    assert QueuedTask.objects.failed().get().error.endswith("NotPurged: HTTP 500")


def test_writer_calls_no_cdn(cdn_server, committing):
    with committing():
        changed("article:1")
    assert cdn_server.calls == []


def test_cdn_that_is_not_there_is_named_as_the_reason(cdn_server, committing):
    cdn_server.close()
    with committing():
        changed("article:1")
    cdn_server.purged()
    assert {"refused" in one.error for one in QueuedTask.objects.failed()} == {True}


@pytest.mark.django_db(transaction=True)
def test_keys_that_pile_up_become_all_pages(cdn_server, monkeypatch):
    monkeypatch.setattr(purging, "MAX_KEYS", 50)
    for number in range(60):
        with transaction.atomic():
            changed(f"article:{number}")
    # On PostgreSQL, what is written while others write as well may be named once more.
    assert cdn_server.purged().count({"site"}) >= 2


def test_restored_database_purges_all_pages(cdn_server, committing):
    CdnMark.objects.create(pk=1, position=2**40)
    with committing():
        changed("article:1")
    assert cdn_server.purged() == [{"site"}] * 2
    with committing():
        changed("article:2")
    assert {"article:2"} <= cdn_server.purged()[2]


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_token_goes_to_the_cdn_and_nowhere_else(cdn_server, committing, caplog, status):
    caplog.set_level(logging.DEBUG)
    cdn_server.statuses = [status] * 9
    with committing():
        changed("article:1")
    cdn_server.purged()
    assert TOKEN not in "".join(one.traceback for one in QueuedTask.objects.all())
    assert {path for _verb, path, _headers, _body in cdn_server.calls} == {"/purge"}
    assert TOKEN not in caplog.text


def test_error_that_quotes_a_header_is_not_repeated():
    assert purging.reason(ValueError(f"Invalid header value b'{TOKEN}'")) == "ValueError"


@pytest.mark.parametrize(
    ("kind", "count", "sizes"),
    [("fastly", 300, [256, 44]), ("cloudflare", 230, [100, 100, 30]), ("http", 101, [100, 1])],
)
def test_calls_are_as_each_api_takes_them(cdn_server, settings, kind, count, sizes):
    settings.CDN = kind
    settings.CDN_PURGE_URL = cdn_server.url
    keys = [f"article:{number}" for number in range(count)]
    purging.send(keys)
    told = []
    for verb, path, headers, body in cdn_server.calls:
        if kind == "fastly":
            assert (verb, path) == ("POST", "/purge/service/srv1/purge")
            assert headers["Fastly-Key"] == TOKEN
            told.append(json.loads(body)["surrogate_keys"])
        elif kind == "cloudflare":
            assert (verb, path) == ("POST", "/purge/zones/srv1/purge_cache")
            assert headers["Authorization"] == f"Bearer {TOKEN}"
            told.append(json.loads(body)["tags"])
        else:
            told.append(headers["Surrogate-Key"].split())
    assert [len(keys) for keys in told] == sizes
    assert list(chain.from_iterable(told)) == sorted(keys)


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("fastly", "/purge/service/srv1/purge_all", {}),
        ("cloudflare", "/purge/zones/srv1/purge_cache", {"purge_everything": True}),
        ("http", "/purge", None),
    ],
)
def test_command_purges_everything(cdn_server, settings, kind, path, body):
    settings.CDN = kind
    call_command("purge_cdn", stdout=StringIO())
    ((_verb, asked, headers, sent),) = cdn_server.calls
    assert asked == path
    if body is None:
        assert headers["Surrogate-Key"] == "site"
    else:
        assert json.loads(sent) == body


def test_command_purges_keys_and_says_when_it_cannot(cdn_server, settings):
    call_command("purge_cdn", "article:1", "articles", stdout=StringIO())
    assert cdn_server.purged() == [{"article:1", "articles"}]
    with pytest.raises(CommandError, match="Not a page key"):
        call_command("purge_cdn", "two words")
    cdn_server.statuses = [403]
    with pytest.raises(CommandError, match="HTTP 403"):
        call_command("purge_cdn")
    settings.CDN = ""
    with pytest.raises(CommandError, match="set CDN"):
        call_command("purge_cdn")


def test_without_a_cdn_nothing_is_called(cdn_server, settings, committing):
    settings.CDN = ""
    with committing():
        ArticleFactory()
        Article.objects.update(title="New")
    assert cdn_server.purged() == []


# What the environment says of it


GOOD = {"CDN_PURGE_URL": "", "CDN_SERVICE": "abc", "CDN_TOKEN": TOKEN}


@pytest.mark.parametrize(
    ("kind", "companions", "message"),
    [
        ("akamai", {}, "CDN='akamai' is not known"),
        ("fastly", {"CDN_TOKEN": ""}, "needs CDN_TOKEN"),
        ("cloudflare", {"CDN_SERVICE": "", "CDN_TOKEN": ""}, "CDN_SERVICE and CDN_TOKEN"),
        ("http", {}, "needs CDN_PURGE_URL"),
        ("http", {"CDN_PURGE_URL": "ftp://cdn.example/"}, "no|not an http"),
        ("http", {"CDN_PURGE_URL": "https://"}, "not an http"),
        ("fastly", {"CDN_TOKEN": f"{TOKEN}\nX: 1"}, "CDN_TOKEN has a character"),
        ("fastly", {"CDN_SERVICE": "a/b"}, "not an address"),
    ],
)
def test_half_a_cdn_is_refused_in_one_line(kind, companions, message):
    with pytest.raises(ImproperlyConfigured, match=message) as refused:
        refuse_half_a_cdn(kind, **GOOD | companions)
    assert TOKEN not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["", "fastly", "cloudflare"])
def test_whole_cdn_and_none_are_accepted(kind):
    refuse_half_a_cdn(kind, **GOOD)
    refuse_half_a_cdn("http", CDN_PURGE_URL="http://varnish:6081/", CDN_SERVICE="", CDN_TOKEN="")

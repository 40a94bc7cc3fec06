"""A stored page, from the door: what is kept, for whom, and how it is answered."""

import gzip
import time

import brotli
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.factories import ArticleFactory
from articles.models import Article
from core.pagestore.page import coding_for
from core.tests.readers import Site, StillStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def url():
    return ArticleFactory(title="As it stood").get_absolute_url()


def rewrite_unnoticed():
    """Change what a fresh page would show without a word in the log: it tells stored from made."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET title = 'Changed in secret'")


def test_second_reader_gets_the_stored_page_without_a_query(site, url):
    first = site.ask(url)
    with CaptureQueriesContext(connection) as queries:
        second = site.ask(url)
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body
    assert b"As it stood" in second.body
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("accepted", "coding", "decode"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0, gzip;q=0", None, bytes),
    ],
)
def test_page_comes_in_the_encoding_asked_for(site, url, accepted, coding, decode):
    plain = site.ask(url)
    page = site.ask(url, accept_encoding=accepted)
    assert page.headers.get("content-encoding") == coding
    assert decode(page.body) == plain.body
    assert int(page.headers["content-length"]) == len(page.body)
    assert page.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (b"", b""),
        (b"*", b"br"),
        (b"*;q=0", b""),
        (b"gzip;q=0.9, br;q=0.1", b"gzip"),
        (b"identity;q=1, gzip;q=0.5", b""),
        (b"gzip;q=x", b""),
        (b"gzip;q=, BR", b"br"),
        (b";;;,,,=", b""),
    ],
)
def test_coding_for_odd_headers_is_one_we_keep(header, coding):
    assert coding_for(header) == coding


def test_encodings_have_tags_of_their_own(site, url):
    tags = {site.ask(url, accept_encoding=coding).headers["etag"] for coding in ("br", "gzip", "")}
    assert len(tags) == 3


def test_head_says_what_get_says_without_a_body(site, url, monkeypatch):
    # From the next second on the page has a date.
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    for _again in range(2):
        head, get = site.ask(url, "HEAD"), site.ask(url)
        assert head.body == b""
        assert get.body
        assert head.headers == get.headers


def test_page_that_a_browser_has_is_304(site, url):
    page = site.ask(url, accept_encoding="br")
    tag = page.headers["etag"]
    for said in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = site.ask(url, accept_encoding="br", if_none_match=said)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-length" not in again.headers
    assert site.ask(url, accept_encoding="br", if_none_match='"other"').status == 200
    # The tag of one encoding does not speak for another.
    assert site.ask(url, if_none_match=tag).status == 200


def test_first_answer_is_304_too_when_the_browser_has_it(site, url):
    tag = site.ask(url).headers["etag"]
    assert Site().ask(url, if_none_match=tag).status == 304


def test_date_is_said_when_its_second_is_over(site, url, monkeypatch):
    now = time.time() // 1 + 0.5
    monkeypatch.setattr(time, "time", lambda: now)
    assert "last-modified" not in site.ask(url).headers
    monkeypatch.setattr(time, "time", lambda: now + 1)
    dated = site.ask(url)
    since = dated.headers["last-modified"]
    assert site.ask(url, if_modified_since=since).status == 304
    assert site.ask(url, if_modified_since="Thu, 01 Jan 2026 00:00:00 GMT").status == 200
    assert site.ask(url, if_modified_since="yesterday").status == 200
    # The tag decides where both are said.
    assert site.ask(url, if_modified_since=since, if_none_match='"other"').status == 200


@pytest.mark.parametrize(
    "cookies", [f"{settings.SESSION_COOKIE_NAME}=abc", "theme=dark; bypass_store=1"]
)
def test_whoever_is_known_gets_nothing_that_the_change_log_has_made_old(site, url, cookies):
    site.ask(url)
    Article.objects.update(title="Changed by another process")
    page = site.ask(url, cookies=cookies)
    assert b"Changed by another process" in page.body
    assert page.headers["cache-control"] == "private, no-cache"


def test_credentials_in_a_header_are_never_answered_from_the_store(site, url):
    # On PostgreSQL what a transaction under way has logged is heard of a second time.
    for _time in range(2):
        site.store.learn()
    site.ask("/articles/")
    rewrite_unnoticed()
    assert b"Changed in secret" in site.ask("/articles/", authorization="Basic eDp5").body
    assert b"As it stood" in site.ask("/articles/").body


def test_cookies_of_others_do_not_matter(site, url):
    site.ask(url)
    rewrite_unnoticed()
    assert b"As it stood" in site.ask(url, cookies="theme=dark; visitor=x; _ga=1").body


def test_known_visitor_does_not_fill_the_store(site, url):
    site.ask(url, cookies="bypass_store=1")
    assert not site.is_stored(url)


def test_unknown_parameters_lead_to_the_same_page(site):
    ArticleFactory.create_batch(25)
    for query in ("", "?utm_source=x", "?utm_source=y&fbclid=z", "?Before=1"):
        assert site.ask(f"/articles/{query}").status == 200
    assert len(site.store.paths["/articles/"][1]) == 1
    assert b"utm_source" not in site.ask("/articles/?utm_source=x").body


def test_unknown_parameters_do_not_enter_links(site):
    ArticleFactory.create_batch(25)
    page = Site().ask("/articles/?utm_source=tracker")
    assert b"before=" in page.body
    assert b"tracker" not in page.body


def test_known_parameter_leads_to_a_page_of_its_own(site):
    ArticleFactory.create_batch(25)
    first = site.ask("/articles/")
    older = first.text.partition("?before=")[2].partition('"')[0]
    second = site.ask(f"/articles/?before={older}&utm_source=x")
    assert second.status == 200
    assert second.body != first.body
    assert site.is_stored(f"/articles/?before={older}")


@pytest.mark.parametrize(
    "path",
    ["/articles/no-such/", "/articles/?before=forged", "/nothing/", "/favicon.ico", "/search/?q=a"],
)
def test_what_is_no_page_for_all_is_not_stored(site, path):
    site.ask(path)
    assert not site.store.paths


def test_filters_that_find_nothing_fill_no_store(site):
    for letter in "αβγδε":
        assert site.ask(f"/companies/?letter={letter}").status == 200
    assert site.ask("/companies/?country=zz").status == 200
    assert not site.store.paths


def test_many_parameters_are_answered_and_not_stored(site):
    query = "&".join(f"x{number}=1" for number in range(100))
    assert site.ask(f"/articles/?{query}").status == 200
    assert not site.is_stored("/articles/")


def test_foreign_host_gets_no_stored_page(site, url, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert site.ask(url).status == 200
    assert site.ask(url, host="evil.example").status == 400
    assert site.ask(url).status == 200


def test_plain_http_is_redirected_though_the_page_is_stored(site, url, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site = Site()
    assert site.ask(url, x_forwarded_proto="https").status == 200
    assert site.ask(url, x_forwarded_proto="http").status == 301
    assert site.ask(url).status == 301


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ([], True),
        ([("Set-Cookie", "a=b")], False),
        ([("Vary", "Accept, Cookie")], False),
        ([("Vary", "*")], False),
        ([("Cache-Control", "private")], False),
        ([("Cache-Control", "No-Store")], False),
        ([("Content-Encoding", "gzip")], False),
        ([("Vary", "Accept-Encoding")], True),
    ],
)
def test_view_that_errs_about_its_page_is_not_believed(headers, is_kept):
    from core.pagestore.declaring import ENVIRON_KEY, Made

    def application(environ, start_response):
        environ[ENVIRON_KEY] = Made()
        start_response("200 OK", [("Content-Type", "text/html"), *headers])
        return [b"<p>for one" * 100]

    site = Site(application)
    assert site.ask("/x/").status == 200
    assert site.is_stored("/x/") is is_kept


def test_form_is_taken_by_django_itself(site, url):
    site.ask(url)
    assert site.ask(url, "POST").status == 403


def test_store_stays_within_its_bounds(url):
    site = Site(store=StillStore(limit=300_000))
    urls = [ArticleFactory().get_absolute_url() for _number in range(20)]
    for address in urls:
        assert site.ask(address).status == 200
        site.ask(urls[0])
    assert 0 < site.store.size <= 300_000
    assert site.store.size == sum(
        page.size for _params, pages in site.store.paths.values() for page in pages.values()
    )
    assert site.is_stored(urls[0])
    assert not site.is_stored(urls[1])


def test_page_made_while_it_changed_is_shown_and_not_kept(site, url, monkeypatch):
    from core.pagestore import making

    def call_and_change(application, environ):
        answer = real(application, environ)
        Article.objects.update(title="Changed meanwhile")
        site.store.learn()
        return answer

    real = making.call
    monkeypatch.setattr(making, "call", call_and_change)
    assert b"As it stood" in site.ask(url).body
    monkeypatch.undo()
    assert b"Changed meanwhile" in site.ask(url).body


def test_hashed_file_is_kept_with_the_pages(tmp_path):
    def application(environ, start_response):
        start_response(
            "200 OK",
            [("Content-Type", "text/css"), ("Cache-Control", "max-age=315360000, immutable")],
        )
        return [b"a { color: red }" * 100]

    site = Site(application)
    site.ask("/static/css/dateline.0123456789ab.css")
    assert site.is_stored("/static/css/dateline.0123456789ab.css")
    site.ask("/elsewhere.css")
    assert not site.is_stored("/elsewhere.css")

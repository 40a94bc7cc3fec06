"""Two visitors at every public address: nothing that one is or did is in what the other gets."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.factories import UserFactory
from core.pagestore.bypass import BYPASS_COOKIE
from core.tests.readers import Site
from tests.browser.tools import LOOKED_AT_ONCE
from tests.public import MACHINE, PERSONAL, WRITES, Publication

pytestmark = [pytest.mark.django_db, LOOKED_AT_ONCE]
# Each has a form of its own for one visitor, and with it a token.
WITH_FORMS = {
    f"comments:{name}"
    for name in ("stamp", "own", "confirm", "person", "moderate", "ban", "challenge")
}
TOKEN = re.compile(rb'csrfmiddlewaretoken|name="stamp" value="[^"]')


def addresses_by_name(publication):
    for name, addresses in publication.addresses().items():
        if name not in WRITES:
            yield from ((name, address) for address in addresses)


@pytest.fixture
def publication():
    return Publication.make()


@pytest.fixture
def known_cookies(publication):
    """Of somebody who signed in, hearted, commented and holds a form's token."""
    client = Client()
    user = UserFactory(username="Zebulon-the-editor", is_superuser=True, is_staff=True)
    client.force_login(user)
    client.post(
        f"/audience/{publication.article.pk}/heart/", headers={"sec-fetch-site": "same-origin"}
    )
    client.get(f"/discussions/article/{publication.article.pk}/form/")
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, BYPASS_COOKIE} <= set(
        client.cookies
    )
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def without(cookies, *names):
    return "; ".join(pair for pair in cookies.split("; ") if pair.partition("=")[0] not in names)


def test_second_visitor_gets_nothing_of_the_first(publication, known_cookies):
    # As they are, and without those that lead past the store: these pages are stored.
    unsigned = without(known_cookies, settings.SESSION_COOKIE_NAME, BYPASS_COOKIE)
    wrong = []
    for name, url in addresses_by_name(publication):
        expected = Site().ask(url)
        for cookies in (known_cookies, unsigned):
            site = Site()
            site.ask(url, cookies=cookies)
            second = site.ask(url)
            is_page = name not in PERSONAL | MACHINE
            if "set-cookie" in second.headers and name not in WITH_FORMS:
                wrong.append((url, "cookie"))
            if is_page and second.body != expected.body:
                wrong.append((url, "body"))
            if is_page and (TOKEN.search(second.body) or b"Zebulon" in second.body):
                wrong.append((url, "token or name"))
            if "cookie" in second.headers.get("vary", "").lower() and is_page:
                wrong.append((url, "vary"))
    assert wrong == []


def test_what_is_one_visitors_own_is_never_stored(publication, known_cookies):
    site = Site()
    for name, url in addresses_by_name(publication):
        if name in PERSONAL | MACHINE:
            for cookies in ("", known_cookies):
                answer = site.ask(url, cookies=cookies)
                assert answer.status in (200, 302, 404, 503), url
                assert "no-store" in answer.headers.get("cache-control", "") or name in MACHINE, url
            assert not site.is_stored(url)


def test_every_other_page_is_stored(publication):
    site, passed = Site(), set()
    for name, url in addresses_by_name(publication):
        if name not in PERSONAL | MACHINE:
            answer = site.ask(url)
            if not site.is_stored(url):
                passed.add((name, answer.status))
    # A search is anybody's words, so is a comparison that is none; the others lead elsewhere.
    own_words = {("compare", 200), ("search:search", 200)}
    assert passed == own_words | {("comments:comment", 302), ("pages:favicon", 302)}


def test_signed_in_page_may_be_kept_by_nobody(publication, known_cookies):
    site, url = Site(), publication.article.get_absolute_url()
    rendered = site.ask(url, cookies=known_cookies)
    site.ask(url)
    stored = site.ask(url, cookies=known_cookies)
    assert rendered.headers["cache-control"] == "private, no-cache"
    assert stored.headers["cache-control"] == "private, no-cache"
    assert stored.body == rendered.body


def test_signed_in_reader_asks_the_change_log_and_renders_nothing(publication, known_cookies):
    site, url = Site(), publication.article.get_absolute_url()
    site.get(url)
    site.ask(url, cookies=known_cookies)
    with CaptureQueriesContext(connection) as queries:
        site.ask(url, cookies=known_cookies)
    assert {"core_change" in query["sql"] or "pg_" in query["sql"] for query in queries} == {True}


def test_writer_sees_at_once_what_they_wrote(publication, client):
    site, url = Site(), publication.article.get_absolute_url()
    site.ask(url)
    answer = client.post(
        f"/audience/{publication.article.pk}/heart/", headers={"sec-fetch-site": "same-origin"}
    )
    mark = answer.cookies[BYPASS_COOKIE]
    assert (mark["httponly"], mark["samesite"], mark["max-age"]) == (True, "Lax", 10)
    assert b"1 heart" in site.ask(url, cookies=f"{BYPASS_COOKIE}={mark.value}").body
    # This process has heard of it then.
    assert b"1 heart" in site.ask(url).body


def test_reader_who_only_looks_gets_no_cookie(publication, client):
    headers = {"sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0 Firefox/140.0"}
    client.post(f"/audience/{publication.article.pk}/seen/", headers=headers)
    client.get(publication.article.get_absolute_url())
    assert not client.cookies

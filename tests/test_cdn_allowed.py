"""What a CDN may hold, over every public address: the pages for everybody, and no other."""

import pytest
from django.conf import settings as project

from core.tests.readers import Site
from tests.public import MACHINE, PERSONAL, WRITES, Publication

pytestmark = pytest.mark.django_db

SAID = {"cache-tag", "surrogate-key", "surrogate-control", "cdn-cache-control"}


def is_cdn_allowed(page):
    words = page.headers.get("cache-control", "")
    assert ("s-maxage" in words) == bool(SAID & set(page.headers))
    return "s-maxage" in words


def test_cdn_gets_what_is_for_everybody_and_nothing_else(settings, queue):
    settings.CDN = "http"
    site = Site()
    allowed = {}
    for name, urls in Publication.make().addresses().items():
        for url in urls:
            page = site.ask(url)
            allowed.setdefault(name, set()).add(is_cdn_allowed(page))
            if is_cdn_allowed(page):
                assert page.status == 200
                assert "set-cookie" not in page.headers
                assert "cookie" not in page.headers.get("vary", "").lower()
                assert "private" not in page.headers["cache-control"]
            for cookie in (project.SESSION_COOKIE_NAME, "bypass_store"):
                assert not is_cdn_allowed(site.ask(url, cookies=f"theme=dark; {cookie}=1")), url
    for name in PERSONAL | WRITES | MACHINE:
        assert allowed[name] == {False}, name
    for name in ("articles:detail", "articles:list", "companies:detail", "pages:home"):
        assert allowed[name] == {True}, name

import datetime
import json
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from articles.factories import ArticleFactory
from pages import health

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(response):
    tree = ElementTree.fromstring(response.content)
    return [node.text for node in tree.iter(f"{SITEMAP}loc")]


@pytest.mark.django_db
def test_sitemap_lists_parts_that_list_pages_by_the_canonical_address(client, settings):
    settings.SITE_URL = "https://news.example"
    settings.ALLOWED_HOSTS = ["other.example"]
    ArticleFactory(slug="a-story")
    parts = locations(client.get("/sitemap.xml", HTTP_HOST="other.example"))
    assert "https://news.example/sitemap-articles.xml" in parts
    for part in parts:
        path = part.removeprefix("https://news.example")
        pages = locations(client.get(path, HTTP_HOST="other.example"))
        assert all(page.startswith("https://news.example/") for page in pages)
        if path == "/sitemap-articles.xml":
            assert pages == ["https://news.example/articles/a-story/"]


@pytest.mark.django_db
def test_sitemap_index_takes_no_more_queries_for_more_articles(
    client, django_assert_max_num_queries
):
    ArticleFactory.create_batch(5)
    with django_assert_max_num_queries(13):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("path", ["/sitemap-nothing.xml", "/sitemap-articles.xml?p=99"])
@pytest.mark.django_db
def test_part_of_the_sitemap_that_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_robots_names_the_sitemap_and_keeps_robots_from_the_desk(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /admin/" in text


def test_security_text_names_a_contact_and_a_day_still_to_come(client):
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.datetime.fromisoformat(fields["Expires"])
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert datetime.timedelta(100) < expires - timezone.now() < datetime.timedelta(366)
    assert fields["Contact"].startswith(("https:", "mailto:", "http:"))


def test_live_asks_nothing_of_the_database(client):
    # Without the django_db mark a query raises.
    response = client.get("/health/live")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_says_what_it_looked_at(client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert json.loads(response.content) == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "disk": "ok"},
    }


def fail(*args, **kwargs):
    raise OperationalError("password=secret\n  host=db.internal\n")


@pytest.mark.parametrize("name", ["database", "migrations", "disk"])
@pytest.mark.django_db
def test_ready_is_503_when_something_fails_and_keeps_why_to_the_log(
    client, monkeypatch, caplog, name
):
    monkeypatch.setitem(health.CHECKS, name, fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    body = json.loads(response.content)
    assert (body["status"], body["checks"][name]) == ("unavailable", "failed")
    assert b"secret" not in response.content
    assert "secret" in caplog.text


@pytest.mark.django_db
def test_ready_without_its_cache_is_degraded_and_takes_readers(client, monkeypatch, caplog):
    monkeypatch.setattr(cache, "set", fail)
    response = client.get("/health/ready")
    assert response.status_code == 200
    body = json.loads(response.content)
    assert (body["status"], body["checks"].pop("cache")) == ("degraded", "failed")
    assert set(body["checks"].values()) == {"ok"}
    monkeypatch.setitem(health.CHECKS, "database", fail)
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db
def test_check_that_fails_leaves_one_line_in_the_log(client, monkeypatch, caplog):
    monkeypatch.setitem(health.CHECKS, "database", fail)
    client.get("/health/ready")
    [record] = [record for record in caplog.records if record.name == "pages.health"]
    assert record.exc_info is None
    assert record.getMessage() == "Not ready: database: password=secret host=db.internal"


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", "no_host", ""])
@pytest.mark.django_db
def test_probe_is_answered_whatever_host_it_names_and_nothing_else_is(client, settings, host):
    settings.ALLOWED_HOSTS = ["news.example"]
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/health/live", "/health/ready"):
        response = client.get(path, HTTP_HOST=host)
        assert response.status_code == 200
        assert response["X-Content-Type-Options"] == "nosniff"
    for path in ("/health/", "/health/live/", "/health/readyx", "/about/", "/", "/robots.txt"):
        assert client.get(path, HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probe_that_posts_is_refused(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_cache_that_forgets_and_disk_that_is_missing_are_noticed(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "get", lambda *args: None)
    assert health.passes("cache", health.cache_keeps) is False
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file"
    assert health.passes("disk", health.uploads_can_be_written) is False


@pytest.mark.django_db
def test_migration_still_to_come_is_noticed():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'desk'")
    assert health.migrations_are_applied() is False


def test_favicon_at_the_root_leads_to_the_icon(client):
    assert client.get("/favicon.ico")["Location"].endswith("img/favicon.ico")

"""What holds for every answer: headers, refusals, and pages for what goes wrong."""

import logging
import os
import re
import secrets
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import path

from accounts.factories import UserFactory
from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

PASSWORD = "a long enough passphrase"


def break_down(request):
    raise ZeroDivisionError


def lose_the_database(request):
    raise OperationalError("server closed the connection")


urlpatterns = [path("breaks/", break_down), path("loses/", lose_the_database), *urlpatterns]


@pytest.fixture
def quiet_client():
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("address", "status"), [("/breaks/", 500), ("/loses/", 503)])
def test_failure_of_ours_has_a_page_that_asks_nothing_of_the_database(
    quiet_client, address, status
):
    response = quiet_client.get(address)
    assert response.status_code == status
    assert "/static/css/dateline.css" in response.content.decode()
    assert response.has_header("Retry-After") is (status == 503)


@pytest.mark.django_db
def test_unknown_address_has_a_page(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "No such page" in response.content.decode()


def form_of(*, letters=0, fields=0, files=0):
    """What a browser sends of a form with files, and of one without."""
    data = {"a": "a" * letters, **{f"f{number}": "" for number in range(fields)}}
    data |= {f"g{number}": SimpleUploadedFile("a.txt", b"a") for number in range(files)}
    return [{"data": data}] + [
        {"data": urlencode(data), "content_type": "application/x-www-form-urlencoded"}
    ] * (not files)


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"letters": 2**21 + 1}, {"fields": 2001}, {"files": 101}])
@pytest.mark.parametrize("address", ["admin/login", "discussions/article/1", "audience/1/seen"])
def test_form_that_is_too_large_is_refused_as_such_with_a_page_and_the_headers(address, more):
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    for sent in form_of(**more):
        response = client.post(f"/{address}/", **sent)
        assert response.status_code == 413
        assert "That is too large" in response.text
        assert "Content-Security-Policy" in response
    for sent in form_of(letters=2**21 - 2000, fields=20):
        assert client.post(f"/{address}/", **sent).status_code != 413


def test_unknown_host_is_refused_with_a_page_and_the_headers(client):
    response = client.get("/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/(?:ld\+)?json))[^>]*>(.*?)</script>", re.DOTALL
)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "host", "scripts"),
    [
        ("/", "testserver", 2),
        ("/search/?q=<script>x</script>", "testserver", 2),
        ("/no/such/page/", "testserver", 2),
        ("/breaks/", "testserver", 1),
        ("/loses/", "testserver", 1),
        ("/", "evil.example", 1),
        ("/admin/login/", "testserver", 0),
    ],
)
def test_policy_allows_the_inline_scripts_of_the_page_by_their_text(
    quiet_client, address, host, scripts
):
    response = quiet_client.get(address, HTTP_HOST=host)
    found = INLINE.findall(response.content.decode())
    assert len(found) == scripts
    hashes = {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in found}
    policy = response["Content-Security-Policy"]
    [sources] = re.findall(r"script-src ([^;]*)", policy)
    assert set(sources.split()) - {"'self'"} >= hashes
    assert len(sources.split()) == 3
    assert "unsafe" not in policy


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("address", ["/", "/admin/", "/static/css/dateline.css", "/nothing/"])
def test_unused_methods_are_refused_everywhere(client, method, address):
    assert client.generic(method, address).status_code == 405


@pytest.mark.parametrize("address", ["/articles/%00/", "/search/?q=%00", "/?%00=1"])
def test_nul_in_an_address_is_refused_with_the_headers(client, address):
    response = client.get(address)
    assert response.status_code == 400
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_line_break_in_an_address_makes_one_line_of_the_log(client, caplog):
    with caplog.at_level(logging.WARNING):
        client.get("/nothing/%0a%0dCRITICAL:%20the%20sky%20is%20falling")
    [record] = [record for record in caplog.records if "falling" in record.getMessage()]
    assert len(record.getMessage().splitlines()) == 1


@pytest.mark.django_db
def test_form_without_its_token_gets_the_page_that_says_so():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert "Not open to you" in response.content.decode()


def log_in(client, password, name="editor", address="192.0.2.1"):
    return client.post(
        "/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=address
    )


@pytest.mark.django_db
def test_login_is_closed_after_ten_wrong_passwords_even_for_the_right_one(client):
    user = UserFactory(username="editor")
    user.set_password(PASSWORD)
    user.save()
    statuses = [log_in(client, f"wrong {number}").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]
    response = log_in(client, PASSWORD)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "Too many wrong passwords" in response.content.decode()
    assert log_in(client, PASSWORD, address="198.51.100.1").status_code == 302


@pytest.mark.django_db
def test_login_is_open_after_nine_wrong_passwords_and_a_right_one_starts_anew(client):
    user = UserFactory(username="editor")
    user.set_password(PASSWORD)
    user.save()
    for number in range(9):
        assert log_in(client, f"wrong {number}").status_code == 200
    assert log_in(client, PASSWORD).status_code == 302
    client.logout()
    assert log_in(client, "wrong again").status_code == 200


@pytest.mark.django_db
def test_login_does_not_say_whether_a_name_is_known(client):
    UserFactory(username="editor")
    known = log_in(client, "wrong", name="editor").content.decode()
    unknown = log_in(client, "wrong", name="nobody").content.decode()
    assert "Please enter the correct" in known
    assert known.count("errornote") == unknown.count("errornote") == 1


@pytest.mark.django_db
def test_desk_is_never_stored(admin_client, client):
    for page in [
        client.get("/admin/login/"),
        admin_client.get("/admin/"),
        admin_client.get("/admin/articles/article/"),
    ]:
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert "private" in page["Cache-Control"]


def test_uploads_are_served_as_nothing_but_what_they_are(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "picture.webp").write_bytes(b"RIFF")
    response = client.get("/media/picture.webp")
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "max-age=31536000, public, immutable"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["nothing.webp", "../settings.py", "%2e%2e/%2e%2e/etc/passwd", "a" * 5000, "", "."]
)
def test_what_is_no_upload_is_not_served(client, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    assert client.get(f"/media/{name}").status_code in (400, 404)


def manage(*arguments, **environment):
    keep = {"PATH": os.environ["PATH"], "DEBUG": "off"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=project.BASE_DIR,
        env=keep | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_environment_passes_every_deployment_check():
    result = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="news.example",
        SITE_URL="https://news.example",
    )
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_production_without_a_secret_refuses_in_one_clear_line():
    result = manage("check")
    assert result.returncode != 0
    assert len(result.stderr.strip().splitlines()) == 1
    assert "SECRET_KEY is not set" in result.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/no/such/page/", "/search/?q=a", "/articles", "/admin/", "/companies/compare/"]
)
def test_every_answer_says_who_may_keep_it(client, address):
    assert client.get(address)["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/no/such/page/", "/admin/login/", "/search/"])
def test_browser_may_grant_a_page_nothing_that_it_does_not_need(client, address):
    policy = client.get(address)["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))
    # Code has a button that copies it.
    assert "clipboard" not in policy

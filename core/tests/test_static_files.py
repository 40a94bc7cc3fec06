"""Two releases over one STATIC_ROOT, as while a deployment goes from server to server."""

import datetime
import os

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponseNotFound
from django.utils import timezone

from core.static_files import RULES, SharedStaticFilesMiddleware

STORAGE = {"BACKEND": "core.static_files.ReleaseStaticFilesStorage"}


@pytest.fixture
def collect(settings, tmp_path):
    """Collect a release with this stylesheet; answers its hashed address."""
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "shared"

    def release(name, css):
        source = tmp_path / name / "static"
        source.mkdir(parents=True)
        (source / "site.css").write_text(css)
        settings.STATICFILES_DIRS = [source]
        settings.STATIC_MANIFEST_DIR = tmp_path / name
        settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGE}
        call_command("collectstatic", interactive=False, verbosity=0)
        return staticfiles_storage.url("site.css")

    return release


def server():
    return SharedStaticFilesMiddleware(lambda request: HttpResponseNotFound())


def body_of(response):
    return b"".join(response.streaming_content)


def test_two_releases_side_by_side_answer_each_others_files(collect, rf):
    former_url = collect("former", "body { color: red }")
    former = server()
    new_url = collect("new", "body { color: blue }" + " " * 500)
    new = server()
    assert former_url != new_url
    for node in (former, new):
        for url, colour in ((former_url, b"red"), (new_url, b"blue")):
            response = node(rf.get(url))
            assert response.status_code == 200
            assert colour in body_of(response)
            assert "immutable" in response["Cache-Control"]
        compressed = node(rf.get(new_url, HTTP_ACCEPT_ENCODING="br"))
        assert compressed["Content-Encoding"] == "br"


def test_each_release_reads_its_own_names(collect, settings, tmp_path):
    former_url = collect("former", "body { color: red }")
    collect("new", "body { color: blue }")
    settings.STATIC_MANIFEST_DIR = tmp_path / "former"
    settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGE}
    assert staticfiles_storage.url("site.css") == former_url


def test_file_that_was_removed_is_404(collect, rf, settings):
    url = collect("former", "body { color: red }")
    node = server()
    for path in settings.STATIC_ROOT.iterdir():
        path.unlink()
    assert [node(rf.get(url)).status_code for _ in range(2)] == [404, 404]


@pytest.mark.parametrize(
    "url",
    [
        "/static/site.css",
        "/static/other.0123456789ab.css",
        "/static/../secret.0123456789ab.css",
        "/static//secret.0123456789ab.css",
        "/static/dir.0123456789ab.css",
        "/secret.0123456789ab.css",
    ],
)
def test_nothing_but_hashed_files_below_the_root_is_found(collect, rf, settings, tmp_path, url):
    collect("former", "body { color: red }")
    node = server()
    (settings.STATIC_ROOT / "site.css").write_text("not hashed")
    (settings.STATIC_ROOT / "dir.0123456789ab.css").mkdir()
    (tmp_path / "secret.0123456789ab.css").write_text("secret")
    assert node(rf.get(url)).status_code == 404


def names(settings):
    return {path.name for path in settings.STATIC_ROOT.iterdir()}


def set_age(settings, url, age):
    then = (timezone.now() - age).timestamp()
    for path in settings.STATIC_ROOT.glob(f"{url.removeprefix('/static/')}*"):
        os.utime(path, (then, then))


def test_files_of_a_former_release_go_when_their_time_is_over(collect, settings):
    [rule] = RULES
    second = datetime.timedelta(seconds=1)
    outlived = collect("first", "body { color: red }" + " " * 500)
    lately = collect("second", "body { color: green }")
    current = collect("third", "body { color: blue }")
    now = timezone.now()
    for url, age in ((outlived, rule.age), (lately, rule.age - second), (current, 2 * rule.age)):
        set_age(settings, url, age + second / 2)
    before = names(settings)
    # The file, and both of its compressed forms.
    assert rule.count(now) == 3
    assert names(settings) == before
    assert rule.apply(now) == 3
    gone = outlived.removeprefix("/static/")
    assert before - names(settings) == {gone, f"{gone}.gz", f"{gone}.br"}
    assert rule.apply(now) == 0


def test_files_count_from_the_last_night_that_their_release_was_running(
    collect, settings, tmp_path
):
    [rule] = RULES
    former = collect("former", "body { color: red }")
    set_age(settings, former, 2 * rule.age)
    assert rule.apply(timezone.now()) == 0
    collect("new", "body { color: blue }")
    assert rule.apply(timezone.now()) == 0
    assert rule.count(timezone.now() + rule.age + datetime.timedelta(minutes=1)) == 1


def test_release_without_files_of_its_own_deletes_none(collect, settings, tmp_path):
    [rule] = RULES
    former = collect("former", "body { color: red }")
    set_age(settings, former, 2 * rule.age)
    settings.STATIC_MANIFEST_DIR = tmp_path / "nothing"
    settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGE}
    assert rule.apply(timezone.now()) == 0
    assert former.removeprefix("/static/") in names(settings)

"""Sixteen processes look at one story through a real server that is stopped at once afterwards."""

import multiprocessing
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.browser.demo_server import BASE_DIR, demo_environment, serve

PROCESSES = 16
VISITORS = 40
STORY = "/articles/the-quiet-language-behind-the-services-you-use/"
COUNTS = """
from ads.models import Ad
from audience.models import DailyViews, Sighting
print(
    sum(DailyViews.objects.values_list("views", flat=True)),
    Sighting.objects.count(),
    Ad.objects.get(pk=1).impressions,
    Ad.objects.get(pk=1).clicks,
)
"""


def look(site, pk, visitor):
    """As the page's script does, with an ad before the visitor's eyes."""
    browser = {"User-Agent": f"Mozilla/5.0 Firefox/140.0 {visitor}"}
    request = urllib.request.Request(
        f"{site}/audience/{pk}/seen/",
        data=b"ad=1",
        headers=browser | {"Origin": site, "Sec-Fetch-Site": "same-origin"},
    )
    urllib.request.urlopen(request, timeout=60).close()


def click(site, visitor):
    """From a network of their own: the server takes the proxy's word for it."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    headers = {"User-Agent": "Mozilla/5.0", "X-Forwarded-For": f"198.51.{visitor}.7"}
    request = urllib.request.Request(f"{site}/ads/1/click/", headers=headers)
    try:
        urllib.request.build_opener(Stay).open(request, timeout=60)
    except urllib.error.HTTPError as answer:
        if answer.code != 302:
            raise


def act(job):
    verb, *arguments = job
    verb(*arguments)


def counts(env):
    manage = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", COUNTS]
    done = subprocess.run(manage, cwd=BASE_DIR, env=env, check=True, capture_output=True, text=True)
    return [int(number) for number in done.stdout.split()]


@pytest.mark.long
def test_crowd_of_readers_is_counted_exactly_by_a_server_that_is_asked_to_stop():
    with demo_environment(VIEWS_PER_ADDRESS="0", TRUSTED_PROXIES="1") as env:
        with serve(env) as server:
            site = server.address
            with urllib.request.urlopen(site + STORY, timeout=60) as page:
                pk = re.search(r"/audience/(\d+)/heart/", page.read().decode())[1]
            before = counts(env)
            jobs = [(look, site, pk, visitor) for visitor in range(VISITORS) for _again in range(3)]
            jobs += [(click, site, visitor) for visitor in range(VISITORS) for _again in range(3)]
            with multiprocessing.get_context("spawn").Pool(PROCESSES) as crowd:
                crowd.map(act, jobs, chunksize=1)
        after = counts(env)
    assert [now - then for now, then in zip(after, before, strict=True)] == [VISITORS] * 4

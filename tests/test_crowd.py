"""Sixteen processes at once, at a real server with several workers: every act is counted once."""

import http.cookiejar
import json
import multiprocessing
import re
import urllib.parse
import urllib.request

import pytest

from tests.browser.demo_server import demo_server

PROCESSES = 16
HEARTS = COMMENTS = 200
STORY = "/articles/the-quiet-language-behind-the-services-you-use/"


@pytest.fixture(scope="module")
def crowd_site():
    limits = {
        "COMMENTS_PER_MINUTE": "0",
        "COMMENTS_PER_SUBNET_PER_MINUTE": "100000",
        "COMMENTS_PER_THREAD_PER_HOUR": "0",
        "HEARTS_PER_SUBNET_AND_PAGE": "0",
        "HEARTS_PER_SUBNET_PER_MINUTE": "100000",
    }
    with demo_server(**limits) as address:
        yield address


def read(url):
    with urllib.request.urlopen(url, timeout=60) as response:
        return response.read().decode()


def give_heart(site, pk):
    """As a visitor without a cookie does, so that every heart is another visitor's."""
    request = urllib.request.Request(
        f"{site}/audience/{pk}/heart/",
        data=b"",
        headers={"Origin": site, "Accept": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status


def post_comment(site, address, text):
    """As the page's script does: ask for the stamp and the token, then send the form."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    hidden = json.load(opener.open(f"{site}{address}form/", timeout=60))
    form = {"kind": "note", "name": "Reader", "text": text, **hidden}
    request = urllib.request.Request(
        site + address,
        data=urllib.parse.urlencode(form).encode(),
        headers={"Origin": site, "Accept": "application/json"},
    )
    return opener.open(request, timeout=60).status


def act(job):
    verb, *arguments = job
    return verb(*arguments)


@pytest.mark.long
def test_crowd_of_hearts_and_comments_is_counted_exactly_and_none_is_lost(crowd_site):
    page = read(crowd_site + STORY)
    pk = re.search(r"/audience/(\d+)/heart/", page)[1]
    address = re.search(r"/discussions/article/\d+/", page)[0]
    hearts = [(give_heart, crowd_site, pk)] * HEARTS
    comments = [
        (post_comment, crowd_site, address, f"Comment number {number}, by one of many.")
        for number in range(COMMENTS)
    ]
    jobs = [job for pair in zip(hearts, comments, strict=True) for job in pair]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as crowd:
        statuses = crowd.map(act, jobs, chunksize=1)
    assert set(statuses) <= {200, 201}
    page = read(crowd_site + STORY)
    assert f"{HEARTS} hearts" in page
    assert re.search(rf"\b{COMMENTS} comments? (are|is) waiting", page)

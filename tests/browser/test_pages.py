"""Every kind of page, as it is served with the demo: valid, accessible, still, and quiet."""

import re
import urllib.error
import urllib.request

import pytest

from tests.browser.checks import axe, layout, nu_check
from tests.browser.tools import SCHEMES

PAGES = [
    "/",
    "/articles/",
    "/articles/2026/",
    "/articles/2026/06/",
    "/sections/tech/",
    "/topics/{topic}/",
    "/authors/{author}/",
    "/articles/{story}/",
    "/articles/{list}/",
    "/articles/{list}/editions/may-2026/",
    "/articles/{discussed}/",
    "/companies/",
    "/companies/?letter=S",
    "/companies/spotify/",
    "/companies/uber/",
    "/companies/dropbox/",
    "/companies/compare/",
    "/companies/compare/?c=uber&c=instagram&c=spotify",
    "/facts/9pp5z5/",  # with a history
    "/facts/9vv2h8/",  # undated
    "/facts/3dtsfr/",  # withdrawn
    "/metrics/",
    "/metrics/monthly-active-users/",
    "/metrics/monthly-active-users/?sort=-value",
    "/data/",
    "/technologies/",
    "/technologies/python/",
    "/corrections/",
    "/corrections/?kind=retraction&year=2026",
    "/search/",
    "/search/?q=spotify",
    "/search/?q=spotify+users",
    "/search/?q=zzzzqqq",
    "/about/",
    "/about/corrections/",
    "/privacy/",
    "/articles/no-such-article/",
]


def fetch(url):
    try:
        with urllib.request.urlopen(url) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        assert error.code < 500, url
        return error.read().decode()


@pytest.fixture(scope="module")
def addresses(demo_site):
    """PAGES with the demo's own addresses filled in, as its sitemap gives them."""
    maps = re.findall(r"<loc>([^<]+)</loc>", fetch(f"{demo_site}/sitemap.xml"))
    links = [link for page in maps for link in re.findall(r"<loc>([^<]+)</loc>", fetch(page))]
    paths = [link.removeprefix(demo_site) for link in links]

    def first(prefix, needle=""):
        for path in paths:
            if path.startswith(prefix) and needle in fetch(demo_site + path):
                return path.removeprefix(prefix).strip("/")
        raise AssertionError(f"no page under {prefix} with {needle}")

    names = {
        "topic": first("/topics/"),
        "author": first("/authors/"),
        "story": first("/articles/", "No comments yet"),
        "list": first("/articles/", 'class="entries"'),
        "discussed": first("/articles/", 'id="c-'),
    }
    return [demo_site + path.format(**names) for path in PAGES]


def test_html_of_every_page_has_no_error(addresses, tmp_path):
    for number, address in enumerate(addresses):
        (tmp_path / f"{number}.html").write_text(fetch(address))
    assert nu_check(tmp_path) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1360])
def test_every_page_is_accessible(new_page, addresses, scheme, width):
    page = new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900})
    violations = {}
    for address in addresses:
        page.goto(address)
        violations[address] = axe(page)
    assert {address: lines for address, lines in violations.items() if lines} == {}


def test_no_page_scrolls_sideways_or_is_hard_to_hit(new_page, addresses):
    page = new_page()
    problems = {}
    for address in addresses:
        page.goto(address)
        problems[address] = layout(page)
    assert {address: lines for address, lines in problems.items() if lines} == {}


def test_no_page_shifts_complains_or_asks_a_third_party(new_page, addresses, demo_site):
    page = new_page(viewport={"width": 390, "height": 844})
    complaints, elsewhere = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: elsewhere.append(request.url))
    for address in addresses:
        page.goto(address, wait_until="networkidle")
        shift = page.evaluate(
            """() => new Promise((resolve) => {
                let shift = 0;
                new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) shift += entry.value;
                }).observe({ type: "layout-shift", buffered: true });
                setTimeout(() => resolve(shift), 50);
            })"""
        )
        assert shift < 0.01, address
    missing = "404 (Not Found)"  # The last page is meant to be missing.
    assert [text for text in complaints if missing not in text] == []
    assert [url for url in elsewhere if not url.startswith((demo_site, "data:"))] == []

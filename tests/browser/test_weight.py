"""What a first-time reader of an article fetches, in bytes and in requests."""

from collections import Counter

import brotli
import pytest
from playwright.sync_api import expect

from tests.browser.test_story import STORY

KB = 1024
DISCUSSED = "/articles/why-reddit-left-lisp/"
SHIFT = """() => new Promise((resolve) => {
    let shift = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(shift), 100);
})"""
SCROLL = """async () => {
    for (let top = 0; top < document.body.scrollHeight; top += innerHeight / 2) {
        scrollTo(0, top);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}"""


def transferred(response):
    """The bytes of the body on the wire; brotli's where the server was asked without a store."""
    if response.header_value("content-encoding"):
        return response.request.sizes()["responseBodySize"]
    return len(brotli.compress(response.body(), quality=5))


def visit(page, address):
    """Open the address and give every response that came, once the page is quiet."""
    responses = []

    def note(response):
        responses.append(response)

    page.on("response", note)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", note)
    return responses


def test_first_reader_fetches_the_page_one_stylesheet_and_one_deferred_script(page, demo_site):
    responses = visit(page, demo_site + STORY)
    assert [r.url for r in responses if not r.url.startswith(f"{demo_site}/")] == []
    kinds = Counter(response.request.resource_type for response in responses)
    # The view is told to the server, the reader's own heart is asked for; the other is the icon.
    assert kinds - Counter(image=kinds["image"], other=1) == Counter(
        {"document": 1, "stylesheet": 1, "script": 1, "ping": 1, "fetch": 1}
    )
    expect(page.locator("script[src]:not([defer])")).to_have_count(0)
    blocking = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter((entry) => entry.renderBlockingStatus === 'blocking').map((entry) => entry.name)"
    )
    assert [url.rpartition(".")[2] for url in blocking] == ["css"]
    weights = {r.url: transferred(r) for r in responses if r.request.resource_type != "image"}
    assert sum(weights.values()) <= 30 * KB, weights
    assert weights[demo_site + STORY] <= 14 * KB


def test_article_with_its_comments_is_light_too(page, demo_site):
    [response] = [r for r in visit(page, demo_site + DISCUSSED) if r.url.endswith(DISCUSSED)]
    assert page.locator(".comments article").count() >= 3
    assert transferred(response) <= 14 * KB


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1360, 900)])
def test_pictures_keep_their_room_and_wait_until_they_are_near(new_page, demo_site, width, height):
    page = new_page(viewport={"width": width, "height": height})
    visit(page, demo_site + STORY)
    pictures = page.eval_on_selector_all(
        "img",
        """(images) => images.map((image) => ({
            top: image.getBoundingClientRect().top,
            width: image.getAttribute("width"),
            height: image.getAttribute("height"),
            loading: image.getAttribute("loading"),
            priority: image.getAttribute("fetchpriority"),
        }))""",
    )
    assert len(pictures) >= 3
    assert [picture for picture in pictures if not (picture["width"] and picture["height"])] == []
    assert [(p["loading"], p["priority"]) for p in pictures] == [
        (None, "high"),
        *[("lazy", None)] * (len(pictures) - 1),
    ]
    assert all(picture["top"] > height for picture in pictures[1:])


@pytest.mark.parametrize("address", [STORY, "/"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1360, 900)])
def test_nothing_shifts_while_a_page_loads_and_is_read(new_page, demo_site, width, height, address):
    page = new_page(viewport={"width": width, "height": height})
    visit(page, demo_site + address)
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFT) == 0


def test_file_with_a_lasting_name_is_never_asked_for_again(page, demo_site):
    lasting = ("/static/", "/media/")
    for address in (STORY, "/admin/login/"):
        found = [r for r in visit(page, demo_site + address) if any(p in r.url for p in lasting)]
        assert len(found) >= 2
        for response in found:
            assert "immutable" in response.header_value("cache-control"), response.url
    visit(page, demo_site + STORY)
    again = page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => [entry.name, entry.transferSize])"
    )
    fetched = [name for name, size in again if size and any(part in name for part in lasting)]
    assert len(again) >= 4
    assert fetched == []


def test_remembered_colours_are_there_before_any_script_is_fetched(page, demo_site):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(demo_site)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"
    page.get_by_role("button", name="Dark colours").click()
    assert complaints == []
    page.route("**/*.js", lambda route: route.abort())
    page.goto(demo_site + STORY)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def fetched_ahead(requests):
    return [r.url for r in requests if r.all_headers().get("sec-purpose") == "prefetch"]


def press(page, link):
    """Put the mouse down on a link, and leave it there."""
    link.hover()
    page.wait_for_timeout(200)
    page.mouse.down()
    page.wait_for_timeout(300)


@pytest.mark.parametrize(
    ("link", "is_fetched"),
    [
        (".nextprev a", True),
        ("a[rel=author]", True),
        (".toc a", False),
        (".prose a.fact", False),
        (".ad a", False),
        (".tools a", False),
        ("a[href$='.atom']", False),
    ],
)
def test_link_is_fetched_ahead_once_a_mouse_is_down_on_it(page, demo_site, link, is_fetched):
    visit(page, demo_site + STORY)
    requests = []
    page.on("request", lambda request: requests.append(request))
    link = page.locator(link).first
    link.hover()
    page.wait_for_timeout(200)
    assert fetched_ahead(requests) == []
    press(page, link)
    assert fetched_ahead(requests) == ([link.evaluate("(a) => a.href")] if is_fetched else [])


def test_link_that_was_not_followed_is_fetched_anew(page, demo_site):
    visit(page, demo_site + STORY)
    requests = []
    page.on("request", lambda request: requests.append(request))
    link = page.locator(".nextprev a").first
    press(page, link)
    page.mouse.move(1, 1)
    page.mouse.up()
    page.wait_for_timeout(1200)
    press(page, link)
    assert fetched_ahead(requests) == [link.evaluate("(a) => a.href")] * 2


def test_finger_that_scrolls_fetches_nothing(new_page, demo_site):
    page = new_page(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    visit(page, f"{demo_site}/articles/")
    requests = []
    page.on("request", lambda request: requests.append(request))
    box = page.locator("h2 a").first.bounding_box()
    hand = page.context.new_cdp_session(page)
    x, y = box["x"] + 20, box["y"] + 10
    touch = "Input.dispatchTouchEvent"
    hand.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(10):
        hand.send(touch, {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 15 * step}]})
    hand.send(touch, {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 0
    assert fetched_ahead(requests) == []

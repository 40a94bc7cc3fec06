"""The whole way of a figure: quoted while writing, published, updated, asked about, refreshed."""

import datetime

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article
from comments.factories import CommentFactory
from core.pagestore import changed
from desk.models import ReviewTask
from facts import publishing
from facts.factories import FactFactory, SourceFactory
from facts.models import Fact
from tests.browser.checks import axe
from tests.browser.tools import choose, press_in_publish, text_of

TITLE = "What people pay to listen"


@pytest.fixture
def fact():
    return FactFactory(
        company__name="Spotify",
        company__slug="spotify",
        metric__key="paid-subscribers",
        metric__label="Paid subscribers",
        amount=75_000_000,
        as_of=datetime.date(2018, 3, 31),
        as_of_precision="month",
    )


def test_figure_goes_from_the_sentence_through_its_update_to_the_refreshed_page(
    desk, live_server, new_page, fact
):
    SectionFactory(name="Tech")
    AuthorFactory(name="Mara Lindqvist")
    SourceFactory(title="Second quarter results", publisher="Spotify")

    # Write a sentence and pick a figure with the keyboard alone.
    desk.goto(f"{live_server.url}/admin/articles/article/add/")
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=standfirst]", "In one sentence.")
    desk.select_option("[name=section]", label="Tech")
    body = desk.locator("[name=body]")
    body.press_sequentially("It has [[")
    desk.get_by_role("combobox", name="Quote a figure").press_sequentially("spot")
    desk.get_by_role("option", name="Spotify").wait_for()
    desk.keyboard.press("Enter")
    desk.get_by_role("option", name="Paid subscribers 75 million").wait_for()
    desk.keyboard.press("Enter")
    desk.get_by_role("option", name="75 million March 2018").wait_for()
    desk.keyboard.press("Enter")
    body.press_sequentially(" payers.")
    link = f"[75 million](fact:spotify/paid-subscribers@{fact.public_id})"
    assert body.input_value() == f"It has {link} payers."
    preview = desk.frame_locator("iframe").first
    preview.locator("data", has_text="75 million").wait_for()

    choose(desk, "author", "Mara")
    press_in_publish(desk)
    desk.locator(".messagelist .success").wait_for()
    article = Article.objects.published().get(title=TITLE)

    # Update the figure: a successor, with its own date and source.
    desk.goto(f"{live_server.url}/admin/facts/fact/{fact.pk}/change/")
    desk.get_by_role("link", name="Update figure").click()
    desk.fill("[name=amount]", "90000000")
    desk.fill("[name=as_of]", "2018-12-31")
    desk.select_option("[name=as_of_precision]", "month")
    choose(desk, "source", "Second quarter")
    desk.click("[name=_publish]")
    desk.locator(".messagelist .success").first.wait_for()
    newer = Fact.objects.get(supersedes=fact)
    assert newer.is_published

    # The page keeps its words, and says that there is news.
    reader = new_page(java_script_enabled=False)
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.locator("data", has_text="75 million")).to_be_visible()
    expect(reader.get_by_text("newer figure:")).to_be_visible()

    # Find the task and refresh.
    desk.goto(f"{live_server.url}/admin/")
    desk.get_by_role("link", name="quoted figure has a newer one").click()
    desk.locator(".review-what > a").click()
    assert desk.get_by_label("New words for").input_value() == "90 million"
    desk.click("[name=_refresh]")
    desk.locator(".messagelist .success").wait_for()
    task = ReviewTask.objects.get(kind=ReviewTask.Kind.SUPERSEDED)
    assert (task.resolution, task.decided_by.username) == ("refreshed", "edith")

    # See the page.
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.locator("data", has_text="90 million")).to_be_visible()
    expect(reader.get_by_text("newer figure:")).to_have_count(0)
    expect(reader.locator(".prose .as-of", has_text="December 2018")).to_be_visible()


def test_picker_goes_back_keeps_the_words_and_can_be_left(desk, live_server, fact):
    SectionFactory(name="Tech")
    desk.goto(f"{live_server.url}/admin/articles/article/add/")
    body = desk.locator("[name=body]")
    body.fill("More than a few pay.")
    text_of(desk).press("Control+Home")
    for _letter in "More than a few":
        desk.keyboard.press("Shift+ArrowRight")
    desk.get_by_role("button", name="Figure [[").first.click()
    picker = desk.get_by_role("combobox", name="Quote a figure")
    picker.press_sequentially("spot")
    desk.get_by_role("option", name="Spotify").click()
    desk.get_by_role("option", name="Paid subscribers 75 million").wait_for()
    picker.press("Backspace")
    desk.get_by_role("option", name="Spotify", exact=True).wait_for()
    picker.press("Escape")
    assert body.input_value() == "More than a few pay."
    desk.get_by_role("button", name="Figure [[").first.click()
    picker.press_sequentially("spot")
    desk.get_by_role("option", name="Spotify").click()
    desk.get_by_role("option", name="Paid subscribers 75 million").click()
    desk.get_by_role("option", name="75 million March 2018").click()
    address = f"fact:spotify/paid-subscribers@{fact.public_id}"
    assert body.input_value() == f"[More than a few]({address}) pay."
    desk.keyboard.press("Control+z")
    assert body.input_value() == "More than a few pay."
    body.press("End")
    body.press_sequentially(" [[")
    picker.press_sequentially("nobody of this name")
    desk.get_by_text("Nothing found.").wait_for()


def article_with(fact, **kwargs):
    address = f"fact:{fact.company.slug}/{fact.metric.key}@{fact.public_id}"
    text = f"It grew. It has [75 million]({address}) payers, they say. Few leave.\n\n"
    return ArticleFactory(body=text + "More.\n\n" * 40, **kwargs)


def test_words_of_a_figure_open_its_card(live_server, page, fact):
    quote = fact.references.get().quote
    article = article_with(fact)
    link = f"[this figure]({live_server.url}{fact.get_absolute_url()})"
    CommentFactory(discussion__article=article, body=f"See {link} again.")
    page.goto(live_server.url + article.get_absolute_url())
    words = page.locator(".prose a.fact")
    card = page.get_by_role("dialog", name="Spotify, Paid subscribers: 75 million (March 2018)")
    words.hover()
    expect(card).to_be_hidden()
    height = page.locator(".prose").bounding_box()["height"]

    # With a pointer; what is asked about is the sentence, and not the number alone.
    words.click()
    card.get_by_text(quote).wait_for()
    assert page.locator(".prose").bounding_box()["height"] == height
    assert page.url.endswith(article.get_absolute_url())
    page.locator("h1").click()
    expect(card).to_be_hidden()

    # With the keyboard: reached in order, entered, left, and back where it was.
    words.focus()
    page.keyboard.press("Enter")
    card.wait_for()
    assert words.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.figure-card') !== null")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert words.evaluate("(link) => link === document.activeElement")
    assert words.get_attribute("aria-expanded") is None

    # In the margin, in the list of sources and in a comment: the same control.
    for place in (".margin a.fact", ".sources a.fact", ".comments article a[href*='/facts/']"):
        page.locator(place).first.click()
        card.wait_for()
        page.keyboard.press("Escape")
    words.click()
    card.get_by_role("link", name="Challenge this figure").click()
    expect(card).to_be_hidden()
    assert page.locator("[name=quote]").input_value() == "It has 75 million payers, they say."
    assert page.locator('[name=kind][value="correction"]').is_checked()


def test_card_that_cannot_be_fetched_leaves_the_figure_s_page(live_server, page, fact):
    article = article_with(fact)
    page.goto(live_server.url + article.get_absolute_url())
    page.route("**/card.json", lambda route: route.abort())
    page.locator(".prose a.fact").click()
    page.wait_for_url(f"**{fact.get_absolute_url()}")


def test_card_of_the_figure_that_was_pressed_last_is_shown(live_server, page, fact):
    other = FactFactory(company=fact.company, metric__key="staff", amount=5_000)
    body = "[75 million](fact:spotify/paid-subscribers) by [5,000](fact:spotify/staff)."
    page.goto(live_server.url + ArticleFactory(body=body).get_absolute_url())
    held = []
    page.route(f"**{fact.get_absolute_url()}card.json", lambda route: held.append(route))
    first, second = page.locator(".prose a.fact").all()
    first.click()
    second.click()
    card = page.locator(".figure-card:popover-open")
    card.get_by_text("5,000").wait_for()
    with page.expect_response(f"**{fact.get_absolute_url()}card.json"):
        held[0].continue_()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(card.locator(f"a[href='{other.get_absolute_url()}']")).to_be_visible()
    assert page.locator("[aria-expanded=true]").inner_text() == "5,000"


DATES = """() => {
    const dates = document.querySelectorAll(":is(.as-of, .asof):not(.figure-card *)");
    return [...dates].map((e) => {
        const { x, y } = e.getBoundingClientRect();
        return [x + scrollX, y + scrollY, getComputedStyle(e).color];
    });
}"""


def test_open_card_changes_nothing_beside_it(live_server, page, fact, admin_user):
    other = FactFactory(company=fact.company, metric__key="cities", amount=64)
    rival = FactFactory(metric=fact.metric, company__slug="deezer").company
    article = ArticleFactory(
        body="[75 million](fact:spotify/paid-subscribers) in [64](fact:spotify/cities) cities."
    )
    publishing.deprecate(other, reason="Misread.", by=admin_user)
    for address, control in (
        (article.get_absolute_url(), ".prose .fact.wrong"),
        (f"/companies/compare/?c=spotify&c={rival.slug}", "a.fact"),
    ):
        page.goto(live_server.url + address)
        before = page.evaluate(DATES)
        page.locator(control).first.click()
        page.locator(".figure-card:popover-open").wait_for()
        assert page.evaluate(DATES) == before, address
        page.keyboard.press("Escape")
        page.locator(".figure-card").wait_for(state="detached")


def test_links_within_a_card_and_other_links_of_comments_lead_on(live_server, page, fact):
    article = article_with(fact)
    told = f"[this figure]({live_server.url}{fact.get_absolute_url()})"
    profile = fact.company.get_absolute_url()
    words = f"See {told} and [all]({live_server.url}{profile})."
    CommentFactory(discussion__article=article, body=words)
    address = live_server.url + article.get_absolute_url()
    page.goto(address)
    page.locator(".comments").get_by_role("link", name="this figure").click()
    page.get_by_role("dialog").get_by_role("link", name="All about this figure").click()
    page.wait_for_url(f"**{fact.get_absolute_url()}")
    page.goto(address)
    page.locator(".comments").get_by_role("link", name="all", exact=True).click()
    page.wait_for_url(f"**{profile}")


def test_without_script_the_words_lead_to_the_figure_and_on_to_its_challenge(
    live_server, new_page, fact
):
    article = article_with(fact)
    reader = new_page(java_script_enabled=False)
    reader.goto(live_server.url + article.get_absolute_url())
    reader.locator(".prose a.fact").click()
    assert reader.url.endswith(fact.get_absolute_url())
    expect(reader.get_by_text(fact.references.get().quote)).to_be_visible()
    reader.get_by_role("link", name="Challenge it there").click()
    assert reader.locator("[name=quote]").input_value().startswith("It has 75 million")


@pytest.mark.parametrize("language", ["en-gb", "ar"])
def test_card_stays_in_view_on_a_phone(live_server, new_page, fact, language):
    page = new_page(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.goto(live_server.url + article_with(fact, language=language).get_absolute_url())
    page.locator(".prose a.fact").click()
    box = page.locator(".figure-card:popover-open").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert axe(page) == []
    page.goto(live_server.url + page.locator(".sources [rel=nofollow]").get_attribute("href"))
    expect(page.locator("[name=quote]")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(
    ("language", "spoken", "words"),
    [("de", "de", "Alles über diese Zahl"), ("ar", "en-gb", "All about this figure")],
)
def test_card_speaks_as_figures_do_in_the_text(live_server, page, fact, language, spoken, words):
    page.goto(live_server.url + article_with(fact, language=language).get_absolute_url())
    page.locator(".prose a.fact").click()
    card = page.locator(".figure-card:popover-open")
    expect(card.get_by_role("link", name=words)).to_be_visible()
    expect(card).to_have_attribute("lang", spoken)
    expect(card).to_have_attribute("dir", "ltr")


def test_reader_who_comes_back_is_told_of_figures_that_changed(live_server, page, fact, admin_user):
    live = FactFactory(company=fact.company, metric__key="staff", amount=5_000)
    wrong = FactFactory(company=fact.company, metric__key="cities", amount=64)
    pinned = f"fact:spotify/paid-subscribers@{fact.public_id}"
    body = (
        f"[75 million]({pinned}), [](fact:spotify/staff), [64 cities](fact:spotify/cities).\n\n"
        "Once more: [64](fact:spotify/cities), [](fact:spotify/staff)."
    )
    address = live_server.url + ArticleFactory(body=body).get_absolute_url()
    page.goto(address)
    line = page.locator("[data-read]")
    expect(line).to_be_hidden()
    later = {"as_of": datetime.date(2019, 6, 30), "as_of_precision": "month"}
    for old, amount in ((fact, 90_000_000), (live, 6_000)):
        source = SourceFactory()
        publishing.update(old, by=admin_user, source=source, amount=amount, **later)
    publishing.deprecate(wrong, reason="Misread.", by=admin_user)
    changed("site")
    page.goto(address)
    line.wait_for()
    told = line.inner_text()
    assert told.startswith("Changed since you last read it:")
    assert [told.count(words) for words in ("90 million", "6,000", "64 cities withdrawn")] == [
        1
    ] * 3
    # The first is the note of the live figure that was updated.
    assert told.count("; ") == 3
    line.get_by_role("link", name="64 cities withdrawn").click()
    expect(page.locator(".fact.wrong:target")).to_be_visible()
    page.goto(address)
    expect(line).to_be_hidden()

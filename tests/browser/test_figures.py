"""The whole way of a figure: quoted while writing, published, updated, asked about, refreshed."""

import datetime

import pytest

from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article
from desk.models import ReviewTask
from facts.factories import FactFactory, SourceFactory
from facts.models import Fact
from tests.browser.tools import choose

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
    desk.click("[name=_publish]")
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
    assert reader.locator("data", has_text="75 million").is_visible()
    assert reader.get_by_text("newer figure:").is_visible()

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
    assert reader.locator("data", has_text="90 million").is_visible()
    assert reader.get_by_text("newer figure:").count() == 0
    assert reader.get_by_role("link", name="December 2018, the source").is_visible()


def test_picker_goes_back_keeps_the_words_and_can_be_left(desk, live_server, fact):
    SectionFactory(name="Tech")
    desk.goto(f"{live_server.url}/admin/articles/article/add/")
    body = desk.locator("[name=body]")
    body.fill("More than a few pay.")
    body.evaluate("field => field.setSelectionRange(0, 15)")
    desk.get_by_role("button", name="Quote a figure [[").first.click()
    picker = desk.get_by_role("combobox", name="Quote a figure")
    picker.press_sequentially("spot")
    desk.get_by_role("option", name="Spotify").click()
    desk.get_by_role("option", name="Paid subscribers 75 million").wait_for()
    picker.press("Backspace")
    desk.get_by_role("option", name="Spotify", exact=True).wait_for()
    picker.press("Escape")
    assert body.input_value() == "More than a few pay."
    desk.get_by_role("button", name="Quote a figure [[").first.click()
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


@pytest.mark.parametrize("has_script", [True, False])
def test_source_of_a_figure_is_one_tap_away(live_server, new_page, fact, has_script):
    reference = fact.references.get()
    address = f"fact:spotify/paid-subscribers@{fact.public_id}"
    article = ArticleFactory(body=f"It has [75 million]({address}) payers.\n\n" + "More.\n\n" * 60)
    reader = new_page(java_script_enabled=has_script)
    reader.goto(live_server.url + article.get_absolute_url())
    date = reader.get_by_role("link", name="March 2018, the source")
    date.click()
    passage = reader.get_by_text(reference.quote).first
    if not has_script:
        assert reader.url.endswith("#source-1")
        assert passage.is_visible()
        return
    card = reader.locator(".source-card")
    assert card.get_by_text(reference.quote).is_visible()
    assert reader.url.endswith(article.get_absolute_url())
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.closest('.source-card') !== null")
    reader.keyboard.press("Escape")
    assert card.is_hidden()
    assert date.is_visible()

"""What is found in a text while it is typed, beside it: told, gone to, mended, let stand."""

import pytest
from playwright.sync_api import expect

from articles.factories import AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article
from facts.factories import FactFactory
from tests.browser.checks import axe
from tests.browser.tools import choose, press_in_publish

BODY = "It is whole.\n\nIt serves 644 cities.\n\n[More](/nowhere/), and it is TK."


@pytest.fixture
def page(new_page):
    return new_page(bypass_csp=True)


@pytest.fixture
def section():
    return SectionFactory(name="Strict", check_levels={"dead_link": "block", "topic": "warn"})


def test_text_is_checked_while_it_is_typed_gone_to_and_published_once_it_is_let_stand(
    desk, live_server, section
):
    TopicFactory(name="Whales")
    fact = FactFactory(company__name="Lyft", company__slug="lyft")
    AuthorFactory(name="Mara Lindqvist")
    desk.goto(f"{live_server.url}/admin/articles/article/add/")
    desk.fill("[name=title]", "What is looked at")
    desk.fill("[name=standfirst]", "In one sentence.")
    desk.get_by_role("tab", name="Story", exact=True).click()
    desk.select_option("[name=section]", label="Strict")
    choose(desk, "author", "Mara")
    desk.fill("[name=body]", BODY)
    desk.get_by_role("tab", name="Checks").click()
    panel = desk.locator("#room-checks")
    expect(panel).to_contain_text("Links to no page of this site keeps it back")
    expect(panel).to_contain_text("Something still to come (TK) asked about once")
    expect(panel.locator(".check-fine")).to_contain_text("Headings in order")
    expect(desk.get_by_role("tab", name="Checks 4")).to_be_visible()
    expect(desk.get_by_text("Things to look at before publishing: 4.")).to_be_attached()
    assert axe(desk) == []

    # As it will be found and shared.
    expect(panel.locator(".look-found")).to_contain_text("What is looked at")
    panel.get_by_text("Other words, another picture or address").click()
    desk.fill("[name=search_title]", "Words to be found by")
    expect(panel.locator(".look-found b")).to_have_text("Words to be found by")
    expect(panel.locator(".look-card b")).to_have_text("Words to be found by")

    # There, in the text and in the drawer.
    panel.get_by_role("button", name="TK", exact=True).click()
    assert selected(desk) == "TK"
    panel.locator("li[data-part=topics]").get_by_role("button", name="Go there").click()
    expect(desk.locator("#room-story")).to_be_visible()
    choose(desk, "topics", "Whales")
    desk.get_by_role("tab", name="Checks").click()
    expect(panel).not_to_contain_text("It stands under no topic")

    # What the section keeps back cannot be let stand; the rest is, once.
    panel.get_by_role("button", name="/nowhere/").click()
    desk.keyboard.type("/companies/lyft/")
    expect(panel).not_to_contain_text("keeps it back")
    panel.get_by_role("button", name="Find a figure").click()
    picker = desk.locator(".desk-picker")
    picker.locator("input").fill("Lyft")
    picker.get_by_role("option", name="Lyft").click()
    picker.get_by_role("option", name=fact.metric.label).click()
    picker.get_by_role("option").first.click()
    expect(panel.locator("li[data-figure]")).to_have_count(0)
    desk.locator("#desk-publish-open").click()
    desk.get_by_label("Publish all the same").check()
    desk.keyboard.press("Escape")
    press_in_publish(desk)
    desk.locator(".messagelist .success").wait_for()
    article = Article.objects.published().get()
    assert f"[644 cities](fact:lyft/{fact.metric.key}@{fact.public_id})" in article.body
    assert article.search_title == "Words to be found by"


def selected(page):
    return page.evaluate(
        "() => { const { writer } = document.querySelector('[name=body]');"
        " return writer.text().slice(...writer.selection()); }"
    )

"""The writing room: a story is written and published in it, by the keyboard alone as well."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article, Revision
from facts.factories import FactFactory
from tests.browser.checks import axe
from tests.browser.test_desk import refusals
from tests.browser.tools import SCHEMES, text_of

ADD = "/admin/articles/article/add/"
PROSE = "Nobody counted the offices before the second of them was open. " * 40
IN_THE_PAGE = "e => document.activeElement === e"


def other_hosts(page, site):
    found = []
    page.on("request", lambda request: found.append(request.url))
    return lambda: [url for url in found if urlsplit(url).netloc != urlsplit(site).netloc]


def quote_figure(page):
    page.keyboard.type("[[")
    picker = page.get_by_role("combobox", name="Quote a figure")
    picker.press_sequentially("Ub")
    page.get_by_role("option", name="Uber").wait_for()
    for option in (re.compile("Cities"), re.compile("2026|undated")):
        page.keyboard.press("Enter")
        page.get_by_role("option", name=option).first.wait_for()
    page.keyboard.press("Enter")
    expect(picker).to_be_hidden()


def insert(page, tool):
    page.keyboard.type(f"/{tool}")
    page.locator(".cm-tooltip-autocomplete [aria-selected=true]", has_text=tool).wait_for()
    page.keyboard.press("Enter")


def test_story_is_written_and_published_by_keyboard_alone(desk, live_server):
    SectionFactory(name="Tech")
    AuthorFactory(name="Edith", user=User.objects.get(username="edith"))
    FactFactory(company__slug="uber", company__name="Uber", metric__key="c", metric__label="Cities")
    broken, elsewhere = refusals(desk), other_hosts(desk, live_server.url)
    desk.goto(live_server.url + ADD)
    title, text = desk.locator("[name=title]"), text_of(desk)
    expect(title).to_be_focused()
    desk.keyboard.type("Counting offices")
    desk.keyboard.press("Enter")
    expect(text).to_be_focused()
    desk.keyboard.insert_text(PROSE)
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    insert(desk, "Heading")
    desk.keyboard.type("What was found\n\n- one\ntwo\n\n")
    insert(desk, "Code")
    desk.keyboard.type("print(1)")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("End")
    desk.keyboard.type("\n\n")
    insert(desk, "Table")
    desk.keyboard.type("City")
    desk.keyboard.press("Control+End")
    desk.keyboard.type("\n\n> Said so.\n\n")
    desk.keyboard.type("![An office](/media/office.jpg) ")
    desk.keyboard.type("here")
    for _letter in "here":
        desk.keyboard.press("Shift+ArrowLeft")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("/companies/uber/")
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" It has ")
    quote_figure(desk)
    desk.keyboard.type(", or ")
    quote_figure(desk)
    desk.keyboard.type(".")
    desk.keyboard.press("Control+b")
    desk.keyboard.type("Bold")
    body = desk.locator("[name=body]").input_value()
    desk.keyboard.press("Shift+Tab")
    expect(desk.locator("[name=standfirst]")).to_be_focused()
    desk.keyboard.type("In one sentence.")
    section = desk.locator("[name=section]")
    while not section.evaluate(IN_THE_PAGE):
        desk.keyboard.press("Tab")
    desk.keyboard.type("Tech")
    desk.keyboard.press("Control+Enter")
    dialog = desk.get_by_role("dialog", name="Publish")
    expect(dialog).to_contain_text("It goes out now, to every reader.")
    stand = dialog.get_by_label("Publish all the same")
    stand.wait_for()
    while not stand.evaluate(IN_THE_PAGE):
        desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    desk.locator(".messagelist .success").wait_for()
    article = Article.objects.published().get(title="Counting offices")
    assert article.body == body
    assert article.word_count > 400
    for part in (
        "## What was found\n\n- one\n- two\n\n",
        "```\nprint(1)\n```",
        "| City |  |  |\n| --- | --- | --- |",
        "\n\n> Said so.\n",
        "![An office](/media/office.jpg) [here](/companies/uber/)",
        "**Bold**",
    ):
        assert part in body
    assert body.count("](fact:uber/c@") == 2
    # The picture is in no library, which was let stand.
    assert [line for line in broken if "404" not in line[1]] == []
    assert elsewhere() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_room_is_accessible_and_the_text_is_near_on_a_phone(desk, live_server, new_page, scheme):
    fact = FactFactory(company__slug="uber", metric__key="c")
    link = f"[{fact.display_value}](fact:uber/c@{fact.public_id})"
    body = f"It has {link} and 75 million users.\n\n## More\n\n- [here](/about/)\n\n> `Said`\n"
    article = ArticleFactory(title="A story", draft=True, body=body)
    page = new_page(viewport={"width": 390, "height": 844}, bypass_csp=True, color_scheme=scheme)
    page.context.add_cookies(desk.context.cookies())
    page.goto(live_server.url + reverse("admin:articles_article_change", args=[article.pk]))
    expect(page.locator(".md-bare")).to_contain_text("75 million")
    expect(page.locator(".md-date")).to_have_text(fact.as_of_label)
    expect(page.locator(".cm-content")).not_to_contain_text("fact:uber")
    assert page.locator(".cm-line").first.bounding_box()["y"] < 200
    publish = page.get_by_role("button", name="Publish…").bounding_box()
    assert publish["y"] + publish["height"] < 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = axe(page)
    page.set_viewport_size({"width": 1360, "height": 900})
    found += axe(page)
    text_of(page).press("Control+f")
    page.locator(".cm-search").wait_for()
    assert found + axe(page) == []


def test_text_of_field_and_editor_are_one(desk, live_server):
    article = ArticleFactory(draft=True, body="One.\n\n- two")
    desk.goto(live_server.url + reverse("admin:articles_article_change", args=[article.pk]))
    body, text = desk.locator("[name=body]"), text_of(desk)
    body.fill("One, from elsewhere.\n\n- two")
    expect(text).to_contain_text("from elsewhere")
    text.press("Control+End")
    desk.keyboard.press("Tab")
    expect(body).to_have_value(re.compile(r"\n +- two$"))
    desk.keyboard.press("Escape")
    desk.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    text.press("Control+z")
    expect(body).to_have_value("One, from elsewhere.\n\n- two")
    desk.keyboard.press("Control+s")
    desk.locator(".messagelist .success").wait_for()
    assert Revision.objects.latest("pk").content["body"] == "One, from elsewhere.\n\n- two"


def test_room_without_scripts_is_a_form(desk, live_server, new_page):
    section = SectionFactory(name="Tech")
    page = new_page(java_script_enabled=False)
    page.context.add_cookies(desk.context.cookies())
    page.goto(live_server.url + ADD)
    page.fill("[name=title]", "Plain")
    page.fill("[name=body]", "As it was typed.")
    page.select_option("[name=section]", label=section.name)
    for name in ("_submit", "_publish", "published_at_0", "note", "language"):
        expect(page.locator(f"[name={name}]")).to_be_visible()
    page.click("[name=_save]")
    page.locator(".messagelist .success").wait_for()
    assert Article.objects.get(title="Plain").section == section

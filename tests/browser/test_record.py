"""What was wrong, from the editor's page to every place where a reader meets it."""

import pytest

from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from facts.factories import FactFactory
from tests.browser.tools import press_in_publish

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "It counted guests as well."


@pytest.fixture
def fact():
    return FactFactory(
        amount=75_000_000, company__name="Faktum", company__slug="faktum", metric__key="members"
    )


@pytest.fixture
def article(fact):
    return ArticleFactory(
        title="How many there are",
        standfirst="It is big.",
        body="It has [](fact:faktum/members) today. It grows.",
        companies=[fact.company],
        authors=[AuthorFactory()],
    )


@pytest.fixture
def read(live_server, new_page):
    """Gives the page at an address as a reader without scripts has it."""
    page = new_page(java_script_enabled=False)

    def reading(address):
        page.goto(live_server.url + address)
        return page

    return reading


def test_wrong_live_figure_is_a_correction_wherever_readers_met_it(
    desk, live_server, read, fact, article
):
    assert "75 million" in read(article.get_absolute_url()).locator(".prose").inner_text()
    desk.goto(f"{live_server.url}/admin/facts/fact/{fact.pk}/change/")
    desk.get_by_role("link", name="This was wrong").click()
    assert "quoted in 1 live article" in desk.locator("#content").inner_text()
    desk.fill("[name=reason]", REASON)
    desk.get_by_role("button", name="Withdraw").click()
    desk.locator(".messagelist").wait_for()

    page = read(article.get_absolute_url())
    assert REASON in page.locator("#corrections").inner_text()
    assert "75 million" not in page.locator(".prose").inner_text()
    page.get_by_role("link", name="What was changed, sentence by sentence").click()
    logged = page.locator(".logged").inner_text()
    assert "Correction" in logged
    assert "It has 75 million (undated) today." in logged
    assert (
        "It has 75 million (undated) today." in read("/corrections/").locator("main").inner_text()
    )
    assert REASON in page.request.get(f"{live_server.url}/feeds/corrections.atom").text()
    for address in (fact.company.get_absolute_url(), fact.get_absolute_url()):
        assert REASON in read(address).locator("main").inner_text()


def test_declined_proposal_on_a_standfirst_is_shown_with_its_reason(
    desk, live_server, read, article
):
    comment = CommentFactory(
        discussion=DiscussionFactory(article=article),
        kind=Comment.Kind.CORRECTION,
        quote="It is big.",
        body="It is small.",
    )
    desk.goto(f"{live_server.url}/admin/corrections/correction/inbox/")
    assert desk.locator("blockquote b").inner_text() == "It is big"
    desk.fill("[name=reason]", "It is the largest of them.")
    desk.get_by_role("button", name="Not changed").click()
    desk.get_by_text("No proposed correction waits for an answer.").wait_for()
    said = read(article.get_absolute_url()).locator(f"#c-{comment.public_id}").inner_text()
    assert "It is the largest of them." in said


def test_retraction_stands_before_the_title_on_every_list(desk, live_server, read, article):
    desk.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    press_in_publish(desk, "_correct")
    desk.select_option("[name=kind]", "retraction")
    desk.fill("#id_note", "We made it up.")
    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.get_by_text("Published with its note.").wait_for()
    lists = ["/", "/articles/", article.section.get_absolute_url(), "/companies/faktum/"]
    for address in (*lists, "/corrections/", article.get_absolute_url()):
        shown = read(address).locator("main").inner_text()
        assert "RETRACTED" in shown.upper().split(article.title.upper())[0], address
    assert "We made it up." in shown

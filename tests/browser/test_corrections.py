"""A correction from the reader's word to the log, as the desk and the reader go through it."""

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from core.pagestore import changed
from corrections.factories import CorrectionFactory
from corrections.publishing import publish_correction, withdraw
from corrections.reading.history import history_url
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory
from tests.browser.checks import axe
from tests.browser.tools import SCHEMES, press_in_publish

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "It has 75 offices."


@pytest.fixture
def article():
    return ArticleFactory(
        title="How many offices", body=f"It is big. {WORDS}", authors=[AuthorFactory()]
    )


def proposed(article):
    return CommentFactory(
        discussion=DiscussionFactory(article=article),
        kind=Comment.Kind.CORRECTION,
        name="Ada",
        quote=WORDS,
        body="There are 57.",
    )


def test_proposed_correction_is_accepted_published_and_logged(desk, live_server, article, new_page):
    comment = proposed(article)
    desk.goto(f"{live_server.url}/admin/")
    desk.locator(".today-needs a", has_text="A reader says something is wrong").click()
    assert desk.locator("blockquote b").inner_text() == "It has 75 offices"
    desk.get_by_role("button", name="Checking").click()
    desk.get_by_text("being checked").first.wait_for()
    desk.get_by_role("link", name="Accept: open the article").click()
    body = desk.locator("#id_body")
    body.fill(body.input_value().replace("75", "57"))
    press_in_publish(desk, "_correct")
    assert desk.locator("td del").inner_text() == "75"
    assert desk.locator("#id_credit").input_value() == "Ada"
    desk.fill("#id_note", "There are 57 offices; we said 75.")
    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.get_by_text("Published with its note.").wait_for()
    comment.refresh_from_db()
    assert comment.course == Comment.Course.ACCEPTED

    reader = new_page(java_script_enabled=False)
    reader.goto(live_server.url + article.get_absolute_url())
    assert "There are 57 offices; we said 75." in reader.locator("#corrections").inner_text()
    reader.get_by_role("link", name="What was changed, sentence by sentence").click()
    logged = reader.locator(".logged").inner_text()
    assert "It has 75 offices." in logged
    assert "Thanks to Ada." in logged
    reader.select_option("#id_kind", "update")
    reader.get_by_role("button", name="Show").click()
    expect(reader.locator(".logged")).to_have_count(0)


SELECT = """(selector) => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(selector));
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


def quote_of(page, selector):
    page.evaluate(SELECT, selector)
    page.get_by_role("button", name="Propose a correction").click()
    return page.locator("[name=quote]").input_value()


def test_selected_passage_is_what_the_text_says_and_no_mark(page, live_server, desk, admin_user):
    old = FactFactory(amount=1_200_000)
    told = f"fact:{old.company.slug}/{old.metric.key}@{old.public_id}"
    article = ArticleFactory(
        title="How many",
        standfirst="In short.",
        body=f"It had [1.2 million]({told}) once.[^1]\n\n[^1]: So.",
    )
    facts.update(old, by=admin_user, source=SourceFactory(), amount=1_400_000)
    page.goto(live_server.url + article.get_absolute_url())
    assert "1.4 million" in page.locator(".prose p").first.inner_text()
    assert quote_of(page, ".prose p") == "It had 1.2 million once."
    for selector, words in ((".article h1", "How many"), (".article .standfirst", "In short.")):
        assert quote_of(page, selector) == words
    page.fill("[name=name]", "Ada")
    page.fill("[name=text]", "It was longer.")
    page.get_by_role("button", name="Post").click()
    page.locator(".comments .held").wait_for()
    desk.goto(f"{live_server.url}/admin/corrections/correction/inbox/")
    assert desk.locator("blockquote b").inner_text() == "In short"
    expect(desk.get_by_text("does not say this")).to_have_count(0)


def test_figure_of_a_profile_is_proposed_on_where_it_stands(page, live_server):
    fact = FactFactory(amount=75_000_000, metric__label="Members")
    page.goto(live_server.url + fact.company.get_absolute_url())
    assert quote_of(page, ".figure-table .num") == "75 million"
    quote = quote_of(page, ".figure-table tbody tr")
    assert quote.startswith("75 million Members")
    assert "Challenge" not in quote


@pytest.mark.parametrize("scheme", SCHEMES)
def test_reader_is_told_of_others_beside_the_quotation_and_after_it_was_sent(
    new_page, live_server, article, scheme
):
    other = proposed(article)
    Comment.objects.update(quote=article.title)
    page = new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 800})
    page.goto(live_server.url + article.get_absolute_url())
    told = page.locator(".comment-form .matter")
    quote_of(page, ".article h1")
    told.get_by_role("link", name=other.name).wait_for()
    assert axe(page, ".comment-form") == []
    # It is about a correction, and goes with it.
    page.locator('.comment-form [value="question"]').check()
    expect(told).to_be_hidden()
    page.locator('.comment-form [value="correction"]').check()
    page.fill("[name=quote]", WORDS)
    page.keyboard.press("Tab")
    expect(told).to_have_count(0)
    page.fill("[name=quote]", article.title)
    page.fill("[name=name]", "Ben")
    page.fill("[name=text]", "I counted 57 as well.")
    page.get_by_role("button", name="Post").click()
    after = page.locator(".comments .held .matter")
    after.get_by_role("link", name=other.name).wait_for()
    expect(told).to_have_count(0)
    assert axe(page, ".comments") == []
    assert Comment.objects.get(name="Ben").quote == article.title


def test_refusal_needs_a_reason(desk, live_server, article):
    comment = proposed(article)
    desk.goto(f"{live_server.url}/admin/corrections/correction/inbox/")
    desk.get_by_role("button", name="Not changed").click()
    desk.get_by_text("Say to everyone what came of it, and why.").wait_for()
    desk.fill("[name=reason]", "We counted them.")
    desk.get_by_role("button", name="Not changed").click()
    desk.get_by_text("No proposed correction waits for an answer.").wait_for()
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == (Comment.Course.UNCHANGED, "We counted them.")


def test_reader_who_comes_back_is_told_what_changed_once(page, live_server, article):
    address = live_server.url + article.get_absolute_url()
    sent = []
    page.goto(address)
    expect(page.locator("[data-read]")).to_be_hidden()
    CorrectionFactory(article=article, kind="update")
    CorrectionFactory(article=article, kind="correction")
    changed("site")
    page.on("request", lambda request: sent.append(request.url))
    page.goto(address)
    line = page.locator("[data-read]")
    line.wait_for()
    # The newest stands above it in full: it is marked there, and not told once more.
    expect(page.get_by_text("New since you last read this:")).to_be_visible()
    assert line.inner_text().startswith("Changed since you last read it: Update, ")
    assert "Correction" not in line.inner_text()
    assert [url for url in sent if "corrections" in url] == []
    page.goto(address)
    expect(page.locator("[data-read]")).to_be_hidden()
    expect(page.get_by_text("New since you last read this:")).to_be_hidden()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_corrected_article_and_its_log_are_accessible(new_page, live_server, article, scheme):
    CorrectionFactory(
        article=article,
        credit="Ada",
        changes=[{"before": WORDS, "after": "Fewer."}, {"before": "Secret.", "after": ""}],
        redactions=[{"index": 1, "reason": "A private matter"}],
    )
    retracted, gone = (ArticleFactory(authors=[AuthorFactory()]) for _n in range(2))
    publish_correction(retracted, kind="retraction", note="None of it.", by=None)
    withdraw(gone, note="It was made up.", by=None)
    page = new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 800})
    pages = [one.get_absolute_url() for one in (article, retracted, gone)]
    for path in (*pages, history_url(retracted), "/corrections/", "/articles/"):
        page.goto(live_server.url + path)
        assert axe(page) == [], path

"""A correction from the reader's word to the log, as the desk and the reader go through it."""

import pytest

from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from core.pagestore import changed
from corrections.factories import CorrectionFactory
from tests.browser.checks import axe
from tests.browser.tools import SCHEMES

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
    desk.get_by_text("correction waits for an answer").click()
    assert desk.locator("blockquote b").inner_text() == "It has 75 offices"
    desk.get_by_role("button", name="Checking").click()
    desk.get_by_text("being checked").first.wait_for()
    desk.get_by_role("link", name="Accept: open the article").click()
    body = desk.locator("#id_body")
    body.fill(body.input_value().replace("75", "57"))
    desk.get_by_role("button", name="Publish with a note …").click()
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
    assert reader.locator(".logged").count() == 0


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
    assert page.locator("[data-read]").is_hidden()
    CorrectionFactory(article=article, kind="update")
    CorrectionFactory(article=article, kind="correction")
    changed("site")
    page.on("request", lambda request: sent.append(request.url))
    page.goto(address)
    line = page.locator("[data-read]")
    line.wait_for()
    # The newest stands above it in full: it is marked there, and not told once more.
    assert page.get_by_text("New since you last read this:").is_visible()
    assert line.inner_text().startswith("Changed since you last read it: Update, ")
    assert "Correction" not in line.inner_text()
    assert [url for url in sent if "corrections" in url] == []
    page.goto(address)
    assert page.locator("[data-read]").is_hidden()
    assert page.get_by_text("New since you last read this:").is_hidden()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_corrected_article_and_its_log_are_accessible(new_page, live_server, article, scheme):
    CorrectionFactory(
        article=article,
        credit="Ada",
        changes=[{"before": WORDS, "after": "Fewer."}, {"before": "Secret.", "after": ""}],
        redactions=[{"index": 1, "reason": "A private matter"}],
    )
    page = new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 800})
    for path in (article.get_absolute_url(), "/corrections/"):
        page.goto(live_server.url + path)
        assert axe(page) == []

"""A comment's whole life, with and without JavaScript: posted, held, confirmed, approved, answered,
changed, reported, taken back; and the desk's queue by keyboard."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.mail.letters import link, own_link, person_link
from comments.models import Comment, Commenter, Report
from comments.writing import moderation
from tests.browser.checks import axe, nu_check
from tests.browser.tools import SCHEMES

WORDS = "Where does this figure come from?"


@pytest.fixture(autouse=True)
def _limits(settings, live_server, monkeypatch):
    settings.COMMENTS_MODE = "trust"
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = settings.COMMENTS_PER_THREAD_PER_HOUR = 0
    settings.SITE_URL = live_server.url
    monkeypatch.setattr("comments.screening.phases.MIN_SECONDS", 0)


@pytest.fixture
def article():
    return ArticleFactory(body="It has 75 million paying users, more than any other.")


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def reader(request, new_page):
    return new_page(java_script_enabled=request.param)


def post(page, has_script, **fields):
    page.locator(".comment-form [name=name]").focus()
    if has_script:
        page.locator(".comment-form [name=stamp]").wait_for(state="attached")
    for name, value in {"name": "Priya", "text": WORDS, **fields}.items():
        page.locator(f".comment-form [name={name}]").fill(value)
    # Without a script a stored page's form, which holds no token, is shown once more.
    asks_again = not has_script and page.locator(".comment-form [name=stamp]").count() == 0
    page.locator(".comment-form .primary").click()
    if asks_again:
        page.get_by_role("button", name="Post it").click()


def link_in(message, name):
    return re.search(rf"https?://\S+/{name}/\S+", message.body)[0]


def test_comment_lives_from_its_first_word_to_its_withdrawal(
    reader, live_server, article, request, admin_user
):
    has_script = "no-script" not in request.node.name
    address = live_server.url + article.get_absolute_url()
    reader.goto(address)
    post(reader, has_script, email="priya@example.org")
    reader.get_by_text("First comments are read by an editor").first.wait_for()
    comment = Comment.objects.get()
    assert comment.state == "pending"

    reader.goto(link_in(mail.outbox[0], "confirm"))
    reader.get_by_role("button", name="Yes, it is mine").click()
    reader.get_by_role("heading", name="Your comments and your data").wait_for()
    moderation.approve(comment, by=admin_user)

    reader.goto(address)
    reader.get_by_text(WORDS).wait_for()
    reader.get_by_role("button", name="Reply to Priya").click()
    post(reader, has_script, text="I found it myself.", name="Priya", email="priya@example.org")
    reader.locator(".comments article article", has_text="I found it myself.").wait_for()
    answer = Comment.objects.latest("pk")
    assert (answer.state, answer.thread) == ("published", comment), "trusted after one approval"

    reader.goto(f"{live_server.url}/discussions/mine/{answer.public_id}/")
    reader.locator("[name=text]").fill("I found it in the letter.")
    reader.get_by_role("button", name="Save the change").click()
    reader.get_by_text("I found it in the letter.").first.wait_for()
    reader.get_by_role("button", name="Take it back").click()
    reader.get_by_text("You have taken this comment back.").wait_for()
    reader.goto(address)
    reader.get_by_text(WORDS).wait_for()
    expect(reader.get_by_text("I found it in the letter.")).to_have_count(0)


def test_comment_is_hearted_and_reported(reader, live_server, article, request):
    comment = CommentFactory(discussion__article=article, name="Ben")
    reader.goto(live_server.url + article.get_absolute_url())
    reader.get_by_role("button", name="Heart", exact=True).last.click()
    reader.get_by_role("button", name="Heart 1", exact=True).wait_for()
    comment.refresh_from_db()
    assert comment.heart_count == 1
    reader.get_by_role("button", name="Report").click()
    reader.get_by_label("an attack on somebody").check()
    reader.get_by_role("button", name="Report it").click()
    reader.get_by_text("Thank you. An editor looks at it.").wait_for()
    assert Report.objects.get().reason == "abuse"


def test_correction_is_proposed_and_followed_to_its_answer(
    reader, live_server, article, request, admin_user
):
    reader.goto(live_server.url + article.get_absolute_url())
    reader.locator('.comment-form [value="correction"]').check()
    words = {"quote": "75 million paying users", "text": "It was 71 million, see the letter."}
    post(reader, "no-script" not in request.node.name, **words)
    reader.locator(".held-reason").first.wait_for()
    comment = Comment.objects.get()
    assert comment.quote == words["quote"]
    own = f"{live_server.url}/discussions/mine/{comment.public_id}/"
    reader.goto(own)
    assert reader.locator('[aria-current="step"]').inner_text().startswith("open")
    moderation.set_course(comment, "accepted", outcome="You are right.", by=admin_user)
    reader.get_by_role("link", name="The private address of this comment").click()
    assert reader.locator('[aria-current="step"]').inner_text().startswith("accepted")
    reader.get_by_text("You are right.").wait_for()


def test_selected_words_become_the_passage_of_a_correction(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    page.evaluate(
        """() => {
          const text = document.querySelector(".prose p").firstChild;
          const range = document.createRange();
          range.setStart(text, 7); range.setEnd(text, 17);
          getSelection().removeAllRanges(); getSelection().addRange(range);
        }"""
    )
    page.get_by_role("button", name="Propose a correction").click()
    assert page.locator("[name=quote]").input_value() == "75 million"
    assert page.locator('[name=kind][value="correction"]').is_checked()
    post(page, True, text="It was 71 million then: https://example.org/letter")
    page.locator(".comments .held").wait_for()
    assert Comment.objects.get().quote == "75 million"


def test_queue_is_worked_by_keyboard(desk, live_server, article):
    discussion = DiscussionFactory(article=article)
    for name in ("First", "Second", "Third"):
        CommentFactory(discussion=discussion, state="pending", name=name)
    queue = f"{live_server.url}/admin/comments/comment/"
    desk.goto(queue)
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    desk.get_by_text("Your latest decision:").wait_for()
    assert Comment.objects.get(state="published").name == "Third"
    desk.keyboard.press("u")
    desk.get_by_text("Undone.").wait_for()
    assert not Comment.objects.filter(state="published").exists()
    # The one that came back is the chosen one.
    desk.keyboard.press("j")
    desk.keyboard.press("s")
    desk.get_by_text("Your latest decision:").wait_for()
    assert Comment.objects.get(state="spam").name == "Second"


@pytest.fixture
def pages(article, admin_user):
    """A discussion with everything that can be seen in one."""
    question = CommentFactory(
        discussion__article=article, kind="question", email="a@example.org", heart_count=2
    )
    moderation.set_pinned(question, True, by=admin_user)
    moderation.reply(question, "From the letter of June.", by=admin_user)
    CommentFactory(discussion=question.discussion, kind="tip", link_count=1)
    waiting = CommentFactory(
        discussion=question.discussion, state="pending", reason="links", email="b@example.org"
    )
    return question, waiting


def test_pages_of_a_discussion_are_valid_and_accessible(
    live_server, new_page, pages, tmp_path, settings
):
    question, waiting = pages
    commenter = Commenter.objects.create(email="a@example.org")
    Comment.objects.update(commenter=commenter)
    discussion = live_server.url + question.discussion.get_page_url()
    addresses = [
        live_server.url + question.discussion.article.get_absolute_url(),
        f"{discussion}?sort=best",
        f"{discussion}?kind=question",
        f"{live_server.url}/discussions/report/{question.public_id}/",
        own_link(question),
        own_link(waiting),
        person_link(commenter),
        link("confirm", "confirm", commenter.pk, question.public_id),
        link("unsubscribe", "replies", commenter.pk),
    ]
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    found = {}
    for number, address in enumerate(addresses):
        (tmp_path / f"{number}.html").write_text(page.request.get(address).text())
        page.goto(address)
        found[address] = axe(page)
        page.emulate_media(color_scheme="dark")
        found[address] += axe(page)
        page.emulate_media(color_scheme="light")
    assert {address: faults for address, faults in found.items() if faults} == {}
    assert nu_check(tmp_path) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_desk_of_comments_is_valid_and_accessible(
    desk, new_page, live_server, pages, tmp_path, scheme
):
    _question, waiting = pages
    page = new_page(bypass_csp=True, color_scheme=scheme)
    page.context.add_cookies(desk.context.cookies())
    parts = {
        "/admin/comments/comment/?state=all": "#result_list tbody, .queue-keys",
        f"/admin/comments/comment/{waiting.pk}/change/": ".queue-context, .queue-verbs",
    }
    found = {}
    for address, part in parts.items():
        page.goto(live_server.url + address)
        found[address] = axe(page, part)
    assert {address: faults for address, faults in found.items() if faults} == {}

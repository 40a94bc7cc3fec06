"""Posting a comment in place: what a keyboard and a screen reader get to know of it."""

import pytest
from playwright.sync_api import expect

from articles.factories import ArticleFactory
from comments.factories import CommentFactory
from comments.models import Comment
from tests.browser.checks import axe, nu_check
from tests.browser.tools import LOOKED_AT_ONCE, SCHEMES

WORDS = "It went the other way."


@pytest.fixture
def discussed(live_server, settings, monkeypatch):
    """The address of a page with one comment under it, where the door is open."""
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 100
    settings.COMMENTS_PER_THREAD_PER_HOUR = 0
    monkeypatch.setattr("comments.screening.phases.MIN_SECONDS", 0)
    comment = CommentFactory(discussion__article=ArticleFactory(), name="Priya")
    return f"{live_server.url}{comment.discussion.subject.get_absolute_url()}"


def write(page, **fields):
    """Fill in the form and send it, once its stamp has come."""
    page.locator(".comment-form [name=name]").focus()
    page.locator(".comment-form [name=stamp]").wait_for(state="attached")
    for name, value in {"name": "Wei", "text": WORDS, **fields}.items():
        page.locator(f".comment-form [name={name}]").fill(value)
    page.locator(".comment-form .primary").click()


def test_comment_posted_in_place_takes_the_focus_and_is_announced(page, discussed):
    page.goto(discussed)
    write(page)
    page.get_by_text(WORDS).wait_for()
    comment = Comment.objects.get(name="Wei")
    assert page.url == discussed
    assert page.evaluate("document.activeElement.id") == f"c-{comment.public_id}"
    page.locator(".comment-status", has_text="Your comment is posted.").wait_for(state="attached")
    assert page.locator(".comment-status").get_attribute("role") == "status"


def test_held_comment_is_shown_to_its_author_with_the_reason_and_again_later(
    page, new_page, discussed, settings
):
    settings.COMMENTS_MODE = "trust"
    page.goto(discussed)
    write(page)
    held = page.locator(".comments .held", has_text="First comments are read by an editor")
    held.wait_for()
    page.reload()
    held.wait_for()
    stranger = new_page()
    stranger.goto(discussed)
    stranger.wait_for_load_state("networkidle")
    expect(stranger.get_by_text(WORDS)).to_have_count(0)


def test_reply_opens_the_form_under_the_comment_and_goes_into_its_thread(page, discussed):
    page.goto(discussed)
    page.get_by_role("button", name="Reply to Priya").click()
    assert page.evaluate("document.activeElement.name") == "name"
    write(page)
    page.locator(".comments article article", has_text=WORDS).wait_for()
    assert Comment.objects.get(name="Wei").thread.name == "Priya"


def test_reply_given_up_keeps_the_words_and_gives_the_focus_back(page, discussed):
    page.goto(discussed)
    reply = page.get_by_role("button", name="Reply to Priya")
    reply.click()
    page.locator(".comment-form [name=text]").fill(WORDS)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".comments .comment-form")).to_have_count(0)
    assert page.locator(".comment-form [name=text]").input_value() == WORDS
    assert page.evaluate("document.activeElement.name === 'reply'")


def test_error_is_shown_in_place_with_the_focus_and_the_words(new_page, discussed):
    page = new_page(bypass_csp=True)
    page.goto(discussed)
    write(page, email="a@b")
    page.locator(".comment-form [role=alert]").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator(".comment-form [name=text]").input_value() == WORDS
    assert page.locator("[name=email]").get_attribute("aria-invalid") == "true"
    assert axe(page) == []
    page.locator("[name=email]").fill("")
    page.locator(".comment-form .primary").click()
    page.locator(".comments article", has_text=WORDS).wait_for()
    form = page.locator(".comment-form")
    expect(form.locator(".notice, .errorlist, [aria-invalid], [name=stamp]")).to_have_count(0)
    assert form.locator(".primary").inner_text() == "Post comment"
    assert form.locator("[name=name]").input_value() == "Wei"
    assert form.locator("[name=text]").input_value() == ""
    write(page, text="And one more.")
    page.locator(".comments article", has_text="And one more.").wait_for()


def test_comment_is_posted_without_javascript_by_way_of_the_check_page(new_page, discussed):
    page = new_page(java_script_enabled=False)
    page.goto(discussed)
    page.locator("[name=name]").fill("Wei")
    page.locator("[name=text]").fill(WORDS)
    page.locator(".comment-form .primary").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your comment"
    page.get_by_role("button", name="Post it").click()
    assert page.url.startswith(f"{discussed}#c-")
    expect(page.locator(".comments article", has_text=WORDS)).to_have_count(1)


def test_hostile_comment_runs_nothing(page, discussed):
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(discussed)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3))"
    write(page, name="<svg onload=alert(4)>", text=hostile)
    page.get_by_text("<svg onload=alert(4)>", exact=True).wait_for()
    page.reload()
    expect(page.get_by_text("<svg onload=alert(4)>", exact=True)).to_have_count(1)
    expect(page.locator(".discussion a[href^='javascript:']")).to_have_count(0)


@LOOKED_AT_ONCE
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_of_the_discussion_is_valid_and_accessible(
    new_page, discussed, settings, scheme, tmp_path
):
    settings.COMMENTS_MODE = "trust"
    page = new_page(bypass_csp=True, color_scheme=scheme, viewport={"width": 360, "height": 800})
    comment = Comment.objects.get()
    CommentFactory(discussion=comment.discussion, thread=comment, state="removed")
    own_page = discussed.replace(
        comment.discussion.subject.get_absolute_url(), comment.discussion.get_page_url()
    )

    def check(name, response):
        (tmp_path / f"{name}.html").write_text(response.text())
        assert axe(page) == [], name

    # A form without a stamp, as it is sent where scripts are off, leads to the check page.
    page.route("**/form/", lambda route: route.fulfill(status=500))
    check("discussion", page.goto(own_page))
    check("reply", page.goto(f"{own_page}?reply={comment.public_id}"))
    for name, email in (("errors", "a@b"), ("check", "")):
        page.goto(discussed)
        page.locator("[name=name]").fill("Wei")
        page.locator("[name=email]").fill(email)
        page.locator("[name=text]").fill(WORDS)
        with page.expect_navigation() as answered:
            page.evaluate("document.querySelector('.comment-form').submit()")
        check(name, answered.value)
    with page.expect_navigation() as answered:
        page.get_by_role("button", name="Post it").click()
    check("held", answered.value)
    assert nu_check(tmp_path) == []

"""What is being written outlives the tab and the line, until it is posted."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from comments.factories import CommentFactory
from comments.models import Comment

WORDS = "Half of what I mean"


@pytest.fixture(autouse=True)
def _limits(settings, monkeypatch):
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 100
    monkeypatch.setattr("comments.screening.phases.MIN_SECONDS", 0)


def test_words_outlive_the_tab_and_the_line_and_are_gone_once_posted(new_page, live_server):
    comment = CommentFactory(discussion__article=ArticleFactory(), name="Ben")
    other = ArticleFactory()
    address = live_server.url + comment.discussion.article.get_absolute_url()
    page = new_page()
    page.goto(address)
    page.get_by_role("button", name="Reply to Ben").click()
    page.locator("[name=text]").fill(WORDS)
    page.goto(live_server.url + other.get_absolute_url())
    assert page.locator("[name=text]").input_value() == "", "a draft is of its page"

    context = page.context
    page.close()
    page = context.new_page()
    about = "article", comment.discussion.article.pk
    page.goto(f"{live_server.url}{reverse('comments:discussion', args=about)}?kind=tip")
    expect(page.get_by_role("button", name="Reply to Ben")).to_have_count(0)
    assert page.locator("[name=text]").input_value() == "", "its comment is not on this page"
    page.goto(address)
    page.get_by_text("Not posted yet").wait_for()
    assert page.locator("[name=text]").input_value() == WORDS
    form = page.locator(f"#c-{comment.public_id} .comment-form")
    assert form.locator("[name=parent]").input_value() == comment.public_id

    form.locator("[name=name]").fill("Ada")
    form.get_by_label("Keep my name and address in this browser").check()
    context.set_offline(True)
    form.locator(".primary").click()
    page.get_by_text("There is no connection.").wait_for()
    assert page.locator("[name=text]").input_value() == WORDS
    context.set_offline(False)
    form.locator(".primary").click()
    page.locator(".comments article article", has_text=WORDS).wait_for()
    assert Comment.objects.latest("pk").thread == comment

    page.goto(address)
    assert page.locator("[name=text]").input_value() == ""
    expect(page.locator(".told")).to_have_count(0)
    page.locator("[name=text]").focus()
    expect(page.locator("[name=name]")).to_have_value("Ada")
    assert page.locator("[name=remember]").is_checked()


def test_moderator_s_reply_outlives_a_login_that_ran_out(new_page, live_server):
    editor = UserFactory(groups=["Moderator"])
    editor.set_password("a long secret")
    editor.save()
    comment = CommentFactory(discussion__article=ArticleFactory())
    page = new_page()
    address = live_server.url + reverse("admin:comments_comment_reply", args=[comment.pk])

    def sign_in():
        page.locator("[name=username]").fill(editor.username)
        page.locator("[name=password]").fill("a long secret")
        page.locator("[type=submit]").click()
        page.get_by_role("button", name="Publish the reply").wait_for()

    page.goto(address)
    sign_in()
    page.locator("[name=text]").fill(WORDS)
    page.context.clear_cookies()
    page.get_by_role("button", name="Publish the reply").click()
    if page.locator("[name=username]").count() == 0:
        page.goto(address)
    sign_in()
    page.goto(address)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    page.get_by_role("button", name="Publish the reply").click()
    page.get_by_text("The reply is on the page.").wait_for()
    assert Comment.objects.latest("pk").body == WORDS
    page.goto(address)
    assert page.locator("[name=text]").input_value() == ""
    page.reload()
    kept = page.evaluate("Object.keys(localStorage)")
    assert [key for key in kept if key.startswith("desk-form")] == []

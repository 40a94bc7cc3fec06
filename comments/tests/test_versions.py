"""Moderators decide on what they read: what was changed meanwhile is shown once more."""

import re

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from comments.admin.comments import CommentAdmin
from comments.factories import CommentFactory
from comments.people.tokens import make_token
from comments.writing import moderation, posting

pytestmark = pytest.mark.django_db
READ, UNREAD = "Quite harmless.", "Buy pelicans."
LIST = reverse("admin:comments_comment_changelist")


def of_row(comment, moderator):
    return LIST, reverse("admin:comments_comment_decide"), {"_approve": comment.pk}


def of_action(comment, moderator):
    return LIST, LIST, {"action": "approve_all", "_selected_action": [comment.pk]}


def of_page(comment, moderator):
    page = reverse("admin:comments_comment_change", args=[comment.pk])
    return page, page, {"_approve": "1", "course": "open", "outcome": ""}


def of_course(comment, moderator):
    page = reverse("admin:comments_comment_change", args=[comment.pk])
    return page, page, {"course": "unchanged", "outcome": "It is right."}


def of_reply(comment, moderator):
    page = reverse("admin:comments_comment_reply", args=[comment.pk])
    return page, page, {"text": "There you are."}


def of_mail(comment, moderator):
    token = make_token("moderate", comment.pk, moderator.pk, "approve")
    page = reverse("comments:moderate", args=[token])
    return page, page, {}


def version_in(html, comment) -> dict:
    [value] = set(re.findall(rf'name="version-{comment.pk}" value="(\w+)"', html))
    return {f"version-{comment.pk}": value}


@pytest.mark.parametrize("door", [of_row, of_action, of_page, of_course, of_reply, of_mail])
def test_text_that_was_changed_after_it_was_read_is_not_published(client, moderator, door):
    comment = CommentFactory(state="pending", kind="correction", body=READ)
    shown_at, sent_to, data = door(comment, moderator)
    read = version_in(client.get(shown_at).content.decode(), comment)
    posting.edit_comment(comment, UNREAD)
    answer = client.post(sent_to, {**data, **read}, follow=True).content.decode()
    comment.refresh_from_db()
    assert (comment.state, comment.course) == ("pending", "open")
    assert "Read it once more." in answer
    assert not comment.answers.exists()
    again = client.get(shown_at).content.decode()
    assert UNREAD in again
    client.post(sent_to, {**data, **version_in(again, comment)})
    comment.refresh_from_db()
    assert comment.state == "published"


@pytest.mark.parametrize(("door", "typed"), [(of_reply, "text"), (of_course, "outcome")])
def test_refused_words_are_not_lost(client, moderator, door, typed):
    comment = CommentFactory(state="pending", kind="correction", body=READ)
    page, _page, data = door(comment, moderator)
    read = version_in(client.get(page).content.decode(), comment)
    posting.edit_comment(comment, UNREAD)
    answer = client.post(page, {**data, **read}).content.decode()
    assert data[typed] in answer
    assert "Read it once more." in answer
    comment.refresh_from_db()
    assert (comment.state, comment.course) == ("pending", "open")


def test_text_that_changes_while_its_course_is_saved_is_not_answered(
    client, moderator, monkeypatch
):
    comment = CommentFactory(state="pending", kind="correction", body=READ)
    page, _page, data = of_course(comment, moderator)
    read = version_in(client.get(page).content.decode(), comment)
    save = CommentAdmin.save_model

    def change_first(self, *args):
        posting.edit_comment(comment, UNREAD)
        return save(self, *args)

    monkeypatch.setattr(CommentAdmin, "save_model", change_first)
    assert "Read it once more." in client.post(page, {**data, **read}, follow=True).text
    comment.refresh_from_db()
    assert (comment.state, comment.course) == ("pending", "open")


@pytest.mark.parametrize("most_at_once", [2, 1], ids=["at once", "as a batch"])
def test_one_that_was_changed_does_not_keep_others_waiting(
    client, moderator, queue, monkeypatch, most_at_once
):
    monkeypatch.setattr("comments.admin.comments.MOST_AT_ONCE", most_at_once)
    changed, same = CommentFactory.create_batch(2, state="pending", body=READ)
    html = client.get(LIST).content.decode()
    posting.edit_comment(changed, UNREAD)
    data = {"action": "approve_all", "_selected_action": [changed.pk, same.pk]}
    client.post(LIST, {**data, **version_in(html, changed), **version_in(html, same)})
    queue()
    changed.refresh_from_db()
    same.refresh_from_db()
    assert (changed.state, same.state) == ("pending", "published")


@pytest.mark.parametrize(
    "verb", [moderation.approve, moderation.reject, moderation.mark_spam, moderation.remove]
)
def test_row_that_was_loaded_before_the_change_decides_nothing(verb):
    loaded = CommentFactory(state="pending", body=READ)
    posting.edit_comment(loaded, UNREAD)
    with pytest.raises(moderation.Changed):
        verb(loaded, by=UserFactory())


def test_text_that_was_changed_and_changed_back_is_the_one_that_was_read():
    comment = CommentFactory(state="pending", body=READ)
    version = comment.version
    posting.edit_comment(posting.edit_comment(comment, UNREAD), READ)
    assert moderation.approve(comment, by=UserFactory(), version=version)


def test_list_and_reply_show_all_that_they_publish(client, moderator):
    root = CommentFactory()
    end = "and this is the end of it."
    comment = CommentFactory(
        discussion=root.discussion,
        thread=root,
        state="pending",
        body=f"{'So it goes on, ' * 200}{end}",
        quote="The sentence that is wrong.",
        kind="correction",
    )
    html = client.get(LIST).content.decode()
    assert end in html
    assert comment.quote in html
    assert end in client.get(of_reply(comment, moderator)[0]).content.decode()

"""What an author's edit sets off: when it is allowed, when it is read again, what is kept of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.factories import CommentFactory
from comments.models import Ban, Comment, WordRule
from comments.screening.phases import Refused
from comments.tests.mailed import approved, confirmed
from comments.writing import posting

pytestmark = pytest.mark.django_db
LINKS = "See http://a.example http://b.example http://c.example"


@pytest.fixture(autouse=True)
def _trust(settings):
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_TRUST_AFTER = 1
    settings.COMMENTS_MAX_LINKS = 2


def edit(comment, body="Said otherwise.", **fields):
    """Its state, and what the new words wait for: until then readers see the former ones."""
    former = comment.body
    posting.edit_comment(comment, body, **fields)
    comment.refresh_from_db()
    assert comment.latest_body == body
    is_held = comment.is_published and comment.reason
    assert comment.body == (former if is_held else body)
    return comment.state, comment.reason


@pytest.mark.parametrize(("minutes", "can_edit"), [(14, True), (16, False)])
def test_browser_may_edit_for_a_quarter_of_an_hour(minutes, can_edit):
    comment = CommentFactory()
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    comment.refresh_from_db()
    assert posting.can_edit_comment(comment) is can_edit
    assert posting.can_edit_comment(comment, by_mail=True)


@pytest.mark.parametrize(
    ("state", "can_edit"),
    [
        *(("pending", True), ("published", True), ("removed", False), ("rejected", False)),
        *(("spam", False), ("withdrawn", False)),
    ],
)
def test_what_is_taken_down_is_edited_by_no_link(state, can_edit):
    comment = CommentFactory(state=state)
    assert posting.can_edit_comment(comment, by_mail=True) is can_edit
    if not can_edit:
        with pytest.raises(Refused):
            posting.edit_comment(comment, "Said otherwise.")


def test_edit_renders_the_new_words():
    comment = CommentFactory(body="**Old** words.")
    edit(comment, "**New** words, see www.a.example")
    assert "<strong>New</strong>" in comment.body_html
    assert comment.link_count == 1
    assert comment.edited_at


def test_same_words_are_no_edit():
    comment = CommentFactory(body="As it was.")
    edit(comment, "As it was.")
    assert comment.edited_at is None
    assert not comment.revisions.exists()


def test_edit_of_what_nobody_read_stays_on_the_page():
    assert edit(CommentFactory()) == ("published", "")


def test_edit_of_what_an_editor_read_is_read_again():
    assert edit(approved(CommentFactory())) == ("published", "edited")


def test_edit_of_somebody_trusted_is_not_read_again():
    comment = approved(confirmed())
    assert edit(comment, commenter=comment.commenter) == ("published", "")
    assert edit(comment, "By a stranger with the link.") == ("published", "edited")


def test_edit_by_another_person_who_is_trusted_is_read_again():
    stranger = approved(confirmed("quinn@example.org")).commenter
    comment = approved(confirmed())
    assert edit(comment, commenter=stranger) == ("published", "edited")


@pytest.mark.parametrize(("mode", "held"), [("pre", "mode"), ("trust", ""), ("post", "")])
def test_edit_by_somebody_trusted_meets_the_mode_of_its_page(admin_user, mode, held):
    comment = approved(confirmed())
    comment.discussion.mode = mode
    comment.discussion.save()
    assert edit(comment, commenter=comment.commenter) == ("published", held)


def test_edit_by_somebody_unknown_meets_the_mode_of_its_page():
    comment = CommentFactory(discussion__mode="trust")
    assert edit(comment) == ("published", "first")


def test_edit_from_where_comments_were_taken_down_is_read_first():
    comment = CommentFactory(subnet="abc")
    for other in CommentFactory.create_batch(3, subnet="abc", state="spam"):
        other.decisions.create(before="published", after="spam")
    assert edit(comment) == ("published", "history")


def test_edit_of_what_was_approved_is_no_first_comment():
    comment = approved(CommentFactory(discussion__mode="trust"))
    assert edit(comment) == ("published", "edited")


def test_edit_of_what_still_waits_keeps_the_reason_it_waits_for():
    waiting = CommentFactory(state="pending", reason="first")
    assert edit(waiting) == ("pending", "first")
    assert edit(waiting, LINKS) == ("pending", "first")


def test_edit_gives_a_reason_to_what_waited_for_none():
    waiting = CommentFactory(state="pending", reason="")
    assert edit(waiting) == ("pending", "")
    assert edit(waiting, LINKS) == ("pending", "links")


def test_reason_of_the_new_words_goes_before_that_it_was_edited():
    assert edit(approved(CommentFactory()), LINKS) == ("published", "links")


@pytest.mark.parametrize("body", ["x", "x" * 5001, "You idiot."])
def test_edit_into_what_is_refused_keeps_the_former_words(body):
    WordRule.objects.create(phrase="idiot", effect="refuse")
    comment = CommentFactory(body="As it was.")
    with pytest.raises(Refused):
        posting.edit_comment(comment, body)
    comment.refresh_from_db()
    assert comment.body == "As it was."
    assert not comment.revisions.exists()


def test_banned_author_edits_nothing():
    comment = CommentFactory(email="eve@example.org")
    Ban.objects.create(email="eve@example.org", reason="Advertises.")
    with pytest.raises(Refused, match="Advertises"):
        posting.edit_comment(comment, "Said otherwise.")


def test_edit_is_not_limited_by_the_rate_of_new_comments(settings):
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 1
    comment = CommentFactory(subnet="abc")
    assert edit(comment) == ("published", "")


@pytest.mark.parametrize("state", ["removed", "rejected", "spam"])
def test_what_an_editor_took_down_is_not_withdrawn(state):
    comment = posting.withdraw(CommentFactory(state=state))
    comment.refresh_from_db()
    assert comment.state == state


@pytest.mark.parametrize("state", ["pending", "removed", "withdrawn"])
def test_reply_to_what_was_taken_down_meanwhile_is_refused(state):
    parent = CommentFactory(state=state)
    answer = Comment(name="Ben", body="I answer you.")
    with pytest.raises(Refused) as refusal:
        posting.post_comment(parent.discussion, answer, parent=parent)
    assert refusal.value.code == "parent"
    assert Comment.objects.get() == parent

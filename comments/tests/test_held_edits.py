"""A change that waits: readers see the former words until an editor has decided on the new ones."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from comments.factories import CommentFactory
from comments.models import Comment, CommentRevision, Decision, Notice, WordRule
from comments.people.tokens import make_token
from comments.screening.phases import Refused
from comments.tests.mailed import EMAIL, approved, confirmed, latest
from comments.writing import bulk, moderation, posting
from comments.writing.moderation import Changed

pytestmark = pytest.mark.django_db
LIST = reverse("admin:comments_comment_changelist")
DECIDE = reverse("admin:comments_comment_decide")
OLD, NEW = "As an editor read it.", "As its author has it now."


@pytest.fixture(autouse=True)
def _mode(settings):
    settings.COMMENTS_MODE = "post"


@pytest.fixture
def comment():
    """Approved, then changed."""
    comment = approved(confirmed(body=OLD))
    posting.edit_comment(comment, NEW)
    return latest()


def page_of(comment):
    return Client().get(comment.discussion.get_page_url()).content.decode()


def own_page(comment):
    return reverse("comments:own", args=[make_token("own", comment.public_id)])


def texts(comment):
    found = Comment.objects.get(pk=comment.pk)
    return found.state, found.reason, found.body, found.held_body


WAITS = "published", "edited", OLD, NEW
TAKEN = "published", "", NEW, ""
KEPT = "published", "", OLD, ""


# ---- what readers and its author see


def test_readers_see_the_approved_words_while_the_change_waits(comment):
    assert texts(comment) == WAITS
    html = page_of(comment)
    assert OLD in html
    assert NEW not in html
    assert "edited</span>" not in html
    assert "waiting for an editor" not in html, "no comment waits"


def test_author_sees_both_and_goes_on_from_the_new_words(comment):
    html = Client().get(own_page(comment)).content.decode()
    assert "Your change is kept, and waits." in html
    assert "It was changed after an editor had read it." in html
    assert html.count(OLD) == 1
    assert html.count(NEW) == 2, "as it will look, and in the form"


def test_author_who_types_the_former_words_takes_the_change_back(comment):
    Client().post(own_page(comment), {"text": OLD})
    assert texts(comment) == KEPT
    assert latest().edited_at is None


def test_change_of_a_change_is_kept_for_moderators(comment):
    Client().post(own_page(comment), {"text": "Said a third time."})
    assert texts(comment) == ("published", "edited", OLD, "Said a third time.")
    assert CommentRevision.objects.get().body == NEW


def test_words_and_bans_refuse_a_change_and_leave_the_one_that_waits(comment):
    WordRule.objects.create(phrase="idiot", effect="refuse")
    response = Client().post(own_page(comment), {"text": "You idiot."})
    assert response.status_code == 422
    assert texts(comment) == WAITS


def test_author_who_withdraws_takes_all_of_it_back(comment):
    Client().post(own_page(comment), {"_withdraw": "1"})
    assert (latest().state, latest().held_body) == ("withdrawn", "")
    assert OLD not in page_of(comment)


def test_author_who_erases_leaves_no_word_of_a_change(comment, moderator):
    moderation.reject(comment, by=moderator, reason="other")
    posting.edit_comment(latest(), "Said a third time.")
    person = reverse("comments:person", args=[make_token("person", comment.commenter_id)])
    Client().post(person, {"_erase": "1"})
    assert (latest().state, latest().body, latest().held_body) == ("withdrawn", "—", "")
    assert not Decision.objects.exclude(edit="").exists()
    assert not CommentRevision.objects.exists()


# ---- what moderators do


def test_queue_shows_both_texts_beside_what_waits(client, moderator, comment):
    quiet = CommentFactory(discussion=comment.discussion, body="Nothing to decide.")
    html = client.get(LIST).content.decode()
    assert OLD in html
    assert NEW in html
    assert quiet.body not in html
    assert f'name="_reject" value="{comment.pk}"' in html
    html = client.get(reverse("admin:comments_comment_change", args=[comment.pk])).content.decode()
    assert OLD in html
    assert NEW in html
    assert "comment waits for a moderator" in client.get(reverse("admin:index")).content.decode()


def test_approval_publishes_the_change_and_tells_its_author(client, moderator, comment, mailoutbox):
    version = {f"version-{comment.pk}": comment.version}
    client.post(DECIDE, {"_approve": comment.pk, **version})
    assert texts(comment) == TAKEN
    html = page_of(comment)
    assert NEW in html
    assert OLD not in html
    assert "edited</span>" in html
    assert latest().was_read
    [told] = [message for message in mailoutbox if message.to == [EMAIL]]
    assert NEW in told.body
    assert "it is made" in told.body


def test_refusal_keeps_the_approved_words_and_tells_why(client, moderator, comment, mailoutbox):
    answer = {"reason": "abuse", "note": "The last word."}
    client.post(DECIDE, {"_reject": comment.pk, **answer})
    assert texts(comment) == KEPT
    assert OLD in page_of(comment)
    [told] = [message for message in mailoutbox if message.to == [EMAIL]]
    for words in (NEW, "The comment stays as it was.", "attacks people", "The last word."):
        assert words in told.body
    html = Client().get(own_page(comment)).content.decode()
    for words in ("decided not to publish it", "attacks people", "The last word.", NEW):
        assert words in html
    posting.edit_comment(latest(), "Said a third time.")
    assert "decided not to publish" not in Client().get(own_page(comment)).content.decode()


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_decision_on_a_change_is_undone(client, moderator, comment, verb):
    moderation.VERBS[verb](comment, by=moderator, reason="other")
    assert "Your latest decision:" in client.get(LIST).content.decode()
    assert moderation.undo(latest(), by=moderator)
    assert texts(comment) == WAITS
    assert OLD in page_of(comment)
    assert NEW not in page_of(comment)
    moderation.approve(latest(), by=moderator)
    assert texts(comment) == TAKEN


def test_decision_on_a_change_is_not_undone_once_its_author_has_changed_it_again(
    comment, moderator
):
    moderation.approve(comment, by=moderator)
    author = latest().commenter
    Decision.objects.create(comment=approved(confirmed()), before="pending", after="published")
    posting.edit_comment(Comment.objects.get(pk=comment.pk), "A third time.", commenter=author)
    found = Comment.objects.get(pk=comment.pk)
    assert found.body == "A third time."
    assert not moderation.undo(found, by=moderator)
    assert texts(comment) == ("published", "", "A third time.", "")


@pytest.mark.parametrize("verb", ["remove", "spam"])
def test_taking_it_down_takes_the_whole_comment_down_and_undoing_brings_both_back(
    moderator, comment, verb
):
    moderation.VERBS[verb](comment, by=moderator, reason="other")
    assert latest().state in Comment.TAKEN_DOWN
    assert OLD not in page_of(comment)
    assert moderation.undo(latest(), by=moderator)
    assert texts(comment) == WAITS


def test_comment_that_comes_back_comes_back_as_it_was_shown(moderator, comment):
    moderation.remove(comment, by=moderator, reason="other")
    moderation.approve(latest(), by=moderator)
    assert texts(comment) == WAITS


def test_reply_of_the_desk_leaves_the_change_waiting(moderator, comment):
    moderation.reply(comment, "Thank you.", by=moderator)
    assert texts(comment) == WAITS


def test_decision_on_words_that_were_changed_meanwhile_is_not_made(moderator, comment):
    read = comment.version
    posting.edit_comment(comment, "Said a third time.")
    with pytest.raises(Changed):
        moderation.approve(latest(), by=moderator, version=read)
    moderation.approve(latest(), by=moderator)
    with pytest.raises(Changed):
        moderation.reject(latest(), by=moderator, version=read)
    assert latest().is_published


def test_batch_publishes_no_change_that_was_made_after_it_was_asked_for(moderator, comment, queue):
    Comment.objects.update(held_body="", held_at=None, reason="")
    bulk.start("Approve", Comment.objects.all(), "approve", {}, by=moderator)
    posting.edit_comment(latest(), NEW)
    queue("slow")
    assert texts(comment) == WAITS


def test_moderators_decide_on_a_change_by_mail(run, settings, moderator, mailoutbox):
    settings.COMMENTS_MAIL_MODERATORS = True
    comment = approved(confirmed(body=OLD))
    run(posting.edit_comment, comment, NEW)
    [told] = mailoutbox
    assert (told.to, NEW in told.body) == (["ada@example.org"], True)
    page = reverse(
        "comments:moderate", args=[make_token("moderate", comment.pk, moderator.pk, "approve")]
    )
    html = Client().get(page).content.decode()
    assert OLD in html
    assert NEW in html
    Client().post(page, {f"version-{comment.pk}": latest().version})
    assert texts(comment) == TAKEN
    assert Notice.objects.filter(kind="edit").count() == 1


def test_moderators_are_told_of_a_change_after_one_that_was_refused(
    run, settings, moderator, comment, mailoutbox
):
    settings.COMMENTS_MAIL_MODERATORS = True
    moderation.reject(comment, by=moderator, reason="abuse")
    for words in ("Asked for once more.", "And once more.", "And a last time."):
        run(posting.edit_comment, latest(), words)
        assert words in mailoutbox[-1].body
        moderation.reject(latest(), by=moderator, reason="abuse")


def test_refused_changes_count_as_changes(moderator, comment):
    for number in range(posting.MOST_EDITS - 1):
        moderation.reject(latest(), by=moderator, reason="abuse")
        posting.edit_comment(latest(), f"Asked for {number} times more.")
    with pytest.raises(Refused):
        posting.edit_comment(latest(), "One too many.")


def test_held_text_has_its_moment(comment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(held_at=None)

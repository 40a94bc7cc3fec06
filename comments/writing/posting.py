"""How a visitor's comment comes to be kept, changed and taken back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.mail import notices
from comments.models import Comment, CommentRevision, Discussion
from comments.people import identity
from comments.screening.phases import EDIT_PHASES, Draft, Refused, screen
from comments.spam import scoring
from comments.writing import checking

EDIT_WINDOW = timedelta(minutes=15)
MOST_EDITS = 20


def post_comment(
    discussion,
    comment,
    *,
    parent=None,
    form_token=None,
    is_trapped=False,
    commenter=None,
    visitor=None,
) -> Comment:
    """Keep an unsaved comment: published, or held with a reason. Raises `Refused`.

    `commenter`: whose confirmed address the browser has shown to be its own. Sending the same form
    twice answers the first comment again. `visitor`: from whom Akismet hears that it came. All that
    takes time happens before the one short transaction; within it, posts to one discussion take
    turns.
    """
    comment.derive()
    comment.score = spam_score(comment, is_reply=parent is not None)
    if commenter and commenter.email != comment.email.lower():
        commenter = None
    with transaction.atomic():
        comment.discussion = lock_discussion(discussion)
        if form_token and (earlier := Comment.objects.filter(nonce=form_token.nonce).first()):
            if earlier.body == comment.body:
                return earlier
            raise Refused("stamp", _("Check your comment once more, then post it."))
        comment.nonce = form_token and form_token.nonce
        place_in_thread(comment, parent)
        age = form_token and form_token.age
        draft = Draft(comment, age, is_trapped, commenter)
        comment.reason = screen(draft)
        needs_check = visitor is not None and checking.needs_check(draft, comment.reason)
        if needs_check:
            comment.reason = comment.reason or Comment.Reason.CHECKING
        comment.state = Comment.State.PENDING if comment.reason else Comment.State.PUBLISHED
        comment.published_at = None if comment.reason else timezone.now()
        comment.commenter = commenter or identity.get_or_create_commenter(
            comment.email, comment.name
        )
        comment.is_confirmed = commenter is not None
        comment.save()
        notices.notify_of_post(comment, is_trusted=draft.is_trusted)
        if needs_check:
            checking.enqueue_check(comment, visitor)
    return comment


def spam_score(comment, *, is_reply) -> float:
    return scoring.current().score(scoring.text_of(comment, is_reply=is_reply))


def can_edit_comment(comment, *, by_mail=False) -> bool:
    """Within a quarter of an hour from the same browser; by the mailed link at any time."""
    if comment.state not in (Comment.State.PENDING, Comment.State.PUBLISHED):
        return False
    return by_mail or timezone.now() - comment.created_at < EDIT_WINDOW


@transaction.atomic
def edit_comment(comment, body, *, commenter=None) -> Comment:
    """Its author says it otherwise; what it said before is kept for moderators. Raises `Refused`.

    It is looked through like a new one. What an editor approved is read again unless its author is
    trusted.
    """
    comment = _lock_comment(comment)
    if comment.body == body:
        return comment
    if comment.is_gone or comment.revisions.count() >= MOST_EDITS:
        raise Refused("edit", _("It cannot be changed any more."))
    CommentRevision.objects.create(comment=comment, body=comment.body)
    comment.body, comment.edited_at = body, timezone.now()
    comment.derive()
    comment.score = spam_score(comment, is_reply=comment.in_reply_to_id is not None)
    draft = Draft(comment, commenter=commenter)
    reason = screen(draft, EDIT_PHASES)
    was_read = comment.moderated_by_id is not None
    if not reason and was_read and comment.is_published and not draft.is_trusted:
        reason = Comment.Reason.EDITED
    if reason and comment.is_published:
        comment.state, comment.reason = Comment.State.PENDING, reason
    elif reason and comment.reason in (Comment.Reason.NONE, Comment.Reason.CHECKING):
        comment.reason = reason
    comment.save()
    return comment


@transaction.atomic
def withdraw(comment) -> Comment:
    """Its author takes it back: its place stays where others have answered, its words go."""
    comment = _lock_comment(comment)
    if comment.state in (Comment.State.PENDING, Comment.State.PUBLISHED):
        comment.state = Comment.State.WITHDRAWN
        comment.save(update_fields=["state", "saved_at"])
    return comment


def _lock_comment(comment) -> Comment:
    found = Comment.objects.select_for_update(of=("self",)).select_related(
        "discussion__article__section", "discussion__company"
    )
    return found.get(pk=comment.pk)


def lock_discussion(discussion) -> Discussion:
    if discussion.pk is None:
        discussion, _created = Discussion.objects.get_or_create(
            article=discussion.article, company=discussion.company
        )
    found = Discussion.objects.select_for_update(of=("self",))
    return found.select_related("article__section", "company").get(pk=discussion.pk)


def place_in_thread(comment, parent):
    """Put a reply where it is shown: two levels, and "in reply to" beyond."""
    if parent is None:
        return
    parents = Comment.objects.visible().select_related("commenter")
    parent = parents.filter(discussion=comment.discussion, pk=parent.pk).first()
    if parent is None:
        raise Refused(
            "parent", _("The comment you answer is no longer there; post yours by itself.")
        )
    comment.thread_id = parent.thread_id or parent.pk
    comment.in_reply_to = parent

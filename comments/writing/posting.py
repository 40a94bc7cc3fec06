"""Posting, editing and withdrawing a visitor's comment."""

from copy import copy
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.mail import notices
from comments.models import Comment, Discussion
from comments.people import identity
from comments.screening.phases import (
    EDIT_PHASES,
    PREVIEW_PHASES,
    Draft,
    Refused,
    refuse_when_full,
    screen,
)
from comments.writing import checking
from comments.writing.reactions import settle_reports

EDIT_WINDOW = timedelta(minutes=15)
MOST_EDITS = 20
PARENT_IS_GONE = gettext_lazy("The comment you answer is no longer there; post yours by itself.")


def post_comment(
    discussion,
    comment,
    *,
    parent=None,
    form_token=None,
    is_trapped=False,
    commenter=None,
    known_as=frozenset(),
    visitor=None,
) -> Comment:
    """Save a comment, published or held with a reason. Raises `Refused`.

    Submitting the same form twice returns the first comment. `commenter` is whom the browser has
    proved to be by a confirmed address, `known_as` all addresses that it used; `visitor` is passed
    to Akismet. Slow work happens before the transaction, which serializes posts to one discussion.
    """
    comment.derive()
    commenter = _proven(commenter, comment)
    with transaction.atomic():
        comment.discussion = lock_discussion(discussion)
        if form_token and (earlier := Comment.objects.filter(nonce=form_token.nonce).first()):
            if earlier.body == comment.body:
                return earlier
            raise Refused("stamp", _("Check your comment once more, then post it."))
        comment.nonce = form_token and form_token.nonce
        place_in_thread(comment, parent)
        age = form_token and form_token.age
        draft = Draft(comment, age, is_trapped, commenter, known_as)
        comment.reason = screen(draft)
        if comment.reason:
            refuse_when_full()
        needs_check = checking.needs_check(comment.reason, visitor)
        if needs_check:
            comment.reason = Comment.Reason.CHECKING
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


def _proven(commenter, comment):
    """Whom the browser has proved to be, if it is they who sign the comment."""
    return commenter if commenter and commenter.email == comment.email.lower() else None


def check_comment(comment, *, commenter=None, known_as=frozenset()):
    """Before it is posted. Raises `Refused` for what no later moment would mend."""
    comment.derive()
    screen(Draft(comment, commenter=_proven(commenter, comment), known_as=known_as), PREVIEW_PHASES)


def can_edit_comment(comment, *, by_mail=False) -> bool:
    """Whether its author may edit it: for 15 minutes in the browser, any time by mailed link."""
    if comment.state not in (Comment.State.PENDING, Comment.State.PUBLISHED):
        return False
    return by_mail or timezone.now() - comment.created_at < EDIT_WINDOW


@transaction.atomic
def edit_comment(comment, body, *, commenter=None, known_as=frozenset(), visitor=None) -> Comment:
    """Replace the text and keep the former one for moderators. Raises `Refused`.

    The new text is screened as a new comment's is. What an editor approved is held for review again
    unless its author is trusted. Of a published comment readers see the former text until then. The
    rest is as in `post_comment`.
    """
    comment = _lock_comment(comment)
    if comment.latest_body == body:
        return comment
    if comment.is_gone or comment.count_edits() >= MOST_EDITS:
        raise Refused("edit", _("It cannot be changed any more."))
    edited = copy(comment)
    edited.body = body
    edited.derive()
    is_theirs = commenter and commenter.pk == comment.commenter_id
    draft = Draft(edited, commenter=commenter if is_theirs else None, known_as=known_as)
    reason = screen(draft, EDIT_PHASES)
    # It is no first comment any more when an editor approved it.
    is_unremarkable = reason in (Comment.Reason.NONE, Comment.Reason.FIRST)
    if is_unremarkable and not draft.is_trusted and comment.was_approved:
        reason = Comment.Reason.EDITED
    needs_check = comment.is_published and checking.needs_check(reason, visitor)
    if needs_check:
        reason = Comment.Reason.CHECKING
    if comment.held_body:
        comment.revisions.create(body=comment.held_body)
    if comment.is_published and comment.body == body:
        # The change that waited is taken back.
        comment.drop_edit()
        comment.reason = Comment.Reason.NONE
    elif comment.is_published and reason:
        comment.hold_edit(body, reason)
    else:
        if comment.is_published or (reason and comment.reason in ("", Comment.Reason.CHECKING)):
            comment.reason = reason
        comment.replace_body(body, timezone.now())
    comment.save()
    if comment.has_held_edit and needs_check:
        checking.enqueue_check(comment, visitor)
    elif comment.has_held_edit:
        notices.notify_of_edit(comment)
    return comment


@transaction.atomic
def withdraw(comment) -> Comment:
    """Withdraw the comment on behalf of its author; a placeholder stays if it has replies."""
    comment = _lock_comment(comment)
    if comment.state in (Comment.State.PENDING, Comment.State.PUBLISHED):
        comment.state = Comment.State.WITHDRAWN
        comment.drop_edit()
        comment.save(update_fields=["state", "held_body", "held_at", "saved_at"])
        settle_reports(comment)
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
    """Set a reply's thread; deeper replies stay on the second level with `in_reply_to`."""
    if parent is None:
        return
    parents = Comment.objects.visible().select_related("commenter")
    parent = parents.filter(discussion=comment.discussion, pk=parent.pk).first()
    if parent is None:
        raise Refused("parent", PARENT_IS_GONE)
    comment.thread_id = parent.thread_id or parent.pk
    comment.in_reply_to = parent

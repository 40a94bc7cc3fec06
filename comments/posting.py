"""How a visitor's comment comes to be kept."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, Discussion
from comments.screening import Draft, Refused, screen


def post_comment(discussion, comment, *, parent=None, stamp=None, is_trapped=False) -> Comment:
    """Keep an unsaved comment: published, or held with a reason. Raises `Refused`.

    Sending the same form twice answers the first comment again. All that takes time happens
    before the one short transaction; within it, posts to one discussion take turns.
    """
    comment.derive()
    draft = Draft(comment, age=stamp and stamp.age, is_trapped=is_trapped)
    with transaction.atomic():
        comment.discussion = locked(discussion)
        if stamp and (earlier := Comment.objects.filter(nonce=stamp.nonce).first()):
            if earlier.body == comment.body:
                return earlier
            raise Refused("stamp", _("Check your comment once more, then post it."))
        comment.nonce = stamp and stamp.nonce
        place(comment, parent)
        comment.reason = screen(draft)
        comment.state = Comment.State.PENDING if comment.reason else Comment.State.PUBLISHED
        comment.published_at = None if comment.reason else timezone.now()
        comment.save()
    return comment


def locked(discussion) -> Discussion:
    if discussion.pk is None:
        discussion, _created = Discussion.objects.get_or_create(
            article=discussion.article, company=discussion.company
        )
    return Discussion.objects.select_for_update().get(pk=discussion.pk)


def place(comment, parent):
    """Put a reply where it is shown: two levels, and "in reply to" beyond."""
    if parent is None:
        return
    parent = Comment.objects.visible().filter(discussion=comment.discussion, pk=parent.pk).first()
    if parent is None:
        raise Refused(
            "parent", _("The comment you answer is no longer there; post yours by itself.")
        )
    comment.thread_id = parent.thread_id or parent.pk
    comment.in_reply_to = parent

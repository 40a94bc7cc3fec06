"""What Akismet says of a comment is asked by a task; until it has answered nobody sees the comment.

A comment that waits for an editor anyway is asked about too: a verdict tells the editor more than
that it is somebody's first. When Akismet does not answer, honest comments do not wait for it.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from comments.mail import notices
from comments.models import Comment, PendingCheck
from comments.screening.akismet import Visitor, is_spam

logger = logging.getLogger(__name__)
Reason, State = Comment.Reason, Comment.State
# With these a comment waits for nothing that Akismet could not add to.
ASKED_ABOUT = {Reason.NONE, Reason.CHECKING, Reason.FIRST, Reason.MODE}
# Two and a half minutes, then it counts as silence.
ATTEMPTS = 5


def needs_check(draft, reason) -> bool:
    return bool(settings.AKISMET_KEY) and not draft.is_trusted and reason in ASKED_ABOUT


def enqueue_check(comment, visitor: Visitor):
    agent = visitor.agent[: PendingCheck.MOST_OF_AGENT]
    check = PendingCheck.objects.create(comment=comment, address=visitor.address, agent=agent)
    check_comment.enqueue(check.pk)


@task(queue_name="outside", priority=20, takes_context=True)
def check_comment(context, pk):
    check = PendingCheck.objects.select_related("comment").filter(pk=pk).first()
    if check is None:
        return
    comment = check.comment
    try:
        verdict = is_spam(comment, Visitor(check.address, check.agent))
    except OSError as error:
        if context.attempt < ATTEMPTS:
            raise
        logger.warning("Akismet did not answer: %s", error)
        verdict = False
    _settle(check, comment.body, verdict)


@transaction.atomic
def _settle(check, body_asked_about, verdict):
    comment = Comment.objects.select_for_update().get(pk=check.comment_id)
    if not PendingCheck.objects.filter(pk=check.pk).exists():
        return
    if comment.body != body_asked_about:
        # Its author changed it meanwhile.
        check_comment.enqueue(check.pk)
        return
    check.delete()
    if comment.state != State.PENDING or comment.reason not in ASKED_ABOUT:
        return
    was_checking = comment.reason == Reason.CHECKING
    if verdict:
        comment.reason = Reason.AKISMET
    elif was_checking:
        comment.reason, comment.state = Reason.NONE, State.PUBLISHED
        comment.published_at = timezone.now()
    comment.save(update_fields=["reason", "state", "published_at", "saved_at"])
    if was_checking and verdict:
        notices.notify_moderators(comment)

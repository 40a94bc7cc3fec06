"""What Akismet says of a comment is asked by a task; until it has answered nobody sees the comment.

It is asked only about what would be published at once: it wants name, e-mail and network address,
and a comment that waits for an editor anyway gives it none of these. When Akismet does not answer,
honest comments do not wait for it.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from comments.mail import notices
from comments.models import Comment, PendingCheck
from comments.people.identity import is_trusted
from comments.screening.akismet import Visitor, is_spam

logger = logging.getLogger(__name__)
Reason, State = Comment.Reason, Comment.State
# Two and a half minutes, then it counts as silence.
ATTEMPTS = 5


def needs_check(reason, visitor) -> bool:
    """Whether only Akismet can still hold it. Who is trusted is asked about like everybody."""
    return bool(settings.AKISMET_KEY) and visitor is not None and not reason


def enqueue_check(comment, visitor: Visitor):
    agent = visitor.agent[: PendingCheck.MOST_OF_AGENT]
    sent_from = {"address": visitor.address, "agent": agent}
    check, is_new = PendingCheck.objects.get_or_create(comment=comment, defaults=sent_from)
    # One that is under way asks again about what was changed meanwhile.
    if is_new:
        check_comment.enqueue(check.pk)


@task(queue_name="outside", priority=20, takes_context=True)
def check_comment(context, pk):
    check = PendingCheck.objects.select_related("comment").filter(pk=pk).first()
    if check is None:
        return
    comment = check.comment
    if not _is_awaited(comment):
        check.delete()
        return
    try:
        verdict = is_spam(comment, Visitor(check.address, check.agent))
    except OSError as error:
        if context.attempt < ATTEMPTS:
            raise
        logger.warning("Akismet did not answer: %s", error)
        verdict = False
    _settle(check, comment.latest_body, verdict)


@transaction.atomic
def _settle(check, body_asked_about, verdict):
    comment = Comment.objects.select_for_update().get(pk=check.comment_id)
    if not PendingCheck.objects.filter(pk=check.pk).exists():
        return
    if comment.latest_body != body_asked_about:
        # Its author changed it meanwhile.
        check_comment.enqueue(check.pk)
        return
    check.delete()
    if not _is_awaited(comment):
        return
    # Asked before it is published, so that it cannot count for its own author.
    is_by_trusted = comment.is_confirmed and is_trusted(comment.commenter)
    now, is_edit = timezone.now(), comment.has_held_edit
    if verdict:
        comment.reason = Reason.AKISMET
    else:
        comment.reason, comment.state = Reason.NONE, State.PUBLISHED
        comment.published_at = comment.published_at or now
        if is_edit:
            comment.replace_body(comment.held_body, now)
    comment.save()
    if comment.has_held_edit:
        notices.notify_of_edit(comment)
    elif not comment.is_published:
        notices.notify_moderators(comment)
    elif is_by_trusted and not is_edit:
        notices.notify_of_reply(comment)


def _is_awaited(comment) -> bool:
    """Whether Akismet's answer still decides: no editor, author or other phase was quicker."""
    return comment.is_waiting and comment.reason == Reason.CHECKING

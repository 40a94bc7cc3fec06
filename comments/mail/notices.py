"""Mail about comments: who is told what, once each, and only where somebody agreed to be told.

Nothing goes to an address that nobody confirmed but the question whether it is theirs, at most
once a day, and never again after "no". Nothing about a comment goes to others before a moderator,
or trust that moderators gave, let it pass.
"""

import logging
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from comments.mail import letters
from comments.models import Commenter, Notice
from core.letters import send

logger = logging.getLogger(__name__)
Kind = Notice.Kind
ASK_AGAIN_AFTER = DAY = timedelta(days=1)
MOST_MODERATORS = 20


def notify_of_post(comment, *, is_trusted):
    """A comment was kept: published at once, or held."""
    if comment.commenter and not comment.is_confirmed:
        _ask_to_confirm(comment)
    if comment.is_published and is_trusted:
        notify_of_reply(comment)
    if comment.state == comment.State.PENDING and settings.COMMENTS_MAIL_MODERATORS:
        for email in _moderators():
            _claim(Kind.MODERATE, comment, email)


def notify_author(comment, kind, about=""):
    """To its author, of what the desk did: published, rejected, or the course of a correction."""
    if comment.is_confirmed and comment.commenter:
        _claim(kind, comment, comment.commenter.email, about)


def notify_of_reply(comment):
    """To who wrote what it answers, if they asked for it. Only of what was approved."""
    parent = comment.in_reply_to
    if parent is None or not parent.wants_replies or not parent.is_confirmed:
        return
    if parent.commenter and parent.commenter_id != comment.commenter_id:
        _claim(Kind.REPLY, comment, parent.commenter.email)


def _ask_to_confirm(comment):
    now = timezone.now()
    lately = Q(asked_at=None) | Q(asked_at__lt=now - ASK_AGAIN_AFTER)
    # Whoever updates the row asks; all others of this day do not.
    asks = Commenter.objects.filter(lately, pk=comment.commenter_id, refuses_mail=False)
    if asks.update(asked_at=now):
        _claim(Kind.CONFIRM, comment, comment.commenter.email)


def _moderators() -> list[str]:
    may = Q(is_superuser=True) | Q(groups__permissions__codename="moderate_comment")
    users = get_user_model().objects.filter(may, is_active=True, is_staff=True).exclude(email="")
    return list(users.values_list("email", flat=True).distinct()[:MOST_MODERATORS])


def _claim(kind, comment, email, about=""):
    refuses = Commenter.objects.filter(email=email, refuses_mail=True).exists()
    lately = Notice.objects.filter(email=email, created_at__gt=timezone.now() - DAY)
    if refuses or lately.count() >= settings.COMMENTS_MAILS_PER_DAY:
        return
    notice, is_new = Notice.objects.get_or_create(
        kind=kind, comment=comment, email=email, about=about
    )
    if is_new:
        transaction.on_commit(partial(_enqueue, notice.pk))


def _enqueue(pk):
    try:
        send_notice.enqueue(pk)
    except Exception:
        # What was posted is kept; `send_notices` tries again.
        logger.exception("A notice could not be sent")


@task(queue_name="outside")
def send_notice(pk) -> bool:
    """Whether it was sent now. Whoever marks the row first sends it, and no other."""
    if not Notice.objects.filter(pk=pk, sent_at=None).update(sent_at=timezone.now()):
        return False
    notice = Notice.objects.select_related(
        *("comment__discussion__article", "comment__discussion__company"),
        *("comment__in_reply_to__commenter", "comment__commenter"),
    ).get(pk=pk)
    try:
        letter = letters.letter_for(notice)
        if letter:
            send(letter, notice.email)
    except OSError:
        Notice.objects.filter(pk=pk).update(sent_at=None)
        logger.exception("The mail server did not take a notice; send_notices tries again")
        return False
    return letter is not None


def send_waiting(limit: int) -> int:
    """Those that a mail server did not take; a day old they are no news any more."""
    since = timezone.now() - DAY
    waiting = Notice.objects.filter(sent_at=None, created_at__gt=since).order_by("created_at")
    return sum(send_notice.call(pk) for pk in waiting.values_list("pk", flat=True)[:limit])

"""Mail about comments: who is told what, once each, and only where somebody agreed to be told.

Nothing goes to an address that nobody confirmed but the question whether it is theirs, or the
receipt of a report and its outcome: one a day to a mailbox, and never again after "no". Nothing
about a comment goes to others before a moderator, or trust that moderators gave, let it pass.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from comments.mail import letters
from comments.models import Commenter, Notice, mailbox_of
from core.letters import send

Kind = Notice.Kind
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MOST_MODERATORS = 20
# Somebody waits for this one; the others are read when they are read.
PRIORITY = {Kind.CONFIRM: 50}
# With the pauses between them; a day old they are no news any more.
ATTEMPTS_IN_A_DAY = 21
# What sending takes at most, in answers of EMAIL_TIMEOUT each.
ANSWERS_OF_A_SERVER = 10


class Claimed(Exception):
    """Another task is sending it, or was killed while it was."""


def notify_of_post(comment, *, is_trusted):
    """A comment was kept: published at once, or held."""
    if comment.commenter and not comment.is_confirmed:
        _ask_to_confirm(comment)
    if comment.is_published and is_trusted:
        notify_of_reply(comment)
    if comment.state == comment.State.PENDING and comment.reason != comment.Reason.CHECKING:
        notify_moderators(comment)


def notify_moderators(comment, about=""):
    if settings.COMMENTS_MAIL_MODERATORS:
        for email in _addresses_of_moderators():
            _enqueue_once(Kind.MODERATE, comment, email, about)


def notify_of_edit(comment):
    """A change of what is on the page waits: the desk is told of each."""
    # No two are held in the same millisecond; a count would begin anew after each that is refused.
    notify_moderators(comment, f"edit {round(comment.held_at.timestamp() * 1000)}")


def notify_of_reports(comment):
    """Readers' reports took it off the page: its author and the desk are told."""
    # Again, if it falls once more after its author has changed it.
    text = f"text {comment.revisions.count()}"
    notify_author(comment, Kind.REPORTED, text)
    notify_moderators(comment, text)


def notify_author(comment, kind, about=""):
    """To its author, of what the desk did: published, rejected, or the course of a correction."""
    if comment.is_confirmed and comment.commenter:
        _enqueue_once(kind, comment, comment.commenter.email, about)


def notify_of_reply(comment):
    """To who wrote what it answers, if they asked for it. Only of what was approved."""
    parent = comment.in_reply_to
    if parent is None or not parent.wants_replies or not parent.is_confirmed:
        return
    if parent.commenter and parent.commenter_id != comment.commenter_id:
        _enqueue_once(Kind.REPLY, comment, parent.commenter.email)


def _ask_to_confirm(comment):
    commenter = comment.commenter
    if _enqueue_unproven(Kind.CONFIRM, comment, commenter.email):
        Commenter.objects.filter(pk=commenter.pk).update(asked_at=timezone.now())


def send_receipt(report, *, is_proven):
    """To who reported a comment."""
    enqueue = _enqueue_once if is_proven else _enqueue_unproven
    enqueue(Kind.RECEIPT, report.comment, report.email, f"report {report.pk}")


def _enqueue_unproven(kind, comment, email, about="") -> bool:
    """To an address that anybody may have typed; whether it was enqueued.

    One a day to a mailbox, whatever addresses of it are typed, and none after "no" from any.
    """
    now, mailbox = timezone.now(), mailbox_of(email)
    lately = Notice.objects.filter(mailbox=mailbox, created_at__gt=now - DAY)
    if lately.exclude(asked_on=None).exists() or not _has_room_for_questions():
        return False
    if Commenter.objects.filter(mailbox=mailbox, refuses_mail=True).exists():
        return False
    key = {"mailbox": mailbox, "asked_on": now.date()}
    return _enqueue_once(kind, comment, email, about, key=key)


def notify_reporter(report):
    """Of what came of a report, where its receipt was sent to the address."""
    about = f"report {report.pk}"
    if Notice.objects.filter(kind=Kind.RECEIPT, email=report.email, about=about).exists():
        # Again, if it is reported and decided on once more.
        moment = int(report.created_at.timestamp())
        _enqueue_once(Kind.OUTCOME, report.comment, report.email, f"{moment} {report.pk}")


def _has_room_for_questions() -> bool:
    """They go to whatever address anybody types, so they never use all mails of an hour."""
    limit, typed = settings.COMMENTS_MAILS_PER_HOUR, [Kind.CONFIRM, Kind.RECEIPT]
    lately = Notice.objects.filter(created_at__gt=timezone.now() - HOUR, kind__in=typed)
    return not limit or lately.count() < limit // 2


def moderators():
    """Users who may decide on comments."""
    may = Q(is_superuser=True) | Q(groups__permissions__codename="moderate_comment")
    may |= Q(user_permissions__codename="moderate_comment")
    return get_user_model().objects.filter(may, is_active=True, is_staff=True).distinct()


def _addresses_of_moderators() -> list[str]:
    emails = moderators().exclude(email="").values_list("email", flat=True)
    return list(emails[:MOST_MODERATORS])


def _enqueue_once(kind, comment, email, about="", key=None) -> bool:
    """Whether it is new, and enqueued. `key`: what else there is only one of."""
    refuses = Commenter.objects.filter(email=email, refuses_mail=True).exists()
    if refuses or _is_told_enough(email):
        return False
    row = {"kind": kind, "comment": comment, "email": email, "about": about}
    notice, is_new = Notice.objects.get_or_create(**(key or row), defaults=row)
    if is_new:
        hours = _hours_to_wait(notice)
        later = timezone.now() + hours * HOUR if hours else None
        send_notice.using(priority=PRIORITY.get(kind, 0), run_after=later).enqueue(notice.pk)
    return is_new


def _is_told_enough(email) -> bool:
    lately = Notice.objects.filter(mailbox=mailbox_of(email), created_at__gt=timezone.now() - DAY)
    return lately.count() >= settings.COMMENTS_MAILS_PER_DAY


def _hours_to_wait(notice) -> int:
    """One for each time that the hour's limit went out within the last hour or still waits."""
    if not (limit := settings.COMMENTS_MAILS_PER_HOUR):
        return 0
    now = timezone.now()
    others = Notice.objects.filter(created_at__gt=now - DAY).exclude(pk=notice.pk)
    return others.filter(Q(sent_at=None) | Q(sent_at__gt=now - HOUR)).count() // limit


@task(queue_name="outside", max_attempts=ATTEMPTS_IN_A_DAY)
def send_notice(pk) -> bool:
    """Whether it was sent now. A mail server that does not take it makes this raise OSError."""
    if not (notice := _claim(pk)):
        return False
    try:
        with get_connection() as connection:
            was_sent = _send(notice, connection)
            # Before the connection is closed: the mail server may take its time over the farewell.
            Notice.objects.filter(pk=pk).update(sent_at=timezone.now())
    except OSError:
        Notice.objects.filter(pk=pk, sent_at=None).update(claimed_until=None)
        raise
    return was_sent


def _claim(pk) -> Notice | None:
    """The notice, for this task alone; None if it was sent, is old, or its comment is gone.

    A claim ends with its time: the worker that made it was killed. Raises Claimed until then.
    """
    now = timezone.now()
    unsent = Notice.objects.filter(pk=pk, sent_at=None, created_at__gt=now - DAY)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    answers = timedelta(seconds=ANSWERS_OF_A_SERVER * settings.EMAIL_TIMEOUT)
    if unsent.filter(free).update(claimed_until=now + answers):
        return Notice.objects.select_related(
            *("comment__discussion__article", "comment__discussion__company"),
            *("comment__in_reply_to__commenter", "comment__commenter"),
        ).get(pk=pk)
    if unsent.exists():
        raise Claimed(pk)
    return None


def _send(notice, connection) -> bool:
    letter = letters.letter_for(notice)
    if letter:
        send(letter, notice.email, message_id=f"notice-{notice.pk}", connection=connection)
    return letter is not None

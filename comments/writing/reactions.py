"""Hearts and reports on comments, counted on the comment's row."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.mail import notices
from comments.models import Comment, Report
from comments.people import identity
from core.hearts import press

HOUR = timedelta(hours=1)
REPORTS_PER_SUBNET_PER_HOUR = 20


def toggle_heart(comment, *, visitor, subnet) -> tuple[bool, int]:
    """Whether the visitor's heart is given now, and the new count. Raises TooManyHearts."""
    with transaction.atomic():
        # The row lock serializes hearts, so a recount is exact.
        comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        is_given = press(comment.hearts, visitor=visitor, subnet=subnet)
        comment.heart_count = comment.hearts.filter(is_given=True).count()
        comment.save(update_fields=["heart_count"])
    return is_given, comment.heart_count


class AlreadyReported(Exception):
    """By somebody of the same network, and nobody has decided on it yet."""


class TooManyReports(Exception):
    """From one network within an hour."""


def _is_reporting_too_fast(subnet) -> bool:
    recent = Report.objects.filter(subnet=subnet, created_at__gt=timezone.now() - HOUR)
    return recent.count() >= REPORTS_PER_SUBNET_PER_HOUR


@transaction.atomic
def report(comment, *, reason, note, subnet, email="", is_proven=False) -> Report | None:
    """Record one report per network; enough of them hold what no editor has read as it stands.

    `is_proven`: the reporter's browser has proved to own the address. Raises AlreadyReported while
    one of the network is open: whoever else shares it must not take its words or its receipt.
    """
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not comment.is_published:
        return None
    if _is_reporting_too_fast(subnet):
        raise TooManyReports
    if comment.reports.open().filter(subnet=subnet).exists():
        raise AlreadyReported
    made = comment.reports.create(reason=reason, note=note, email=email.lower(), subnet=subnet)
    comment.report_count = comment.reports.open().count()
    limit = settings.COMMENTS_REPORTS_HOLD
    is_held = bool(limit) and comment.report_count >= limit and not comment.was_read
    if is_held:
        comment.state, comment.reason = Comment.State.PENDING, Comment.Reason.FLAGGED
    comment.save(update_fields=["report_count", "state", "reason", "saved_at"])
    if is_held:
        notices.notify_of_reports(comment)
    if made.email:
        identity.get_or_create_commenter(made.email, "")
        notices.send_receipt(made, is_proven=is_proven)
    return made


def settle_reports(comment):
    """It was decided on: whoever reported it is told, and counting begins anew."""
    if not comment.report_count:
        return
    reports = comment.reports.open()
    asked_for = list(reports.exclude(email="").order_by("pk"))
    reports.update(settled_at=timezone.now())
    comment.report_count = 0
    comment.save(update_fields=["report_count"])
    for one in asked_for:
        notices.notify_reporter(one)

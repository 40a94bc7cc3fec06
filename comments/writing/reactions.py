"""Hearts and reports on comments, counted on the comment's row."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.models import Comment, CommentHeart, Report

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REPORTS_PER_SUBNET_PER_HOUR = 20


def toggle_heart(comment, *, visitor, subnet) -> int:
    """Add or remove the visitor's heart; return the new count."""
    with transaction.atomic():
        # The row lock serializes hearts, so a recount is exact.
        comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        if not CommentHeart.objects.filter(comment=comment, visitor=visitor).delete()[0]:
            CommentHeart.objects.create(comment=comment, visitor=visitor, subnet=subnet)
        comment.heart_count = comment.hearts.count()
        comment.save(update_fields=["heart_count"])
    return comment.heart_count


def is_hearted(comment, visitor) -> bool:
    found = CommentHeart.objects.filter(comment=comment, visitor=visitor)
    return visitor is not None and found.exists()


def is_hearting_too_fast(subnet) -> bool:
    recent = CommentHeart.objects.filter(subnet=subnet, created_at__gt=timezone.now() - MINUTE)
    return recent.count() >= settings.HEARTS_PER_SUBNET_PER_MINUTE


def is_reporting_too_fast(subnet) -> bool:
    recent = Report.objects.filter(subnet=subnet, created_at__gt=timezone.now() - HOUR)
    return recent.count() >= REPORTS_PER_SUBNET_PER_HOUR


@transaction.atomic
def report(comment, *, reason, note, subnet) -> Comment:
    """Record one report per network; enough of them hold a comment no editor has read."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not comment.is_published:
        return comment
    Report.objects.update_or_create(
        comment=comment, subnet=subnet, defaults={"reason": reason, "note": note}
    )
    comment.report_count = comment.reports.count()
    limit = settings.COMMENTS_REPORTS_HOLD
    is_unread = comment.moderated_by_id is None and comment.staff_id is None
    if limit and comment.report_count >= limit and is_unread:
        comment.state, comment.reason = Comment.State.PENDING, Comment.Reason.FLAGGED
    comment.save(update_fields=["report_count", "state", "reason", "saved_at"])
    return comment

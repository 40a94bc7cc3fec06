from datetime import timedelta

from django.db.models import QuerySet

from comments.models import Comment, Commenter, CommentHeart, Notice, Report
from core.housekeeping import Rule


def unconfirmed(before):
    """Unconfirmed addresses. Those that refused mail are kept, so that none is sent."""
    addresses = Commenter.objects.filter(confirmed_at=None, refuses_mail=False)
    addresses = addresses.filter(created_at__lt=before).exclude(asked_at__gte=before)
    return addresses.exclude(comments__state=Comment.State.PENDING)


def forget_addresses(commenters):
    comments = QuerySet(Comment).filter(commenter__in=commenters)
    comments.update(commenter=None, email="", wants_replies=False)
    Report.objects.filter(email__in=commenters.values("email")).update(email="")
    commenters.delete()


def reports(before):
    """Reports, except those on comments that an editor has yet to read."""
    due = Report.objects.filter(created_at__lt=before)
    return due.exclude(comment__state=Comment.State.PENDING)


RULES = [
    Rule(
        "Addresses that nobody confirmed",
        # Longer than the link in the question whether an address is theirs.
        timedelta(days=30),
        unconfirmed,
        forget_addresses,
    ),
    Rule(
        "Notices that were mailed",
        timedelta(days=180),
        lambda before: Notice.objects.filter(created_at__lt=before),
    ),
    Rule("Reports of comments", timedelta(days=180), reports),
    Rule(
        "Networks of comments",
        # Longer than a network's history counts against its next comment.
        timedelta(days=90),
        lambda before: Comment.objects.filter(created_at__lt=before).exclude(subnet=""),
        lambda comments: comments.update(subnet=""),
    ),
    Rule(
        "Hearts on comments that were taken back",
        timedelta(days=7),
        lambda before: CommentHeart.objects.filter(created_at__lt=before, is_given=False),
    ),
    Rule(
        "Networks of hearts on comments",
        timedelta(days=7),
        lambda before: CommentHeart.objects.filter(created_at__lt=before).exclude(subnet=""),
        lambda hearts: hearts.update(subnet=""),
    ),
]

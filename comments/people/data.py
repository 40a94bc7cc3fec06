"""A commenter's personal data: export and erasure."""

from django.db import transaction
from django.utils import timezone

from comments.models import Comment, CommentRevision, Notice
from comments.people.identity import confirmed_comments_of
from core.structured import absolute

MOST_EXPORTED = 5000


def export(commenter) -> dict:
    """Everything stored about a confirmed address, ready for JSON."""
    comments = confirmed_comments_of(commenter).with_page().prefetch_related("revisions")
    return {
        "email": commenter.email,
        "name": commenter.name,
        "confirmed_at": commenter.confirmed_at and commenter.confirmed_at.isoformat(),
        "first_seen_at": commenter.created_at.isoformat(),
        "wants_no_mail": commenter.refuses_mail,
        "exported_at": timezone.now().isoformat(),
        "comments": [_exported(comment) for comment in comments.order_by("pk")[:MOST_EXPORTED]],
    }


def _exported(comment) -> dict:
    return {
        "id": comment.public_id,
        "page": absolute(comment.discussion.subject.get_absolute_url()),
        "kind": comment.kind,
        "state": comment.state,
        "name": comment.name,
        "quote": comment.quote,
        "text": comment.body,
        "former_texts": [revision.body for revision in comment.revisions.all()],
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at and comment.edited_at.isoformat(),
        "network": comment.subnet,
    }


@transaction.atomic
def erase(commenter):
    """Erase texts, names and addresses; placeholders stay where others have replied."""
    comments = list(confirmed_comments_of(commenter).select_related("discussion"))
    pks = [comment.pk for comment in comments]
    CommentRevision.objects.filter(comment__in=pks).delete()
    Notice.objects.filter(email=commenter.email).delete()
    for comment in comments:
        comment.name, comment.email, comment.quote, comment.body = "—", "", "", "—"
        comment.subnet, comment.wants_replies = "", False
        comment.commenter, comment.is_confirmed = None, False
        if comment.state in (Comment.State.PUBLISHED, Comment.State.PENDING):
            comment.state = Comment.State.WITHDRAWN
        comment.save()
    # Unconfirmed comments that used the address lose it as well.
    Comment.objects.filter(commenter=commenter).update(
        commenter=None, email="", wants_replies=False
    )
    commenter.delete()

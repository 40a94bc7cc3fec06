"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from django.conf import settings
from django.db.models.signals import pre_delete

from comments.models import (
    Appeal,
    Ban,
    Comment,
    Commenter,
    CommentHeart,
    CommentRevision,
    Decision,
    Discussion,
    Notice,
    PendingCheck,
    Report,
    WordRule,
)
from core.pagestore import changed
from core.pagestore.keys import declare
from core.pagestore.tracking import on_no_page, track


def key_of_discussion(discussion) -> str:
    on, pk = discussion.key
    return f"discussion:{on}:{pk}"


def keys_of_comment(comment):
    return (key_of_discussion(comment.discussion), "comments")


def lose_badges(sender, instance, **kwargs):
    """Deleting a user removes the staff badge from their comments without saving them."""
    comments = instance.comments.select_related("discussion")
    changed(*{key for comment in comments for key in keys_of_comment(comment)})


def connect():
    declare("comments", "discussion")
    track(Discussion, lambda discussion: {key_of_discussion(discussion)})
    track(Comment, keys_of_comment)
    pre_delete.connect(lose_badges, settings.AUTH_USER_MODEL, dispatch_uid="comments.lose_badges")
    # What pages show of these is written to a Comment as well.
    on_no_page(
        Appeal,
        Ban,
        CommentHeart,
        CommentRevision,
        Commenter,
        Decision,
        Notice,
        PendingCheck,
        Report,
        WordRule,
    )

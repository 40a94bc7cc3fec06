"""What pages are made of, of what is in this room (see `core.stored`)."""

from comments.models import Comment, Discussion
from core.stored.tracking import track


def key_of_discussion(discussion) -> str:
    on, pk = discussion.key
    return f"discussion:{on}:{pk}"


def keys_of_comment(comment):
    return (key_of_discussion(comment.discussion), "comments")


def connect():
    track(Discussion, lambda discussion: {key_of_discussion(discussion)})
    track(Comment, keys_of_comment)

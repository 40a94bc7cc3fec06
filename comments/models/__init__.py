from comments.models.appeals import Appeal
from comments.models.comments import Comment, new_public_id
from comments.models.discussions import Discussion
from comments.models.moderation import (
    Ban,
    CommentHeart,
    CommentRevision,
    Decision,
    Notice,
    PendingCheck,
    Report,
    WordRule,
)
from comments.models.people import Commenter, erased_email, mailbox_of

__all__ = [
    "Appeal",
    "Ban",
    "Comment",
    "CommentHeart",
    "CommentRevision",
    "Commenter",
    "Decision",
    "Discussion",
    "Notice",
    "PendingCheck",
    "Report",
    "WordRule",
    "erased_email",
    "mailbox_of",
    "new_public_id",
]

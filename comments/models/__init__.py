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
    erased_email,
)
from comments.models.people import Commenter

__all__ = [
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
    "new_public_id",
]

"""The verbs of the desk. Import them from here."""

from articles.publishing.changes import Change, Unnamed
from articles.publishing.planning import cancel_plan, plan, told
from articles.publishing.reviewing import (
    approve,
    approve_and_publish,
    return_with_note,
    submit_for_review,
)
from articles.publishing.verbs import (
    PUT_OFF,
    Conflict,
    archive,
    newest_content,
    newest_number,
    newest_revision,
    publish,
    put_back,
    refuse_taken_slug,
    restore,
    save_revision,
    set_retracted,
    trash,
    unpublish,
    withdraw,
)

__all__ = [
    "PUT_OFF",
    "Change",
    "Conflict",
    "Unnamed",
    "approve",
    "approve_and_publish",
    "archive",
    "cancel_plan",
    "newest_content",
    "newest_number",
    "newest_revision",
    "plan",
    "publish",
    "put_back",
    "refuse_taken_slug",
    "restore",
    "return_with_note",
    "save_revision",
    "set_retracted",
    "submit_for_review",
    "told",
    "trash",
    "unpublish",
    "withdraw",
]

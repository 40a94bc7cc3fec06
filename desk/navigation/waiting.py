"""How much waits for somebody: all counts in one query, none further than anybody reads."""

from django.contrib.auth import get_user_model

from articles.models import Article, PlannedChange
from comments.models import Appeal, Comment
from core.db.counting import RowCount
from core.taskqueue.models import QueuedTask
from desk.models import ReviewTask

MOST = 500


def in_review():
    return Article.objects.at_hand().filter(status=Article.Status.IN_REVIEW)


def held_up():
    """Scheduled changes that will not go live until somebody has mended them."""
    return PlannedChange.objects.exclude(problem="")


def proposed_corrections():
    return Comment.objects.filter(
        kind=Comment.Kind.CORRECTION,
        course__in=[Comment.Course.OPEN, Comment.Course.CHECKING],
        state__in=[Comment.State.PENDING, Comment.State.PUBLISHED],
    )


# By name: the right that it takes to do something about it, and the rows.
WAITS = {
    "comments": ("comments.moderate_comment", lambda: Comment.objects.to_decide()),
    "corrections": ("comments.moderate_comment", proposed_corrections),
    "appeals": ("comments.change_appeal", lambda: Appeal.objects.filter(outcome="")),
    "in_review": ("articles.publish_article", in_review),
    "held_up": ("articles.publish_article", held_up),
    "figures": ("desk.change_reviewtask", lambda: ReviewTask.objects.waiting()),
    "failed": ("taskqueue.change_queuedtask", lambda: QueuedTask.objects.failed()),
}


def waiting_for(user) -> dict[str, int]:
    """By name, of those alone that the user can do something about."""
    # Under names that no field of a user has.
    counts = {
        f"waiting_{name}": RowCount(rows(), MOST)
        for name, (permission, rows) in WAITS.items()
        if user.has_perm(permission)
    }
    if not counts:
        return {}
    found = get_user_model().objects.filter(pk=user.pk).values(**counts).get()
    return {name.removeprefix("waiting_"): count for name, count in found.items()}


def shown(count) -> str:
    return f"{MOST}+" if count >= MOST else str(count)

"""How much waits for somebody: all counts in one query, none further than anybody reads."""

from django.contrib.auth import get_user_model
from django.db.models import Subquery

from articles.models import PlannedChange, Review
from comments.models import Appeal, Comment
from core.db.counting import RowCount
from core.taskqueue.models import QueuedTask
from desk.models import ReviewTask

MOST = 500


def in_review():
    return Review.objects.open().filter(article__trashed_at=None)


def held_up():
    """Scheduled changes that will not go live until somebody has mended them."""
    return PlannedChange.objects.exclude(problem="")


def proposed_corrections():
    return Comment.objects.filter(
        kind=Comment.Kind.CORRECTION,
        course__in=[Comment.Course.OPEN, Comment.Course.CHECKING],
        state__in=[Comment.State.PENDING, Comment.State.PUBLISHED],
    )


# By name: the right that it takes to do something about it, the rows, and since when they wait.
WAITS = {
    "comments": (
        *("comments.moderate_comment", lambda: Comment.objects.to_decide()),
        "created_at",
    ),
    "corrections": ("comments.moderate_comment", proposed_corrections, "created_at"),
    "appeals": (
        *("comments.moderate_comment", lambda: Appeal.objects.filter(outcome="")),
        "created_at",
    ),
    "in_review": ("articles.publish_article", in_review, "submitted_at"),
    "held_up": ("articles.publish_article", held_up, "at"),
    "figures": ("desk.change_reviewtask", lambda: ReviewTask.objects.waiting(), ""),
    "failed": (
        *("taskqueue.change_queuedtask", lambda: QueuedTask.objects.failed()),
        "finished_at",
    ),
}


def waiting_for(request) -> dict[str, int]:
    """By name, of those alone that the user can do something about; once for a page."""
    if not hasattr(request, "waiting_at_desk"):
        may = request.user.has_perm
        counts = {
            name: RowCount(rows(), MOST)
            for name, (permission, rows, _moment) in WAITS.items()
            if may(permission)
        }
        request.waiting_at_desk = _ask(request.user, counts)
    return request.waiting_at_desk


def oldest_of(request) -> dict:
    """By name, since when the first of them waits."""
    firsts = {}
    for name, count in waiting_for(request).items():
        _permission, rows, moment = WAITS[name]
        if count and moment:
            firsts[name] = Subquery(rows().order_by(moment).values(moment)[:1])
    return _ask(request.user, firsts)


def _ask(user, expressions) -> dict:
    """All of them in one query, under names that no field of a user has."""
    if not expressions:
        return {}
    named = {f"waiting_{name}": one for name, one in expressions.items()}
    found = get_user_model().objects.filter(pk=user.pk).values(**named).get()
    return {name.removeprefix("waiting_"): value for name, value in found.items()}


def shown(count) -> str:
    return f"{MOST}+" if count >= MOST else str(count)

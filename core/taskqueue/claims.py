"""Who runs a task: one conditional UPDATE decides, on every database alike.

A claim is the pair of the task's id and the moment it was claimed. Whatever ends a claim names
both, so a worker that was taken for dead cannot overwrite what its successor did.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from traceback import format_exception

from django.core.exceptions import SuspiciousOperation
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.utils import get_module_path
from django_tasks_db.models import DBTaskResult

from core.taskqueue.backend import MAX_ATTEMPTS, exponential
from core.taskqueue.models import Worker

logger = logging.getLogger(__name__)
LOST = "The worker that ran it was killed, or lost the database for too long."


def claim_next(queue_names, worker: str) -> DBTaskResult | None:
    """Mark the task that is due next as run by `worker`."""
    ready = DBTaskResult.objects.ready().filter(queue_name__in=queue_names)
    while row := ready.first():
        unclaimed = DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.READY, started_at=row.started_at
        )
        row.status, row.started_at = TaskResultStatus.RUNNING, timezone.now()
        row.worker_ids = [*row.worker_ids, worker]
        if unclaimed.update(
            status=row.status, started_at=row.started_at, worker_ids=row.worker_ids
        ):
            return row
    return None


def succeed(row, value) -> bool:
    return _end(
        row,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=value,
        exception_class_path="",
        traceback="",
    )


def fail(row, error: BaseException) -> bool:
    """Put it back to be tried again after a pause, or give up after its last attempt."""
    told = "".join(format_exception(error))
    return _fail(row, get_module_path(type(error)), told, exc_info=error)


def _fail(row, kind, told, exc_info=None) -> bool:
    attempt = len(row.worker_ids)
    max_attempts, backoff = retries_of(row)
    # PostgreSQL keeps no NUL in a text.
    error = {"exception_class_path": kind, "traceback": told.replace("\0", "\ufffd")}
    if attempt < max_attempts:
        logger.warning("Task %s failed, attempt %d: %s", row.task_path, attempt, kind or told)
        run_after = timezone.now() + backoff(attempt)
        return _end(row, status=TaskResultStatus.READY, run_after=run_after, **error)
    line = "Task %s failed for good, attempt %d: %s"
    logger.error(line, row.task_path, attempt, kind or told, exc_info=exc_info)
    return _end(row, status=TaskResultStatus.FAILED, finished_at=timezone.now(), **error)


def give_back(row) -> bool:
    """Its worker stops before the task has ended: another attempt that does not count."""
    return _end(row, status=TaskResultStatus.READY, worker_ids=row.worker_ids[:-1])


def reclaim(dead_after: timedelta) -> int:
    """Put back what workers were running that have not reported for `dead_after`."""
    alive = set(
        Worker.objects.filter(seen_at__gt=timezone.now() - dead_after).values_list("pk", flat=True)
    )
    lost = [row for row in DBTaskResult.objects.running() if alive.isdisjoint(row.worker_ids[-1:])]
    return sum(_fail(row, "", LOST) for row in lost)


def retries_of(row):
    with suppress(ImportError, SuspiciousOperation):
        return row.task.max_attempts, row.task.backoff
    # Enqueued by another version of the code: a worker of that version may still take it.
    return MAX_ATTEMPTS, exponential


def _end(row, **fields) -> bool:
    return bool(
        DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
        ).update(**fields)
    )

"""For tests: tasks run in this process, when the test says so or where they are enqueued."""

from django.conf import settings
from django_tasks import default_task_backend
from django_tasks.backends import immediate

from core.taskqueue import claims
from core.taskqueue.backend import RetriedTask
from core.taskqueue.worker import run_task


def tasks_run_by(backend: str) -> dict:
    """TASKS with another backend."""
    return {"default": settings.TASKS["default"] | {"BACKEND": backend}}


class EagerBackend(immediate.ImmediateBackend):
    """Waits for no commit, which a test's own transaction never comes to."""

    task_class = RetriedTask


def run_tasks(*queue_names) -> int:
    """Run what is due, and what it enqueues; gives how many. Raises the first error of a task."""
    names = queue_names or ("default", "slow", "outside")
    number = 0
    default_task_backend.forget_calls()
    while row := claims.claim_next(names, "test"):
        end = run_task(row)
        end()
        default_task_backend.forget_calls()
        if end.func is claims.fail:
            raise end.args[1]
        number += 1
    return number

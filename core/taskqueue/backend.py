"""The backends that settings.TASKS names: the queue, and one that runs tasks where they stand."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django_tasks.backends import immediate
from django_tasks.base import Task
from django_tasks_db.backend import DatabaseBackend

# With these a task that keeps failing is given up after 21 minutes.
MAX_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=2)


def exponential(attempt: int) -> timedelta:
    """The pause after a failed attempt: 10 seconds, then twice as long each time, ± 10 %."""
    pause = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, keeps no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriedTask(Task):
    """What `@task(max_attempts=…, backoff=…)` makes with the backends below."""

    max_attempts: int = MAX_ATTEMPTS
    backoff: Callable[[int], timedelta] = exponential


class QueueBackend(DatabaseBackend):
    task_class = RetriedTask


class ImmediateBackend(immediate.ImmediateBackend):
    task_class = RetriedTask

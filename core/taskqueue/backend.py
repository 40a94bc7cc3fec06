"""The backends that settings.TASKS names: the queue, and one that runs tasks where they stand."""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

from django.db import transaction
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
    """What `@task(max_attempts=…, backoff=…)` makes with the backends below.

    `once`: of equal calls in one transaction the first is enqueued. For a task that looks at what
    is stored when it runs, and that many changes call for.
    """

    max_attempts: int = MAX_ATTEMPTS
    backoff: Callable[[int], timedelta] = exponential
    once: bool = False


class Enqueued:
    """A call that was enqueued in the transaction under way.

    Only Django's list of callbacks refers to it: that drops it when the transaction ends, and
    when the savepoint in which it was enqueued is rolled back.
    """

    def __init__(self, result):
        self.result = result

    def ends(self):
        """Called after the commit."""


class QueueBackend(DatabaseBackend):
    task_class = RetriedTask

    def __init__(self, alias, params):
        super().__init__(alias, params)
        self._local = threading.local()

    def enqueue(self, task, args, kwargs):
        if not task.once:
            return super().enqueue(task, args, kwargs)
        calls = self._local.__dict__.setdefault("calls", WeakValueDictionary())
        call = json.dumps([task.module_path, args, kwargs], sort_keys=True)
        if (earlier := calls.get(call)) is not None:
            return earlier.result
        calls[call] = enqueued = Enqueued(super().enqueue(task, args, kwargs))
        transaction.on_commit(enqueued.ends)
        return enqueued.result

    def forget_calls(self):
        """For tests whose transaction goes on when the tasks have run."""
        self._local.__dict__.clear()


class ImmediateBackend(immediate.ImmediateBackend):
    task_class = RetriedTask

    def enqueue(self, task, args, kwargs):
        if not task.once:
            return super().enqueue(task, args, kwargs)
        # What it looks at is complete when the transaction is.
        transaction.on_commit(partial(super().enqueue, task, args, kwargs))
        return None

"""The worker process: a few threads for each queue, one that hands out tasks, one that reports.

It outlives any outage of the database: nothing is claimed meanwhile, and what has ended is written
down as soon as the database is back.
"""

import logging
import os
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from queue import SimpleQueue

import django.db
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json

from core.logs import log_context
from core.taskqueue import claims, recurring
from core.taskqueue.models import Worker

logger = logging.getLogger(__name__)
OUTAGE = (OperationalError, InterfaceError)
POLL_SECONDS = 0.5
OUTAGE_PAUSE = 1
# How long a task may go on after the worker was asked to stop.
GRACE_SECONDS = 20


def unique_name() -> str:
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{get_random_string(8)}"


def run_task(row):
    """Run a claimed task in this thread; gives what writes its end down."""
    try:
        task, given = row.task, row.args_kwargs
        context = [TaskContext(task_result=row.task_result)] if task.takes_context else []
        value = normalize_json(task.call(*context, *given["args"], **given["kwargs"]))
    except BaseException as error:
        return partial(claims.fail, row, error)
    return partial(claims.succeed, row, value)


class TaskThread(threading.Thread):
    """Runs one task of its queue at a time. A connection to the database is kept between them."""

    def __init__(self, queue_name, worker):
        super().__init__(name=f"tasks-{queue_name}", daemon=True)
        self.queue_name, self.worker = queue_name, worker
        self.inbox = SimpleQueue()
        self.row = None

    def give(self, row):
        self.row = row
        self.inbox.put(row)

    def run(self):
        while True:
            row = self.inbox.get()
            close_old_connections()
            self.run_one(row)
            close_old_connections()
            self.row = None
            self.worker.wake.set()

    def run_one(self, row):
        with log_context(task_id=str(row.pk)):
            self._write_down(row, run_task(row))

    def _write_down(self, row, end):
        while True:
            try:
                return end()
            except OUTAGE as error:
                self.worker.wait_out(error)
            except Exception as error:
                # What it returned cannot be stored.
                end = partial(claims.fail, row, error)


class RunningWorker:
    def __init__(self, threads: dict[str, int], dead_after: float | None = None):
        self.name = unique_name()
        self.threads = [
            TaskThread(queue_name, self)
            for queue_name, number in threads.items()
            for _ in range(number)
        ]
        self.dead_after = timedelta(seconds=dead_after or settings.WORKER_DEAD_AFTER)
        self.wake = threading.Event()
        # Plain flags: a signal may arrive while this thread holds an Event's lock.
        self.is_stopping = self.is_hurried = self.is_finished = self.is_outage_told = False
        # Since when this worker has reported without a gap.
        self.reporting_since = None

    def stop(self, *_signal):
        """Claim nothing more. A second call does not wait for what is running either."""
        self.is_hurried = self.is_stopping
        self.is_stopping = True

    def run(self, *, until_empty=False):
        reporter = threading.Thread(target=self._keep_reporting, name="reports", daemon=True)
        for thread in [reporter, *self.threads]:
            thread.start()
        while not self.is_stopping:
            is_busy = self._survive(self.hand_out)
            if is_busy is None and until_empty:
                break
            if not is_busy:
                self.wake.wait(POLL_SECONDS)
                self.wake.clear()
        self._finish()

    def hand_out(self) -> bool | None:
        """Claim one task for a thread that is free. None when nothing is due, and nothing runs."""
        is_idle = not self._running()
        free = {thread.queue_name: thread for thread in self.threads if thread.row is None}
        row = claims.claim_next(free, self.name) if free else None
        if row:
            free[row.queue_name].give(row)
        return bool(row) or (None if is_idle else False)

    def report(self):
        """Say that this worker lives, take over from those that do not, enqueue what is due."""
        now = timezone.now()
        if not Worker.objects.filter(pk=self.name).update(seen_at=now):
            Worker.objects.create(pk=self.name, seen_at=now, started_at=now)
        self.reporting_since = self.reporting_since or now
        # After an outage every other worker gets as long to report again.
        if now - self.reporting_since > self.dead_after:
            claims.reclaim(self.dead_after)
            Worker.objects.filter(seen_at__lt=now - 10 * self.dead_after).delete()
        recurring.enqueue_due(now)

    def _keep_reporting(self):
        interval = self.dead_after.total_seconds() / 6
        while not self.is_finished:
            if self._survive(self.report) is False:
                self.reporting_since = None
            time.sleep(interval)

    def _survive(self, step):
        """What `step` gives; False when it failed, which ends neither thread nor process.

        Only then is the connection looked at: a check before each would double an idle worker's
        queries.
        """
        try:
            done = step()
        except django.db.Error as error:
            self.wait_out(error)
            return False
        except Exception:
            logger.exception("The worker goes on after an error")
            time.sleep(OUTAGE_PAUSE)
            return False
        self.is_outage_told = False
        return done

    def wait_out(self, error):
        if not self.is_outage_told:
            self.is_outage_told = True
            logger.warning("The worker waits for the database: %s", str(error).strip())
        time.sleep(OUTAGE_PAUSE)
        close_old_connections()

    def _finish(self):
        """Let what is running end, for a while; give back the rest to other workers."""
        deadline = timezone.now() + timedelta(seconds=GRACE_SECONDS)
        while self._running() and timezone.now() < deadline and not self.is_hurried:
            self.wake.wait(0.1)
            self.wake.clear()
        with suppress(django.db.Error):
            close_old_connections()
            for row in self._running():
                claims.give_back(row)
            self.is_finished = True
            Worker.objects.filter(pk=self.name).delete()

    def _running(self):
        return [row for thread in self.threads if (row := thread.row)]

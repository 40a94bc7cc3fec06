"""Management commands that run at set times, as tasks.

`settings.RECURRING_TASKS` names the list of them. Each due time is enqueued once, however many
workers look. Due times that passed while no worker ran are made up for by one run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from core.taskqueue.models import RecurringRun


@dataclass(frozen=True)
class At:
    """Every day at this time, in the publication's time zone."""

    time: time

    def latest(self, now: datetime) -> datetime:
        today = timezone.localtime(now).date()
        due = timezone.make_aware(datetime.combine(today, self.time))
        if due > now:
            due = timezone.make_aware(datetime.combine(today - timedelta(days=1), self.time))
        return due


@dataclass(frozen=True)
class Every:
    """Again and again after so long."""

    interval: timedelta

    def latest(self, now: datetime) -> datetime:
        return now - (now - datetime.fromtimestamp(0, UTC)) % self.interval


@dataclass(frozen=True)
class Recurring:
    """`command` as it is typed; another spelling makes it a new one."""

    command: str
    due: At | Every
    queue_name: str = "slow"


@task()
def run_command(command) -> str:
    output = StringIO()
    call_command(*command.split(), stdout=output, stderr=output)
    return output.getvalue()


def all_recurring() -> list[Recurring]:
    return import_string(settings.RECURRING_TASKS)


def enqueue_due(now=None) -> int:
    now = now or timezone.now()
    former = dict(RecurringRun.objects.values_list("pk", "due_at"))
    due = ((one, one.due.latest(now)) for one in all_recurring())
    return sum(
        enqueue_once(one, former.get(one.command), due_at)
        for one, due_at in due
        if former.get(one.command) != due_at
    )


def enqueue_once(recurring, former, due_at) -> bool:
    """Whoever moves the row enqueues; another worker finds it moved."""
    if former is None:
        # A new one waits for its next time.
        RecurringRun.objects.get_or_create(pk=recurring.command, defaults={"due_at": due_at})
        return False
    with transaction.atomic():
        run = RecurringRun.objects.filter(pk=recurring.command, due_at=former)
        moved = former < due_at and run.update(due_at=due_at)
        if moved:
            run_command.using(queue_name=recurring.queue_name).enqueue(recurring.command)
    return bool(moved)

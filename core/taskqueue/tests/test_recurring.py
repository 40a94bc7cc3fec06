from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import get_commands
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.taskqueue.recurring import At, Every, Recurring, all_recurring, enqueue_due, enqueue_once

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NIGHTLY = Recurring("check", At(time(3, 30)))


@pytest.fixture
def nightly(monkeypatch, queue):
    monkeypatch.setattr("core.taskqueue.recurring.all_recurring", lambda: [NIGHTLY])


def at(hours):
    return MONDAY + timedelta(hours=hours)


@pytest.mark.django_db
def test_each_due_time_is_enqueued_once_and_missed_ones_together(nightly):
    told = [enqueue_due(at(hours)) for hours in (4, 5, 27, 28, 28, 100, 100)]
    assert told == [0, 0, 0, 1, 0, 1, 0]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_command_that_waits_for_others_keeps_no_rendition_waiting(monkeypatch, queue):
    commands = [NIGHTLY, Recurring("look_outside", At(time(3, 30)), queue_name="outside")]
    monkeypatch.setattr("core.taskqueue.recurring.all_recurring", lambda: commands)
    enqueue_due(at(4))
    enqueue_due(at(28))
    rows = DBTaskResult.objects.values_list("args_kwargs__args__0", "queue_name")
    assert dict(rows) == {"check": "slow", "look_outside": "outside"}


@pytest.mark.django_db
def test_due_time_that_another_worker_enqueued_is_not_enqueued_again(nightly):
    enqueue_due(at(4))
    former, due = (NIGHTLY.due.latest(at(hours)) for hours in (4, 28))
    assert enqueue_once(NIGHTLY, former, due)
    assert not enqueue_once(NIGHTLY, former, due)


def test_time_of_day_is_the_publication_s_own(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    with timezone.override("Europe/Berlin"):
        assert At(time(0, 5)).latest(at(12)) == at(-1) + timedelta(minutes=5)


def test_time_of_day_is_due_from_the_minute_on():
    daily = At(time(4, 20))
    due = at(4) + timedelta(minutes=20)
    assert daily.latest(due) == daily.latest(at(28)) == due
    assert daily.latest(due - timedelta(seconds=1)) == due - timedelta(days=1)


def test_every_recurring_command_exists_once():
    commands = [recurring.command for recurring in all_recurring()]
    assert {command.split()[0] for command in commands} <= set(get_commands())
    assert len(set(commands)) == len(commands)


def test_interval_is_due_again_after_so_long():
    quarter = Every(timedelta(minutes=15))
    due = at(4) + timedelta(minutes=15)
    assert quarter.latest(due) == quarter.latest(due + timedelta(minutes=14)) == due
    assert quarter.latest(due - timedelta(seconds=1)) == at(4)

"""What is enqueued, who runs it, and what becomes of it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.taskqueue import claims
from core.taskqueue.backend import exponential
from core.taskqueue.models import Worker
from core.taskqueue.tests import sample
from core.taskqueue.worker import RunningWorker, TaskThread, run_task

pytestmark = pytest.mark.django_db
QUEUES = ["default", "slow", "outside"]
DEAD_AFTER = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _nothing_done(queue):
    sample.done.clear()


def claim(worker="one"):
    return claims.claim_next(QUEUES, worker)


def only_row():
    return DBTaskResult.objects.get()


def make_due():
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def test_task_of_a_rolled_back_change_is_gone(queue):
    with transaction.atomic():
        sample.note.enqueue("never")
        transaction.set_rollback(True)
    assert queue() == 0
    assert sample.done == []


def test_task_waits_until_it_is_run(queue):
    sample.note.enqueue("a")
    assert sample.done == []
    assert queue() == 1
    assert sample.done == ["a"]
    assert only_row().status == TaskResultStatus.SUCCESSFUL


def test_task_that_looks_once_is_enqueued_once_in_a_transaction(queue):
    with transaction.atomic():
        for name in ("a", "b", "a"):
            sample.look_at.enqueue(name)
            sample.note.enqueue("note")
    queue()
    assert sorted(sample.done) == ["a", "b", "note", "note", "note"]


def test_task_that_looks_once_is_enqueued_again_after_it_has_run(queue):
    sample.look_at.enqueue("a")
    queue()
    sample.look_at.enqueue("a")
    queue()
    assert sample.done == ["a", "a"]


def test_task_that_looks_once_survives_a_savepoint_that_fell_with_the_first_call(queue):
    with transaction.atomic():
        with suppress(ZeroDivisionError), transaction.atomic():
            sample.look_at.enqueue("a")
            1 / 0  # noqa: B018 - anything that takes the savepoint back
        sample.look_at.enqueue("a")
    queue()
    assert sample.done == ["a"]


def test_urgent_task_runs_before_earlier_ones(queue):
    sample.note.enqueue("rendition")
    sample.note.using(priority=50).enqueue("mail")
    queue()
    assert sample.done == ["mail", "rendition"]


def test_deferred_task_is_not_run_before_its_time(queue):
    sample.note.using(run_after=timezone.now() + timedelta(minutes=1)).enqueue("later")
    assert queue() == 0
    make_due()
    assert queue() == 1


def test_claimed_task_is_claimed_by_no_other():
    sample.note.enqueue("a")
    assert claim("one")
    assert claim("two") is None


def test_claim_lost_between_look_and_update_takes_the_next(monkeypatch):
    sample.note.enqueue("a")
    sample.note.enqueue("b")
    first = DBTaskResult.objects.first()
    taken = claim("faster")
    assert taken.pk == first.pk
    stale = iter([first])
    ready = DBTaskResult.objects.ready()
    real_first = type(ready).first
    monkeypatch.setattr(type(ready), "first", lambda rows: next(stale, None) or real_first(rows))
    assert claim("slower").pk != first.pk


def test_failed_task_is_tried_again_after_a_pause_and_then_given_up():
    sample.fail.enqueue("a")
    for attempt in (1, 2):
        row = claim()
        run_task(row)()
        row = only_row()
        assert row.status == TaskResultStatus.READY
        assert len(row.worker_ids) == attempt
        assert row.run_after > timezone.now() + timedelta(seconds=5)
        assert claim() is None
        make_due()
    run_task(claim())()
    row = only_row()
    assert row.status == TaskResultStatus.FAILED
    assert row.exception_class_path == "builtins.ValueError"
    assert "such thing" in row.traceback
    assert sample.done == ["a"] * 3


def test_pauses_double_and_end():
    pauses = [exponential(attempt).total_seconds() for attempt in (1, 2, 3, 40)]
    assert [round(pause, -1) for pause in pauses[:3]] == [10, 20, 40]
    assert pauses[3] < 3 * 3600


def test_task_knows_which_attempt_it_is(queue):
    sample.note_attempt.enqueue()
    claims.give_back(claim())
    queue()
    assert sample.done == [1]


def test_result_that_cannot_be_stored_fails_the_task():
    sample.return_nothing_storable.enqueue()
    run_task(claim())()
    assert only_row().exception_class_path == "builtins.TypeError"


def test_task_that_the_code_no_longer_knows_fails_and_is_kept():
    sample.note.enqueue("a")
    DBTaskResult.objects.update(task_path="core.taskqueue.tests.sample.gone")
    run_task(claim())()
    assert only_row().exception_class_path == "builtins.ImportError"
    assert only_row().status == TaskResultStatus.READY


def test_task_of_a_dead_worker_is_put_back_and_that_of_a_living_one_is_not():
    now = timezone.now()
    Worker.objects.create(pk="living", started_at=now, seen_at=now)
    Worker.objects.create(pk="dead", started_at=now, seen_at=now - DEAD_AFTER)
    sample.note.enqueue("a")
    sample.note.enqueue("b")
    sample.note.enqueue("c")
    kept = claim("living")
    lost = {claim("dead").pk, claim("never seen").pk}
    assert claims.reclaim(DEAD_AFTER) == 2
    assert {row.pk for row in DBTaskResult.objects.filter(status="READY")} == lost
    assert DBTaskResult.objects.running().get().pk == kept.pk


def test_task_that_kills_its_worker_each_time_ends():
    sample.fail.enqueue("a")
    for _ in range(3):
        claim("dead")
        claims.reclaim(DEAD_AFTER)
        make_due()
    assert only_row().status == TaskResultStatus.FAILED
    assert "killed" in only_row().traceback


def test_worker_taken_for_dead_does_not_overwrite_its_successor():
    sample.note.enqueue("a")
    former = claim("presumed dead")
    claims.reclaim(DEAD_AFTER)
    make_due()
    claim("successor")
    assert not claims.succeed(former, "late")
    assert only_row().status == TaskResultStatus.RUNNING


def test_worker_reclaims_nothing_before_the_others_had_time_to_report():
    worker = RunningWorker({}, dead_after=30)
    sample.note.enqueue("a")
    claim("silent during the outage")
    worker.report()
    assert DBTaskResult.objects.running().exists()
    worker.reporting_since -= timedelta(seconds=31)
    worker.report()
    assert not DBTaskResult.objects.running().exists()


def test_idle_worker_asks_little(django_assert_num_queries):
    worker = RunningWorker({"default": 2, "slow": 1, "outside": 4})
    worker.report()
    with django_assert_num_queries(1):
        worker.hand_out()
    with django_assert_num_queries(2):
        worker.report()


def test_log_lines_of_a_task_bear_its_id():
    sample.note_log_context.enqueue()
    row = claim()
    TaskThread("default", RunningWorker({})).run_one(row)
    assert sample.done == [{"task_id": str(row.pk)}]


def test_last_failure_is_logged_in_one_line_with_its_traceback_apart(caplog):
    sample.fail.enqueue("a")
    for _attempt in range(3):
        make_due()
        row = claim()
        run_task(row)()
    *earlier, last = [record for record in caplog.records if "failed" in record.message]
    assert [record.exc_info for record in earlier] == [None, None]
    assert last.message.endswith("failed for good, attempt 3: builtins.ValueError")
    assert "No \0 such thing" in str(last.exc_info[1])


def test_running_tasks_are_found_by_an_index():
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            status=TaskResultStatus.SUCCESSFUL,
            args_kwargs={"args": [], "kwargs": {}},
            task_path=sample.note.module_path,
            backend_name="default",
            run_after=timezone.now(),
        )
        for _ in range(1000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "taskqueue_running" in DBTaskResult.objects.running().explain()

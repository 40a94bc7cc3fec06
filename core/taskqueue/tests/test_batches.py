import pytest
from django.db import OperationalError, connection

from core.db import turns
from core.taskqueue.models import Batch
from core.taskqueue.tests import sample

pytestmark = pytest.mark.django_db
ROWS = [(number, f"Row {number}") for number in range(1, 6)]


@pytest.fixture
def batch(queue):
    sample.done.clear()
    return Batch.start("Five rows", ROWS, sample.change_rows, chunk=2)


def progress(batch):
    return Batch.objects.get(pk=batch.pk).progress


def test_every_row_is_done_once_or_failed_with_its_reason(batch, queue):
    assert queue() == 3
    assert sample.done == [1, 2, 4, 5]
    assert progress(batch) == {"total": 5, "done": 4, "failed": 1}
    assert batch.failures().get().error == "Three is not to be had."


def test_task_that_runs_again_does_only_what_is_left(batch, queue, monkeypatch):
    monkeypatch.setattr(sample, "has_outage", True)
    with pytest.raises(OperationalError):
        queue()
    monkeypatch.setattr(sample, "has_outage", False)
    sample.change_rows.call(batch.pk, [3, 4])
    sample.change_rows.call(batch.pk, [1, 2, 3, 4])
    assert sorted(sample.done) == [1, 2, 4]
    assert progress(batch)["failed"] == 1


def test_error_of_the_code_fails_its_row_alone_and_tells_no_secret(batch, queue, monkeypatch):
    monkeypatch.setattr(sample, "has_bug", True)
    queue()
    assert progress(batch) == {"total": 5, "done": 3, "failed": 2}
    assert "KeyError" not in batch.failures().last().error


def test_batch_lets_others_write_between_its_rows(queue, monkeypatch):
    """On SQLite they would wait for its end, or in vain. PostgreSQL locks rows alone."""
    sample.done.clear()
    done_at_pauses = []
    # As if ten rows were done in a turn.
    monkeypatch.setattr(turns, "monotonic", lambda: len(sample.done) * turns.TURN / 10)
    monkeypatch.setattr(turns, "sleep", lambda seconds: done_at_pauses.append(len(sample.done)))
    rows = [(number, f"Row {number}") for number in range(11, 32)]
    Batch.start("Many rows", rows, sample.change_rows, chunk=21)
    queue()
    assert len(sample.done) == 21
    assert done_at_pauses == ([10, 20] if connection.vendor == "sqlite" else [])


def test_slow_batch_lets_others_write_after_each_row(queue, monkeypatch):
    sample.done.clear()
    pauses = []
    monkeypatch.setattr(turns, "sleep", pauses.append)
    monkeypatch.setattr(turns, "monotonic", lambda: len(sample.done) * 2 * turns.TURN)
    rows = [(number, f"Row {number}") for number in range(11, 16)]
    Batch.start("Slow rows", rows, sample.change_rows)
    queue()
    assert len(sample.done) == 5
    # After the last there is none to wait for.
    assert len(pauses) == (4 if connection.vendor == "sqlite" else 0)

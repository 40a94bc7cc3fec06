import operator
import os
import threading

import pytest
from django.db import IntegrityError, OperationalError, connection

from core.db import buffers
from core.db.buffers import Buffer, flush_all


class Store:
    """Where a buffer of these tests writes; `error` is what it answers with instead."""

    def __init__(self):
        self.batches, self.error = [], None

    def write(self, batch):
        if self.error:
            raise self.error
        self.batches.append(batch)


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def buffer(store, monkeypatch, settings):
    """One that only flush() empties: its thread would come too late for any test."""
    settings.COUNTERS_FLUSH_SECONDS = 3600
    monkeypatch.setattr(buffers, "buffers", [])
    monkeypatch.setattr(buffers, "flusher", buffers.Flusher())
    return Buffer("tests", write=store.write, merge=operator.add)


def test_entries_wait_and_are_written_together_in_their_order(buffer, store):
    for key in "bab":
        buffer.add(key, 1)
    assert store.batches == []
    assert buffer.flush()
    assert [list(batch.items()) for batch in store.batches] == [[("b", 2), ("a", 1)]]


def test_flush_of_nothing_writes_nothing(buffer, store):
    buffer.add("a", 1)
    assert [buffer.flush(), buffer.flush()] == [True, True]
    assert len(store.batches) == 1


def test_entry_is_written_at_once_when_nothing_may_wait(buffer, store, settings):
    settings.COUNTERS_FLUSH_SECONDS = 0
    buffer.add("a", 1)
    buffer.add("a", 1)
    assert store.batches == [{"a": 1}, {"a": 1}]


def test_entries_outlast_an_outage_and_join_what_came_since(buffer, store, caplog):
    store.error = OperationalError("connection refused\nIs the server running?")
    buffer.add("a", 1)
    assert [buffer.flush() for _n in range(5)] == [False] * 5
    buffer.add("b", 1)
    buffer.add("a", 1)
    store.error = None
    assert buffer.flush()
    assert [list(batch.items()) for batch in store.batches] == [[("a", 2), ("b", 1)]]
    assert caplog.messages == ["tests: 1 wait for the database: connection refused"]


def test_fault_that_passes_is_tried_again_and_loses_nothing(buffer, store):
    store.error = IntegrityError("the row is gone")
    buffer.add("a", 1)
    assert not buffer.flush()
    store.error = None
    assert buffer.flush()
    assert store.batches == [{"a": 1}]


def test_fault_that_stays_does_not_hold_up_what_comes_after(buffer, store, caplog):
    store.error = OperationalError("connection refused")
    buffer.add("a", 1)
    assert not buffer.flush()
    store.error = ValueError("no such day")
    assert [buffer.flush(), buffer.flush()] == [False, True]
    assert "tests: 1 cannot be written" in caplog.text
    store.error = None
    buffer.add("b", 1)
    assert buffer.flush()
    assert store.batches == [{"b": 1}]


def test_entries_over_the_limit_drop_the_oldest_and_the_log_says_so_once(
    buffer, store, monkeypatch, caplog
):
    monkeypatch.setattr(buffers, "KEPT", 3)
    store.error = OperationalError("connection refused")
    for key in range(3):
        buffer.add(key, 1)
    buffer.flush()
    assert not buffer.dropped
    for key in range(3, 10):
        buffer.add(key, 1)
        buffer.flush()
    assert list(buffer.waiting) == [7, 8, 9]
    assert caplog.text.count("the oldest are dropped") == 1
    store.error = None
    buffer.flush()
    assert store.batches == [{7: 1, 8: 1, 9: 1}]
    assert "7 were dropped" in caplog.text


def test_one_buffer_that_fails_does_not_keep_another_from_being_written(buffer, store):
    other = Store()
    Buffer("others", write=other.write, merge=operator.add).add("a", 1)
    store.error = OperationalError("connection refused")
    buffer.add("a", 1)
    assert not flush_all()
    assert other.batches == [{"a": 1}]


def test_additions_of_many_threads_between_flushes_are_all_written(buffer, store):
    start = threading.Barrier(8)

    def add_many():
        start.wait()
        for number in range(500):
            buffer.add(number % 7, 1)
            if number % 50 == 0:
                buffer.flush()

    threads = [threading.Thread(target=add_many) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    buffer.flush()
    assert sum(sum(batch.values()) for batch in store.batches) == 8 * 500


def test_many_entries_are_written_by_the_thread_before_their_time(buffer, monkeypatch):
    written = threading.Event()
    monkeypatch.setattr(buffers, "FLUSH_AT", 3)
    buffer.write = lambda batch: written.set()
    for key in range(3):
        buffer.add(key, 1)
    assert written.wait(30)


def test_thread_that_died_is_followed_by_another(buffer, monkeypatch):
    written = threading.Event()
    dead = threading.Thread(target=int)
    dead.start()
    dead.join()
    buffers.flusher.thread = dead
    monkeypatch.setattr(buffers, "FLUSH_AT", 1)
    buffer.write = lambda batch: written.set()
    buffer.add("a", 1)
    assert written.wait(30)


@pytest.mark.django_db(transaction=True)
def test_thread_leaves_no_connection_open(buffer, monkeypatch):
    """It would keep the tests' database from being dropped on PostgreSQL."""
    used, closed = [], threading.Event()

    def write(batch):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        used.append(connection.connection)

    def close_all():
        real_close_all()
        used.append(connection.connection)
        closed.set()

    real_close_all = buffers.connections.close_all
    monkeypatch.setattr(buffers.connections, "close_all", close_all)
    monkeypatch.setattr(buffers, "FLUSH_AT", 1)
    buffer.write = write
    buffer.add("a", 1)
    assert closed.wait(30)
    assert used[0] is not None
    assert used[1] is None


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_fork_writes_its_own_entries_and_not_its_parent_s(buffer, store):
    buffer.add("parent's", 1)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            waited = dict(buffer.waiting)
            buffer.add("child's", 1)
            has_thread = buffers.flusher.thread.is_alive()
            buffer.flush()
            os.write(writer, repr((waited, has_thread, store.batches)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    assert os.read(reader, 1000).decode() == repr(({}, True, [{"child's": 1}]))
    os.close(reader)
    buffer.flush()
    assert store.batches == [{"parent's": 1}]

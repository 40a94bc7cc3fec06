import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from comments.factories import CommentFactory
from core.db import timeouts

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such limits"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def limits():
    timeouts.limit_query_wait()
    connection.close()
    yield
    timeouts.lift_limits()
    connection.close()


@contextmanager
def locked(table):
    """Another connection holds a lock on the whole table."""
    is_locked, is_over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table}")
            is_locked.set()
            is_over.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_locked.wait(10)
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def lock_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


def test_page_that_needs_a_locked_table_says_so(client, limits):
    comment = CommentFactory()
    url = comment.discussion.article.get_absolute_url()
    client.raise_request_exception = False
    with locked("comments_comment"):
        page = client.get(url)
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "Closed for a moment" in page.content.decode()
    assert client.get(url).status_code == 200


def test_form_waits_longer_than_a_page(limits):
    asked = {}

    def view(request):
        asked[request.method] = lock_timeout()

    for method in ("GET", "POST"):
        timeouts.let_writers_queue(view)(RequestFactory().generic(method, "/"))
    assert asked == {"GET": timeouts.READ_LOCK, "POST": timeouts.WRITE_LOCK}
    assert lock_timeout() == timeouts.READ_LOCK


def test_form_whose_connection_breaks_leaves_the_next_a_readers_limits(limits):
    def view(request):
        connection.close()

    timeouts.let_writers_queue(view)(RequestFactory().post("/"))
    connection.close()
    assert lock_timeout() == timeouts.READ_LOCK


def test_command_waits_as_long_as_it_must():
    assert lock_timeout() == "0"
    timeouts.let_writers_queue(lambda request: None)(RequestFactory().post("/"))
    assert lock_timeout() == "0"

"""Tasks of the tests. What they do is kept in a list."""

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django_tasks import task

from core.logs import context as log_context
from core.taskqueue.batches import perform

done = []
has_outage = has_bug = False  # for a test to set, with monkeypatch


@task()
def note(name):
    done.append(name)
    return name


@task(once=True)
def look_at(name):
    done.append(name)


@task(max_attempts=3)
def fail(name):
    done.append(name)
    raise ValueError("No \0 such thing")


@task(takes_context=True)
def note_attempt(context):
    done.append(context.attempt)


@task(queue_name="slow")
def return_nothing_storable():
    return object()


@task(queue_name="slow")
def change_rows(batch_pk, keys):
    perform(batch_pk, keys, change_row)


def change_row(key):
    if key == 3:
        raise ValidationError("Three is not to be had.")
    if key == 4 and has_outage:
        raise OperationalError("The server is gone.")
    if key == 5 and has_bug:
        raise KeyError(key)
    done.append(key)


@task()
def note_log_context():
    done.append(dict(log_context.get()))

"""Tasks of the tests. What they do is kept in a list."""

from django_tasks import task

done = []


@task()
def note(name):
    done.append(name)
    return name


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

"""The task queue: Django's tasks interface over a database table, and the worker that runs it.

A task is a module-level function with django-tasks' decorator, enqueued in the transaction of the
change it follows from:

    @task(queue_name="outside", priority=50, max_attempts=12)
    def send_notice(pk): ...

    send_notice.enqueue(notice.pk)

Tasks run at least once, so running one again must do no harm.
"""

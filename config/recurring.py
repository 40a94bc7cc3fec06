"""What runs at set times. The worker enqueues each when it is due (core.taskqueue.recurring)."""

from datetime import time, timedelta

from django.conf import settings

from core.taskqueue.recurring import At, Every, Recurring

RECURRING_TASKS = [
    Recurring("end_preferences", At(time(0, 2))),
    Recurring("rebuild_review_tasks", At(time(0, 5))),
    # What is read today is asked about first today.
    Recurring("rebuild_review_tasks --read-today", Every(timedelta(minutes=15))),
    Recurring("clean_up", At(time(3, 40))),
    Recurring("dump_figures", At(time(4, 20))),
]
if settings.CHECK_SOURCES:
    # Other people's servers take their time, so it waits with the mails and not with renditions.
    RECURRING_TASKS.append(Recurring("check_sources", At(time(2, 30)), queue_name="outside"))

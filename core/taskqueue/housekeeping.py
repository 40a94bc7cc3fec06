from datetime import timedelta

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.housekeeping import Rule


def ended(status):
    ended = DBTaskResult.objects.filter(status=status)
    return lambda before: ended.filter(finished_at__lt=before)


RULES = [
    Rule("Tasks that succeeded", timedelta(days=1), ended(TaskResultStatus.SUCCESSFUL)),
    Rule("Tasks that failed for good", timedelta(days=30), ended(TaskResultStatus.FAILED)),
]

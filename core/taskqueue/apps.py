from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaskQueueConfig(AppConfig):
    name = "core.taskqueue"
    label = "taskqueue"
    verbose_name = _("Task queue")

    def ready(self):
        from core.housekeeping import register
        from core.taskqueue import housekeeping

        register(*housekeeping.RULES)

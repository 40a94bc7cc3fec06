from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self):
        from core import static_files
        from core.housekeeping import register
        from core.pagestore import housekeeping

        register(*housekeeping.RULES, *static_files.RULES)

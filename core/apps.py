from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self):
        from django.core.checks import register as register_check

        from core import static_files
        from core.housekeeping import register
        from core.models import CdnMark, Change
        from core.pagestore import checks, housekeeping
        from core.pagestore.tracking import on_no_page

        register(*housekeeping.RULES, *static_files.RULES)
        register_check(checks.check_models)
        register_check(checks.check_keys)
        on_no_page(Change, CdnMark, *apps.get_app_config("taskqueue").get_models())

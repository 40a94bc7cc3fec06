from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self):
        from django.contrib.admin.views.main import ChangeList

        from core.housekeeping import register
        from desk import housekeeping, pagekeys, signals
        from desk.mail import notices
        from desk.search import SearchForm

        ChangeList.search_form_class = SearchForm
        pagekeys.connect()
        signals.connect()
        notices.connect()
        register(*housekeeping.RULES)

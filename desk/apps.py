from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self):
        from django.contrib.admin.views.main import ChangeList

        from desk import pagekeys, signals
        from desk.search import SearchForm

        ChangeList.search_form_class = SearchForm
        pagekeys.connect()
        signals.connect()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self):
        from django.contrib.admin.views.main import ChangeList

        from desk import signals
        from desk.search import SearchForm

        ChangeList.search_form_class = SearchForm
        signals.connect()

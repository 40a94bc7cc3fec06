from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdsConfig(AppConfig):
    name = "ads"
    verbose_name = _("Ads")

    def ready(self):
        from ads import housekeeping, pagekeys
        from core.housekeeping import register

        pagekeys.connect()
        register(*housekeeping.RULES)

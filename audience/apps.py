from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudienceConfig(AppConfig):
    name = "audience"
    verbose_name = _("Audience")

    def ready(self):
        from audience import housekeeping, pagekeys
        from core.housekeeping import register

        pagekeys.connect()
        register(*housekeeping.RULES)

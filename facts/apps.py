from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "facts"
    verbose_name = _("Facts")

    def ready(self):
        from core.housekeeping import register
        from facts import housekeeping, immutability, pagekeys

        post_migrate.connect(immutability.install, sender=self)
        pagekeys.connect()
        register(*housekeeping.RULES)

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    name = "facts"
    verbose_name = _("Facts")

    def ready(self):
        from companies.merging import followers
        from core.housekeeping import register
        from facts import housekeeping, immutability, merging, pagekeys

        followers.append(merging.follow)
        pre_migrate.connect(immutability.remove, sender=self)
        post_migrate.connect(immutability.install, sender=self)
        pagekeys.connect()
        register(*housekeeping.RULES)

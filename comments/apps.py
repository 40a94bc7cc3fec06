from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self):
        from comments import housekeeping, pagekeys
        from comments.writing import merging
        from companies.merging import followers
        from core.housekeeping import register

        followers.append(merging.follow)
        pagekeys.connect()
        register(*housekeeping.RULES)

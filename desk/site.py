from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class DeskAdminSite(AdminSite):
    site_header = _("Dateline desk")
    site_title = _("Dateline desk")
    index_title = _("What needs doing")

    def index(self, request, extra_context=None):
        # The site is made while apps are still loading.
        from desk.tasks import tasks_for

        return super().index(request, {"tasks": tasks_for(request.user), **(extra_context or {})})

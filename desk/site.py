from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _desk_name() -> str:
    return gettext("%(name)s desk") % {"name": settings.SITE_NAME}


desk_name = lazy(_desk_name, str)


class DeskAdminSite(AdminSite):
    site_header = site_title = desk_name()
    index_title = _("What needs doing")

    def index(self, request, extra_context=None):
        # The site is made while apps are still loading.
        from desk.tasks import tasks_for

        return super().index(request, {"tasks": tasks_for(request.user), **(extra_context or {})})

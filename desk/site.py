from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class DeskAdminSite(AdminSite):
    site_header = _("Dateline desk")
    site_title = _("Dateline desk")
    index_title = _("What needs doing")

from django.contrib.admin.apps import AdminConfig


class DatelineAdminConfig(AdminConfig):
    default_site = "desk.site.DeskAdminSite"

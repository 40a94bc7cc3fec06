from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self):
        from companies.models import CompanyAlias
        from search.indexing import index_company_of

        # Aliases are saved after their company, whose own saving indexed it without them.
        post_save.connect(index_company_of, CompanyAlias, dispatch_uid="search.alias_saved")
        post_delete.connect(index_company_of, CompanyAlias, dispatch_uid="search.alias_deleted")

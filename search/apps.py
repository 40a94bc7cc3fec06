from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self):
        from modelsearch.index import get_indexed_models

        from companies.models import CompanyAlias
        from search import indexing

        for model in get_indexed_models():
            post_save.connect(indexing.enqueue_update, model)
            post_delete.connect(indexing.remove_entry, model)
        # Aliases are saved after their company, whose own saving enqueued it without them.
        post_save.connect(indexing.enqueue_update_of_company, CompanyAlias)
        post_delete.connect(indexing.enqueue_update_of_company, CompanyAlias)

"""modelsearch's database backend, with a title worth more than a body on SQLite as well."""

from django.db import connection
from django.db.models import Avg, F
from django.db.models.functions import Length
from modelsearch.backends import database
from modelsearch.utils import get_content_type_pk

SAMPLE = 1000


def SearchBackend(params):
    backend = database.SearchBackend(params)
    backend.index_class = type("Index", (OwnNorms, backend.index_class), {})
    if connection.vendor == "sqlite":
        from search.ranking import TitleFirstCompiler

        backend.query_compiler_class = TitleFirstCompiler
    return backend


class OwnNorms:
    """Weighs the titles just added, against the newest ones. modelsearch reads all there are."""

    added = None

    def add_items(self, model, objs):
        objs = list(objs)
        keys = [str(obj.pk) for obj in objs]
        self.added = {"content_type": get_content_type_pk(model), "object_id__in": keys}
        if connection.vendor == "sqlite" and len(keys) > 1:
            # There modelsearch writes rows that exist one by one, and new ones all at once.
            self.entries.filter(**self.added).delete()
        super().add_items(model, objs)

    def _refresh_title_norms(self, full=False):
        if full or self.added is None:
            return super()._refresh_title_norms(full=full)
        entries = self.entries.annotate(title_length=Length("title")).filter(title_length__gt=0)
        newest = self.entries.order_by("-pk").values("pk")[:SAMPLE]
        mean = entries.filter(pk__in=newest).aggregate(mean=Avg("title_length"))["mean"]
        if mean:
            entries.filter(**self.added).update(title_norm=mean / F("title_length"))
        return None

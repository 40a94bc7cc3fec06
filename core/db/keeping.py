"""Rows that stay on record: what readers have seen is taken down or withdrawn, never deleted.

A cascade goes round all this: relations to such a row are `PROTECT`.
"""

from django.db import models
from django.utils.translation import gettext_lazy

MOST_NAMED = 10


class KeptQuerySet(models.QuerySet):
    def kept(self):
        """Those of them that stay."""
        raise NotImplementedError

    def delete(self):
        refuse_to_delete(self.kept()[:MOST_NAMED], self.model.kept_because)
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class Kept(models.Model):
    kept_because = gettext_lazy(
        "Readers have seen it: it is withdrawn or taken down, never deleted."
    )

    class Meta:
        abstract = True

    @property
    def is_kept(self) -> bool:
        raise NotImplementedError

    def delete(self, *args, **kwargs):
        refuse_to_delete([self] if self.is_kept else (), self.kept_because)
        return super().delete(*args, **kwargs)


def refuse_to_delete(rows, words):
    if rows := set(rows):
        raise models.ProtectedError(str(words), rows)

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.querysets import HEAVY_FIELDS
from core.pagestore.tracking import TrackedQuerySet

FACT_OF = ("company", "metric")


class OnRecordQuerySet(TrackedQuerySet):
    """Append-only: changes in bulk and deletes are refused."""

    def update(self, **values):
        refuse()

    def bulk_update(self, objs, fields, *args, **kwargs):
        refuse()

    def delete(self):
        refuse()

    delete.alters_data = update.alters_data = True
    delete.queryset_only = True


class CorrectionQuerySet(OnRecordQuerySet):
    """All rows are public, whatever becomes of the articles."""

    def in_order(self):
        return self.order_by("-published_at", "-pk")

    def with_page(self):
        """Select what an entry of the log shows, without the articles' texts."""
        facts = [f"fact_{one}__{name}" for one in ("before", "after") for name in FACT_OF]
        heavy = (f"article__{name}" for name in HEAVY_FIELDS)
        return self.select_related("article", "company", *facts).defer(*heavy)

    def bulk_create(self, objs, *args, **kwargs):
        refuse()


def refuse():
    raise ValidationError(
        _(
            "A correction on record is never changed or taken back: publish another one. "
            "Words that must not be seen can be blacked out, with a reason."
        ),
        code="append_only",
    )

from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When


class FactQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: published facts, the deprecated ones among them."""
        return self.filter(status="published")

    def in_order_of_trust(self):
        """The value shown first: preferred, else latest date, else best basis, else newest."""
        return self.order_by(
            Case(When(rank="preferred", then=Value(0)), default=Value(1)),
            F("as_of").desc(nulls_last=True),
            Case(
                When(basis="reported", then=Value(0)),
                When(basis="self", then=Value(1)),
                default=Value(2),
            ),
            F("published_at").desc(nulls_last=True),
            "-pk",
        )

    def current(self):
        """One published fact for each company, metric and scope: the one that is shown."""
        rivals = (
            self.model.objects.published()
            .filter(company=OuterRef("company"), metric=OuterRef("metric"), scope=OuterRef("scope"))
            .exclude(rank="deprecated")
            .in_order_of_trust()
        )
        return self.published().filter(pk=Subquery(rivals.values("pk")[:1]))

    def with_sources(self):
        return self.select_related("company", "metric").prefetch_related("references__source")


class TechUseQuerySet(models.QuerySet):
    def visible(self):
        """What the public may see: uses that name a source."""
        return self.filter(references__isnull=False).distinct()

    def with_sources(self):
        return self.select_related("company", "technology").prefetch_related("references__source")

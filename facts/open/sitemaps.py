from core.web.sitemaps import CanonicalSitemap, KeyedSitemap
from facts.models import Fact
from facts.open import metrics


class MetricSitemap(CanonicalSitemap):
    def items(self):
        return metrics.in_use().order_by("pk").only("key")


class FactSitemap(KeyedSitemap):
    """Figures that stand: nobody looks for a withdrawn one."""

    def items(self):
        return Fact.objects.standing().only("public_id", "saved_at")

    def lastmod(self, fact):
        return fact.saved_at

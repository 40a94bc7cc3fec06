from companies.models import Company, Technology
from core.web.sitemaps import CanonicalSitemap, KeyedSitemap


class CompanySitemap(KeyedSitemap):
    def items(self):
        return Company.objects.visible().only("slug", "saved_at")

    def lastmod(self, company):
        return company.saved_at


class TechnologySitemap(CanonicalSitemap):
    def items(self):
        return Technology.objects.visible().order_by("pk").only("slug")

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap


class CanonicalSitemap(Sitemap):
    """Addresses as the publication gives them, whatever host was asked."""

    limit = 10_000

    @property
    def protocol(self):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

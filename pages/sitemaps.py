from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class PageSitemap(Sitemap):
    """The pages that no table lists."""

    def items(self):
        return ["pages:home", "pages:about", "pages:privacy"]

    def location(self, name):
        return reverse(name)

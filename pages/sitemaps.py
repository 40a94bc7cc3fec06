from django.conf import settings
from django.contrib.sitemaps.views import SitemapIndexItem
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.sitemaps import CanonicalSitemap


class PageSitemap(CanonicalSitemap):
    """The pages that no table lists."""

    def items(self):
        return ["pages:home", "pages:about", "pages:privacy"]

    def location(self, name):
        return reverse(name)


@require_safe
def sitemap_index(request, sitemaps):
    """The parts, by their canonical addresses. Django's own reads every row for the last date."""
    items = []
    for name, sitemap_class in sitemaps.items():
        url = settings.SITE_URL + reverse("sitemap-part", args=[name])
        items += [
            SitemapIndexItem(url if number == 1 else f"{url}?p={number}")
            for number in sitemap_class().paginator.page_range
        ]
    return TemplateResponse(
        request, "sitemap_index.xml", {"sitemaps": items}, content_type="application/xml"
    )

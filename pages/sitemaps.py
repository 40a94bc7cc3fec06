from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from core.pagestore import stored_page
from core.web.sitemaps import CanonicalSitemap

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class PageSitemap(CanonicalSitemap):
    """The pages that no table lists, by the names of their addresses."""

    def __init__(self, *names):
        self.names = names

    def items(self):
        return self.names

    def location(self, name):
        return reverse(name)


@require_safe
@stored_page("articles", "authors", "topics", "companies", "technologies", "metrics")
def sitemap_index(request, sitemaps):
    """The parts, by their canonical addresses. Django's own reads every row for the last date."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<sitemapindex xmlns="{NAMESPACE}">']
    for name, sitemap_class in sitemaps.items():
        url = escape(settings.SITE_URL + reverse("sitemap-part", args=[name]))
        lines += [
            f"<sitemap><loc>{url}{f'?p={number}' if number > 1 else ''}</loc></sitemap>"
            for number in sitemap_class().paginator.page_range
        ]
    return HttpResponse("\n".join([*lines, "</sitemapindex>"]), content_type="application/xml")

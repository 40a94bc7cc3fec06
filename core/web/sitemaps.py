from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property


class CanonicalSitemap(Sitemap):
    """Addresses as the publication gives them, whatever host was asked."""

    limit = 1000

    @property
    def protocol(self):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class KeyPaginator(Paginator):
    """Parts by ranges of keys: the last costs what the first does, and nothing is counted.

    A part holds `per_page` rows at most, and none where nothing of its range may be shown.
    """

    @cached_property
    def ends(self):
        """The lowest key and the highest; two look-ups, as SQLite reads all between for both."""
        keys = self.object_list.model._base_manager.values_list("pk", flat=True)
        return keys.order_by("pk").first() or 1, keys.order_by("-pk").first() or 1

    @cached_property
    def num_pages(self):
        low, high = self.ends
        return (high - low) // self.per_page + 1

    def page(self, number):
        number = self.validate_number(number)
        start = self.ends[0] + (number - 1) * self.per_page
        rows = self.object_list.filter(pk__gte=start, pk__lt=start + self.per_page)
        return Page(rows.order_by("pk"), number, self)


class KeyedSitemap(CanonicalSitemap):
    """Of a table that grows without end; `items` is a queryset."""

    @property
    def paginator(self):
        return KeyPaginator(self.items(), self.limit)

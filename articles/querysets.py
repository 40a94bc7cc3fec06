from django.db import models
from django.utils import timezone
from modelsearch.queryset import SearchableQuerySetMixin


class ArticleQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def published(self):
        """What the public may see. A time still to come keeps an article back without any job."""
        return self.filter(status="published", published_at__lte=timezone.now())

    def scheduled(self):
        return self.filter(status="published", published_at__gt=timezone.now())

    def in_order(self):
        return self.order_by("-published_at", "-pk")

    def about(self, company):
        return self.filter(companies=company)

    def with_card_data(self):
        return self.select_related("section", "cover").prefetch_related("bylines__author")

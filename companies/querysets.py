from django.db import models
from modelsearch.queryset import SearchableQuerySetMixin


class CompanyQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def visible(self):
        """What the public may see: every profile that an editor has opened."""
        return self.filter(is_public=True)

    def with_profile_data(self):
        return self.select_related("industry", "parent", "logo").prefetch_related("aliases")


class TechnologyQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def visible(self):
        """Every technology is public: it says nothing of itself but its name and its kind."""
        return self.all()

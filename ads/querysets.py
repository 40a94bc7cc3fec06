from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class AdQuerySet(models.QuerySet):
    def started(self):
        """Ads that run or have run: an old page's link still leads where it said."""
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=timezone.now()), is_active=True
        )

    def running(self):
        """Ads that may be shown now."""
        return self.started().filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))

    def for_section(self, section):
        """Ads without a section run everywhere."""
        return self.filter(Q(sections__isnull=True) | Q(sections=section)).distinct()

    def count_impressions(self):
        return self.update(impressions=F("impressions") + 1)

    def count_click(self):
        return self.update(clicks=F("clicks") + 1)

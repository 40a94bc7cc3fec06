from django.db import models
from django.db.models import Q
from django.utils import timezone


class AdQuerySet(models.QuerySet):
    def running(self):
        """Ads that may be shown now."""
        now = timezone.now()
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=now),
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            is_active=True,
        )

    def for_section(self, section):
        """Ads without a section run everywhere."""
        return self.filter(Q(sections__isnull=True) | Q(sections=section)).distinct()

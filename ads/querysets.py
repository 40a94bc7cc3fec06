from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.pagestore.tracking import TrackedQuerySet


class AdQuerySet(TrackedQuerySet):
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

    def count_impressions(self, numbers):
        """Add what `numbers` says of each ad, by key."""
        self._count("impressions", numbers)

    def count_clicks(self, numbers):
        self._count("clicks", numbers)

    def _count(self, field, numbers):
        # In one order, so that two processes never wait for each other.
        with transaction.atomic():
            found = self.filter(pk__in=numbers).order_by("pk")
            for pk in list(found.values_list("pk", flat=True)):
                self.filter(pk=pk).update(**{field: F(field) + numbers[pk]})

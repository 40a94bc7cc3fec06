"""Hearts: one per visitor and article, toggled, with the count updated in the same transaction."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audience.models import Audience, Heart


def toggle(article, *, visitor, subnet) -> bool:
    """Add the visitor's heart or remove it; return whether the article has it now."""
    with transaction.atomic():
        # Locking the article's counts serializes changes to its hearts.
        Audience.objects.select_for_update().get_or_create(article=article)
        if Heart.objects.filter(article=article, visitor=visitor).delete()[0]:
            Audience.add(article, hearts=-1)
            return False
        Heart.objects.create(article=article, visitor=visitor, subnet=subnet)
        Audience.add(article, hearts=1)
        return True


def is_hearted(article, visitor) -> bool:
    return visitor is not None and Heart.objects.filter(article=article, visitor=visitor).exists()


def is_hearting_too_fast(subnet) -> bool:
    since = timezone.now() - timedelta(minutes=1)
    recent = Heart.objects.filter(subnet=subnet, created_at__gt=since)
    return recent.count() >= settings.HEARTS_PER_SUBNET_PER_MINUTE

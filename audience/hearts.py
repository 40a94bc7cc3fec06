"""Hearts: one for each visitor, given and taken back, counted as they are written."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audience.models import Audience, Heart


def toggle(article, *, visitor, subnet) -> bool:
    """Give the visitor's heart, or take it back. Answers whether the article has it now."""
    hearts = Heart.objects.filter(article=article, visitor=visitor)
    with transaction.atomic():
        if hearts.delete()[0]:
            Audience.add(article, hearts=-1)
            return False
        # Whoever sends the same heart twice at once has given one.
        _heart, is_new = hearts.get_or_create(
            article=article, visitor=visitor, defaults={"subnet": subnet}
        )
        if is_new:
            Audience.add(article, hearts=1)
        return True


def is_hearted(article, visitor) -> bool:
    return visitor is not None and Heart.objects.filter(article=article, visitor=visitor).exists()


def is_too_many(subnet) -> bool:
    since = timezone.now() - timedelta(minutes=1)
    recent = Heart.objects.filter(subnet=subnet, created_at__gt=since)
    return recent.count() >= settings.HEARTS_PER_SUBNET_PER_MINUTE

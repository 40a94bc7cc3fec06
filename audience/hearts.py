"""Hearts of articles: toggled, with the count updated in the same transaction."""

from django.db import transaction
from django.utils import timezone

from audience.models import Audience, DailySum
from core.hearts import press


def toggle(article, *, visitor, subnet) -> bool:
    """Whether the article has the visitor's heart now. Raises TooManyHearts."""
    with transaction.atomic():
        # Locking the article's counts serializes changes to its hearts.
        Audience.objects.select_for_update().get_or_create(article=article)
        is_given = press(article.hearts, visitor=visitor, subnet=subnet)
        Audience.add(article, hearts=1 if is_given else -1)
        if is_given:
            DailySum.objects.add(timezone.localdate(), hearts=1)
        else:
            given_at = article.hearts.values_list("created_at", flat=True).get(visitor=visitor)
            DailySum.objects.take_heart_back(timezone.localdate(given_at))
    return is_given

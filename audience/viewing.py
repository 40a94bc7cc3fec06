"""Views: counted once for each visitor and day, without a cookie and without an address."""

import hashlib
import hmac
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audience.models import Audience, DailySalt, DailyViews, Sighting
from core.http import client_address, is_automated


def record_view(article, request) -> bool:
    """Count the visitor's first look at the article today. Answers whether this was it."""
    # Only our own pages count: another site's <img> would count its own readers.
    if is_automated(request) or request.META.get("HTTP_SEC_FETCH_SITE") not in (
        None,
        "same-origin",
    ):
        return False
    day = timezone.localdate()
    sighting = {"article": article, "day": day, "visitor": visitor_mark(request, article, day)}
    # Looked up first without the write lock: a second look changes nothing.
    if Sighting.objects.filter(**sighting).exists():
        return False
    with transaction.atomic():
        _sighting, is_new = Sighting.objects.get_or_create(**sighting)
        if is_new:
            DailyViews.objects.get_or_create(article=article, day=day)
            DailyViews.objects.filter(article=article, day=day).update(views=F("views") + 1)
            Audience.add(article, views=1)
    return is_new


def visitor_mark(request, article, day) -> str:
    """The same for one browser, article and day; nobody can go back from it to the address."""
    who = (client_address(request), request.META.get("HTTP_USER_AGENT", ""), str(article.pk))
    return hmac.new(salt_of(day), "\0".join(who).encode(), hashlib.sha256).hexdigest()[:32]


def salt_of(day) -> bytes:
    """The day's salt. Whoever is first to ask for it throws away what former days left."""
    salt, is_new = DailySalt.objects.get_or_create(
        day=day, defaults={"salt": secrets.token_bytes(32)}
    )
    if is_new:
        forget_days_before(day)
    return bytes(salt.salt)


def forget_days_before(day):
    DailySalt.objects.filter(day__lt=day).delete()
    Sighting.objects.filter(day__lt=day).delete()

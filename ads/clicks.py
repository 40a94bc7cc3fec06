"""Clicks on ads, counted once for each network, ad and hour: whoever pays for them is owed that.

A click is hashed in the request and written in batches (see `core.db.buffers`). No address is
stored, and nothing tells whether one network clicked on two ads, or in two hours.
"""

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ads.models import Ad, CountedClick
from core.db.buffers import Buffer
from core.web.http import is_automated, is_from_elsewhere, subnet_key


def record_click(ad, request):
    if is_automated(request) or is_from_elsewhere(request):
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    clicks.add((ad.pk, mark_of(ad, request, hour)), hour)


def mark_of(ad, request, hour) -> str:
    who = (subnet_key(request), str(ad.pk), hour.isoformat())
    return salted_hmac("ads.clicks", "\0".join(who), algorithm="sha256").hexdigest()[:32]


def write_clicks(hours):
    """Count what is new of `hours`, by (ad, mark); clicks on ads deleted since are dropped."""
    with transaction.atomic():
        # Processes that heard of the same network take turns at the ad.
        asked = Ad.objects.filter(pk__in={pk for pk, _mark in hours}).order_by("pk")
        ads = set(asked.select_for_update().values_list("pk", flat=True))
        marks = [mark for _pk, mark in hours]
        known = set(CountedClick.objects.filter(mark__in=marks).values_list("mark", flat=True))
        new = [(pk, mark) for pk, mark in hours if pk in ads and mark not in known]
        CountedClick.objects.bulk_create(
            [CountedClick(mark=mark, hour=hours[pk, mark]) for pk, mark in new]
        )
        Ad.objects.count_clicks(Counter(pk for pk, _mark in new))


clicks = Buffer("ad clicks", write=write_clicks, merge=lambda first, _again: first)

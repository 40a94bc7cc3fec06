"""Views: counted once for each visitor and day, without a cookie and without an address.

A look is judged and hashed in the request, and written a moment later with many others (see
core.buffers). Which looks were the first of their day, the database says then.
"""

import hashlib
import hmac
import secrets
import time
from collections import Counter
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Article
from audience.labels import views_label
from audience.models import Audience, DailySalt, DailyViews, Sighting
from core.buffers import OUTAGE, Buffer, is_buffering
from core.http import client_address, is_automated
from core.pagestore import changed

# Looks of the day's last moments may be written after midnight, and must still meet the others.
LATE = timedelta(minutes=5)
# More rows than this would be more parameters than SQLite takes in one statement.
ROWS_AT_ONCE = 1000
DELETED_AT_ONCE = 5000

# Sent inside the transaction that counts them, with `shown`: how many first looks were at each of
# the things that `record_view` was told of.
first_looks = Signal()


def record_view(pk, request, shown=()):
    """Count the visitor's look at the article, if readers may see it and it is today's first."""
    require_public(pk)
    # Only our own pages count: another site's <img> would count its own readers.
    if is_automated(request) or request.META.get("HTTP_SEC_FETCH_SITE") not in (
        None,
        "same-origin",
    ):
        return
    day = timezone.localdate()
    looks.add((pk, day, visitor_mark(pk, request, day)), tuple(shown))


def require_public(pk):
    """404 unless readers may see the article. A yes holds for as long as looks wait, about."""
    try:
        if is_buffering():
            ask_once(pk, time.monotonic() // settings.COUNTERS_FLUSH_SECONDS)
        else:
            ask(pk)
    except OUTAGE:
        # Stored pages are still read: the flush asks when the database is back.
        pass


def ask(pk):
    get_object_or_404(Article.objects.published().values("pk"), pk=pk)


@lru_cache(maxsize=4096)
def ask_once(pk, moment):
    ask(pk)


def visitor_mark(pk, request, day) -> str:
    """The same for one browser, article and day; nobody can go back from it to the address."""
    who = (client_address(request), request.META.get("HTTP_USER_AGENT", ""), str(pk))
    salt = remembered_salt(day) if is_buffering() else salt_of(day)
    return hmac.new(salt, "\0".join(who).encode(), hashlib.sha256).hexdigest()[:32]


def salt_of(day) -> bytes:
    salt, _is_new = DailySalt.objects.get_or_create(
        day=day, defaults={"salt": secrets.token_bytes(32)}
    )
    return bytes(salt.salt)


# One day's: the former goes from memory when it is over.
remembered_salt = lru_cache(maxsize=1)(salt_of)


def write_looks(shown_by_look):
    """Looks are (article, day, mark). Whatever is hidden by now is not counted."""
    asked = {pk for pk, _day, _mark in shown_by_look}
    public = set(Article.objects.published().filter(pk__in=asked).values_list("pk", flat=True))
    # Everything is written in one order, so that two processes never wait for each other.
    rows = sorted(look for look in shown_by_look if look[0] in public)
    with transaction.atomic():
        new = [
            look
            for start in range(0, len(rows), ROWS_AT_ONCE)
            for look in insert_new(rows[start : start + ROWS_AT_ONCE])
        ]
        add_views(new)
        shown = Counter(thing for look in new for thing in shown_by_look[look])
        if shown:
            first_looks.send(sender=Sighting, shown=shown)
    forget_days_before(timezone.localdate(timezone.now() - LATE))


def insert_new(looks) -> list:
    """Write the sightings; answers those that nobody had written before, exactly."""
    # bulk_create(ignore_conflicts=True) cannot say which. Both databases know these words.
    rows = ", ".join(["(%s, %s, %s)"] * len(looks))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audience_sighting (article_id, day, visitor) VALUES {rows} "  # noqa: S608
            "ON CONFLICT DO NOTHING RETURNING article_id, day, visitor",
            [value for pk, day, mark in looks for value in (pk, str(day), mark)],
        )
        inserted = {(pk, str(day), mark) for pk, day, mark in cursor.fetchall()}
    return [look for look in looks if (look[0], str(look[1]), look[2]) in inserted]


def add_views(looks):
    by_day = sorted(Counter((pk, day) for pk, day, _mark in looks).items())
    by_article = sorted(Counter(pk for pk, _day, _mark in looks).items())
    DailyViews.objects.bulk_create(
        [DailyViews(article_id=pk, day=day) for (pk, day), _number in by_day],
        ignore_conflicts=True,
    )
    for (pk, day), number in by_day:
        DailyViews.objects.filter(article=pk, day=day).update(views=F("views") + number)
    Audience.objects.bulk_create(
        [Audience(article_id=pk) for pk, _number in by_article], ignore_conflicts=True
    )
    for pk, number in by_article:
        Audience.objects.filter(article=pk).update(views=F("views") + number)
    now = dict(Audience.objects.filter(article__in=dict(by_article)).values_list("pk", "views"))
    changed(
        *(
            f"article:{pk}"
            for pk, number in by_article
            if views_label(now[pk]) != views_label(now[pk] - number)
        ),
        by_visitor=False,
    )


def forget_days_before(day):
    """The one process that throws a salt away does so with what was hashed with it."""
    if not DailySalt.objects.filter(day__lt=day).delete()[0]:
        return
    # Few at a time: a day of a large site would keep other writers waiting.
    old = Sighting.objects.filter(day__lt=day).order_by("pk").values("pk")[:DELETED_AT_ONCE]
    while Sighting.objects.filter(pk__in=old).delete()[0]:
        pass


looks = Buffer("views", write=write_looks, merge=lambda first, _again: first)

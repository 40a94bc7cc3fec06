"""Page views, counted once per visitor and day without cookies or stored addresses.

A view is validated and hashed in the request and written in batches (see `core.db.buffers`). The
database then tells which were the first of their day.
"""

import hashlib
import hmac
import secrets
import time
import zlib
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
from audience.models import Audience, DailySalt, DailySum, DailyViews, Sighting
from core.db.buffers import OUTAGE, Buffer, is_buffering
from core.pagestore import changed
from core.web.http import client_address, is_automated, is_from_elsewhere

# Views just before midnight may be written after it and still have to be deduplicated.
LATE = timedelta(minutes=5)
# SQLite limits the number of parameters per statement.
ROWS_AT_ONCE = 1000
DELETED_AT_ONCE = 5000

# Sent in the transaction that counts views, with `shown`: the number of first views for each of
# the objects passed to `record_view`.
first_looks = Signal()


def record_view(pk, request, shown=()):
    """Count the visitor's first view of a public article today."""
    require_public(pk)
    if is_automated(request) or is_from_elsewhere(request):
        return
    day = timezone.localdate()
    looks.add((pk, day, visitor_mark(pk, request, day)), tuple(shown))


def require_public(pk):
    """Raise Http404 unless the article is public; a yes is cached for one flush interval."""
    try:
        if is_buffering():
            ask_once(pk, time.monotonic() // settings.COUNTERS_FLUSH_SECONDS)
        else:
            ask(pk)
    except OUTAGE:
        # Stored pages are served during an outage; the flush checks again afterwards.
        pass


def ask(pk):
    get_object_or_404(Article.objects.published().values("pk"), pk=pk)


@lru_cache(maxsize=4096)
def ask_once(pk, moment):
    ask(pk)


def visitor_mark(pk, request, day) -> str:
    """A keyed hash of browser and address, per article and day; it cannot be reversed."""
    who = (client_address(request), _browser(request), str(pk))
    salt = remembered_salt(day) if is_buffering() else salt_of(day)
    return hmac.new(salt, "\0".join(who).encode(), hashlib.sha256).hexdigest()[:32]


def salt_of(day) -> bytes:
    salt, _is_new = DailySalt.objects.get_or_create(
        day=day, defaults={"salt": secrets.token_bytes(32)}
    )
    return bytes(salt.salt)


# Keeps only the current day's salt in memory.
remembered_salt = lru_cache(maxsize=1)(salt_of)


def _browser(request) -> str:
    """One of so many behind an address: what it calls itself can be changed with every request."""
    agent, limit = request.META.get("HTTP_USER_AGENT", ""), settings.VIEWS_PER_ADDRESS
    return str(zlib.crc32(agent.encode()) % limit) if limit else agent


def write_looks(shown_by_look):
    """Write views, given as (article, day, mark); those of articles hidden since are dropped."""
    asked = {pk for pk, _day, _mark in shown_by_look}
    public = set(Article.objects.published().filter(pk__in=asked).values_list("pk", flat=True))
    # A fixed write order prevents deadlocks between processes.
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
    """Insert sightings and return those that did not exist before."""
    # bulk_create(ignore_conflicts=True) does not return which rows were inserted.
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
    # Last, as hearts do: whoever waits for a day holds no article that its holder needs.
    for day, number in sorted(Counter(day for _pk, day, _mark in looks).items()):
        DailySum.objects.add(day, views=number)
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
    """Delete old salts and, in the process that deleted them, the sightings hashed with them."""
    if not DailySalt.objects.filter(day__lt=day).delete()[0]:
        return
    # In batches, so that other writers are not blocked for long.
    old = Sighting.objects.filter(day__lt=day).order_by("pk").values("pk")[:DELETED_AT_ONCE]
    while Sighting.objects.filter(pk__in=old).delete()[0]:
        pass


looks = Buffer("views", write=write_looks, merge=lambda first, _again: first)

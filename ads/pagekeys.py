"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from datetime import UTC, datetime, timedelta

from ads.models import Ad, CountedClick
from core.pagestore import schedule
from core.pagestore.keys import declare
from core.pagestore.tracking import on_no_page, track, track_links

# How long a page with a choice of ads shows one of them.
TURN = timedelta(minutes=10)
# Tags of every page with room for ads, and of those whose ads take turns.
ADS, TURNS = "ads", "ads:turns"


def keys_of_ad(ad):
    return (ADS, schedule.SCHEDULE)


def starts_and_ends(after, until):
    for name in ("starts_at", "ends_at"):
        moments = Ad.objects.filter(
            is_active=True, **{f"{name}__gt": after, f"{name}__lte": until}
        ).values_list(name, flat=True)
        yield from ((moment, {ADS}) for moment in moments)


def turns(after, until):
    number = int(after.timestamp() // TURN.total_seconds()) + 1
    while (moment := datetime.fromtimestamp(number * TURN.total_seconds(), UTC)) <= until:
        yield moment, {TURNS}
        number += 1


def connect():
    declare(ADS)
    track(Ad, keys_of_ad, ignored={"impressions", "clicks"})
    on_no_page(CountedClick)
    track_links(Ad.sections.through, lambda *_: {ADS})
    schedule.sources += [starts_and_ends, turns]

"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from audience.models import Audience, DailySalt, DailySum, DailyViews, Heart, Sighting
from core.pagestore.tracking import on_no_page, track


def connect():
    # Hearts show at once. Views are counted in batches: see `audience.viewing`.
    track(
        Audience,
        lambda audience: {f"article:{audience.article_id}"},
        ignored={"views"},
        created=False,
    )
    # Pages show the sums in Audience.
    on_no_page(DailySalt, DailySum, DailyViews, Heart, Sighting)

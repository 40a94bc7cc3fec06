"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from audience.models import Audience
from core.pagestore.tracking import track


def connect():
    # Hearts show at once. Views are counted in batches: see `audience.viewing`.
    track(
        Audience,
        lambda audience: {f"article:{audience.article_id}"},
        ignored={"views"},
        created=False,
    )

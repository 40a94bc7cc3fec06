"""What pages are made of, of what is in this room (see `core.pagestore`)."""

from audience.models import Audience
from core.pagestore.tracking import track


def connect():
    # Hearts are shown as they are given. Views are counted in batches: see `audience.viewing`.
    track(
        Audience,
        lambda audience: {f"article:{audience.article_id}"},
        ignored={"views"},
        created=False,
    )

"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.tracking import keys_of_referrers, track
from images.models import Picture


def connect():
    # A new picture is on no page until something that is tracked names it.
    track(Picture, keys_of_referrers, created=False)

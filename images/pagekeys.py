"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.tracking import keys_of_referrers, on_no_page, track
from images.models import FormerFile, Picture


def connect():
    # A new picture is on no page until something that is tracked names it.
    track(Picture, keys_of_referrers, created=False)
    # Written along with a picture.
    on_no_page(FormerFile)

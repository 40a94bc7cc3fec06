"""What pages are made of, of what is in this room (see `core.pagestore`)."""

from core.pagestore.tracking import track
from images.models import Picture


def connect():
    # A new picture is on no page until something that is tracked names it.
    track(Picture, lambda picture: {"site"}, created=False)

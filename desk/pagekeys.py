"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.tracking import on_no_page
from desk.models import ReviewTask


def connect():
    on_no_page(ReviewTask)

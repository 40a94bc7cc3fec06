"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.tracking import on_no_page
from desk.models import DeskMail, ReviewTask


def connect():
    on_no_page(DeskMail, ReviewTask)

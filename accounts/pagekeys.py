"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from accounts.models import ResetRequest, User
from core.pagestore.tracking import on_no_page


def connect():
    # Pages name authors. The badge of a comment by staff is followed by comments.pagekeys.
    on_no_page(User, ResetRequest)

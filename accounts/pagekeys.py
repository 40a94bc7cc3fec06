"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from accounts.models import ResetRequest, User
from core.pagestore.keys import declare
from core.pagestore.tracking import on_no_page, track, track_links

SHOWN = ("first_name", "last_name")


def connect():
    declare("people")
    # Figures' pages name who did what. The badge of a comment by staff is followed by
    # comments.pagekeys, and pages name authors otherwise.
    unseen = [field.name for field in User._meta.fields if field.name not in SHOWN]
    track(User, lambda user: {"people"}, created=False, ignored=unseen)
    for rights in (User.groups.through, User.user_permissions.through):
        track_links(rights, lambda *_links: ())
    on_no_page(ResetRequest)

"""Whose name a reader may not take: the publication's, its staff's, its authors'."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Author
from comments.screening.lookalikes import squashed

# As the publication itself speaks: an outcome below a comment is signed “The desk”.
OUR_VOICES = [
    *(_("The desk"), _("Staff"), _("Editor"), _("The editors"), _("Editorial team")),
    *(_("Moderator"), _("The moderators")),
]
# Shorter names stand in too many others.
LEAST_WITHIN = 6


def claim_on(name: str, email: str = "") -> str:
    """ "same" or "within" where somebody's name is taken or stands in it, else "".

    `email` is an address that the person has proved to be theirs: it may be their own name.
    """
    mine, email = squashed(name), email.lower()
    found = ""
    for reserved, owner in _reserved():
        if email and email == owner.lower():
            continue
        theirs = squashed(reserved) - {""}
        if mine & theirs:
            return "same"
        if _can_stand_within(reserved) and any(one in whole for one in theirs for whole in mine):
            found = "within"
    return found


def _can_stand_within(reserved) -> bool:
    """First names alone are many people's."""
    is_whole = " " in reserved.strip() or reserved == settings.SITE_NAME
    return is_whole and all(len(one) >= LEAST_WITHIN for one in squashed(reserved))


def _reserved() -> Iterator[tuple[str, str]]:
    """Each name with the address of whose it is, which may be empty."""
    yield settings.SITE_NAME, ""
    yield from ((str(voice), "") for voice in OUR_VOICES)
    for name, email in Author.objects.values_list("name", "user__email"):
        yield name, email or ""
    staff = Q(is_staff=True) | Q(is_superuser=True)
    for user in get_user_model().objects.filter(staff, is_active=True):
        # As the desk's replies name them.
        yield user.desk_name, user.email

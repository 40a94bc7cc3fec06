"""Hearts that readers give to a page or a comment: one per visitor, few per network.

A visitor is a cookie, which costs nothing to drop. So what counts is the network, and taking a
heart back makes no room for another.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)
DAY = 24 * 3600


class TooManyHearts(Exception):
    """From one network: within a minute, or to one page for as long as networks are known."""

    def __init__(self, seconds, told=""):
        super().__init__(told)
        self.answer = {"seconds": seconds, "context": {"told": told}}


def press(hearts, *, visitor, subnet) -> bool:
    """Give the visitor's heart or take it back; whether it is given now. Raises TooManyHearts.

    `hearts` are those of one page, whose row the caller has locked.
    """
    heart = hearts.filter(visitor=visitor).first() or hearts.model(visitor=visitor, is_given=False)
    if heart.is_given:
        heart.is_given = False
    else:
        refuse_beyond_limits(hearts, visitor, subnet)
        _give(heart, subnet)
    # Saves it, as a heart of this page.
    hearts.add(heart, bulk=False)
    return heart.is_given


def refuse_beyond_limits(hearts, visitor, subnet):
    recent = hearts.model.objects.filter(subnet=subnet, created_at__gt=timezone.now() - MINUTE)
    presses = recent.aggregate(n=Sum("presses"))["n"] or 0
    if presses >= settings.HEARTS_PER_SUBNET_PER_MINUTE:
        raise TooManyHearts(60)
    here = hearts.filter(subnet=subnet).exclude(visitor=visitor)
    limit = settings.HEARTS_PER_SUBNET_AND_PAGE
    if limit and here.count() >= limit:
        raise TooManyHearts(DAY, _("It has hearts of several readers of your network already."))


def _give(heart, subnet):
    now = timezone.now()
    is_again = heart.pk and heart.created_at > now - MINUTE
    heart.presses = heart.presses + 1 if is_again else 1
    heart.is_given, heart.subnet, heart.created_at = True, subnet, now


def is_given(hearts, visitor) -> bool:
    return visitor is not None and hearts.filter(visitor=visitor, is_given=True).exists()

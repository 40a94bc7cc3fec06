"""Signed links that are mailed, or shown once: whoever holds one may do what it names."""

from django.core import signing
from django.http import Http404

DAY = 24 * 3600
# How long each is good for, in seconds; None: as long as what it names is there.
AGES = {"own": None, "confirm": 14 * DAY, "person": 7 * DAY, "replies": None, "moderate": 14 * DAY}


def make_token(purpose: str, *values) -> str:
    return signing.dumps(values, salt=f"comments.{purpose}")


def read_token(purpose: str, token: str) -> list:
    """Raises Http404 of what is forged, too old or for something else."""
    try:
        return signing.loads(token, salt=f"comments.{purpose}", max_age=AGES[purpose])
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404("No such link, or it is too old.") from None

"""Signed links that authorize whoever holds them."""

from django.core import signing
from django.http import Http404

DAY = 24 * 3600
# Lifetime in seconds; None: as long as the object exists.
AGES = {
    "own": None,
    "confirm": 14 * DAY,
    "person": 7 * DAY,
    "replies": None,
    "moderate": 14 * DAY,
    "ban": None,
    # As long as reports are kept.
    "report": 180 * DAY,
}


def make_token(purpose: str, *values) -> str:
    return signing.dumps(values, salt=f"comments.{purpose}")


def read_token(purpose: str, token: str) -> list:
    """Raises Http404 if the token is forged, expired or was made for another purpose."""
    try:
        return signing.loads(token, salt=f"comments.{purpose}", max_age=AGES[purpose])
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404("No such link, or it is too old.") from None

"""A visitor without a name: a random number in a signed cookie, set when they give a heart."""

import uuid

from django.conf import settings

COOKIE = f"{settings.COOKIE_PREFIX}visitor"
COOKIE_SALT = "audience.visitor"
# As long as browsers keep any cookie.
COOKIE_AGE = 400 * 24 * 3600


def visitor_of(request) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.get_signed_cookie(COOKIE, default="", salt=COOKIE_SALT))
    except ValueError:
        return None


def remember_visitor(response, visitor):
    response.set_signed_cookie(
        COOKIE,
        str(visitor),
        salt=COOKIE_SALT,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

"""Whoever wrote something is served past the store until every process has heard of it."""

from django.conf import settings

from core.pagestore.changes import written

FRESH_COOKIE = f"{settings.COOKIE_PREFIX}fresh"
FRESH_SECONDS = 10


def writers_see_at_once(get_response):
    """A request that wrote into the log leaves its visitor a cookie of a few seconds."""

    def middleware(request):
        written.keys = 0
        response = get_response(request)
        if written.keys:
            response.set_cookie(
                FRESH_COOKIE,
                "1",
                max_age=FRESH_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def is_known(request) -> bool:
    """Whether the visitor has signed in or written just now: what they get is not for others."""
    return FRESH_COOKIE in request.COOKIES or settings.SESSION_COOKIE_NAME in request.COOKIES

"""A visitor who wrote something has the change log read for them until every process has read it.

So has who is signed in. No page that Django renders for either is stored (core.pagestore.asgi),
though its parts are.
"""

from django.conf import settings

from core.pagestore.changes import written

# CDN rules name it too: see docs/operation.md.
BYPASS_COOKIE = f"{settings.COOKIE_PREFIX}bypass_store"
BYPASS_SECONDS = 10


def bypass_after_write(get_response):
    """Middleware: a request that wrote to the change log gets a short-lived cookie."""

    def middleware(request):
        written.keys = 0
        response = get_response(request)
        if written.keys:
            response.set_cookie(
                BYPASS_COOKIE,
                "1",
                max_age=BYPASS_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def bypasses_store(request) -> bool:
    """Whether the visitor is signed in or has just written: their pages are not for others."""
    return BYPASS_COOKIE in request.COOKIES or settings.SESSION_COOKIE_NAME in request.COOKIES

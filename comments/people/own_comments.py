"""The visitor's own comments, remembered in a signed HTTP-only cookie."""

from django.conf import settings
from django.core import signing

from comments.models import Comment

COOKIE = f"{settings.COOKIE_PREFIX}mine"
SALT = "comments.mine"
MAX_COMMENTS = 20
MAX_AGE = 90 * 24 * 3600


def own_comments(request):
    return Comment.objects.filter(public_id__in=_public_ids(request))


def addresses_of(request, commenter=None) -> set[str]:
    """Those that this browser posted under, and the one it proved to own: a ban goes with it."""
    posted = own_comments(request).exclude(email="").values_list("email", flat=True)
    return {*posted, *([commenter.email] if commenter else [])}


def remember_comment(request, response, comment):
    ids = [
        comment.public_id,
        *(other for other in _public_ids(request) if other != comment.public_id),
    ]
    response.set_cookie(
        COOKIE,
        signing.dumps(ids[:MAX_COMMENTS], salt=SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _public_ids(request) -> list[str]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return []

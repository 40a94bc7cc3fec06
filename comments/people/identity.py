"""Who a commenter is: an e-mail address that somebody has shown to be theirs, and no more.

Whoever types an address has proved nothing. A signed link that was mailed there proves it, to
the browser that follows it: the browser keeps a signed cookie, and what it posts from then on
under that address is the commenter's own.
"""

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.utils import timezone

from comments.models import Ban, Comment, Commenter

COOKIE = f"{settings.COOKIE_PREFIX}commenter"
SALT = "comments.commenter"
MAX_AGE = 400 * 24 * 3600


def commenter_of(request) -> Commenter | None:
    """Whose confirmed address this browser has shown to read."""
    try:
        pk, email = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Commenter.objects.filter(pk=pk, email=email).exclude(confirmed_at=None).first()


def set_commenter_cookie(response, commenter):
    response.set_cookie(
        COOKIE,
        signing.dumps([commenter.pk, commenter.email], salt=SALT),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_trusted(commenter) -> bool:
    """After so many approved comments of a confirmed address, unless it is banned."""
    needed = settings.COMMENTS_TRUST_AFTER
    approved = Comment.objects.visible().filter(commenter=commenter, is_confirmed=True)
    if commenter.confirmed_at is None or approved[:needed].count() < needed:
        return False
    return not Ban.objects.against(email=commenter.email).exists()


def get_or_create_commenter(email: str, name: str) -> Commenter | None:
    """The row of an address that was typed. It proves nothing."""
    if not email:
        return None
    commenter, _is_new = Commenter.objects.get_or_create(
        email=email.lower(), defaults={"name": name}
    )
    return commenter


def confirm(commenter, comment=None) -> Commenter:
    """Somebody followed the link that was mailed: the address is theirs, and that comment too."""
    now = timezone.now()
    Commenter.objects.filter(pk=commenter.pk, confirmed_at=None).update(confirmed_at=now)
    if comment:
        if comment.name != commenter.name:
            Commenter.objects.filter(pk=commenter.pk).update(name=comment.name)
        Comment.objects.filter(pk=comment.pk, commenter=commenter).update(is_confirmed=True)
    commenter.refresh_from_db()
    return commenter


def confirmed_comments_of(commenter):
    """Those that are surely theirs. What others posted under the address is not."""
    return Comment.objects.filter(Q(commenter=commenter) & Q(is_confirmed=True))

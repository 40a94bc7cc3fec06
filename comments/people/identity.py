"""Commenters are identified by a confirmed e-mail address.

Typing an address proves nothing. Following the signed link mailed to it does: the browser gets
a signed cookie, and comments it posts under that address count as the commenter's own.
"""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comments.models import Ban, Comment, Commenter, Decision

COOKIE = f"{settings.COOKIE_PREFIX}commenter"
SALT = "comments.commenter"
NAME_COOKIE = f"{settings.COOKIE_PREFIX}name"
NAME_SALT = "comments.name"
MAX_AGE = 400 * 24 * 3600


def commenter_of(request) -> Commenter | None:
    """The commenter whose confirmed address this browser has proved to own."""
    try:
        pk, email = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Commenter.objects.filter(pk=pk, email=email).exclude(confirmed_at=None).first()


def remembered_name(request) -> dict[str, str]:
    """The name and address that this browser was asked to keep. They prove nothing."""
    try:
        name, email = signing.loads(
            request.COOKIES.get(NAME_COOKIE, ""), salt=NAME_SALT, max_age=MAX_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return {}
    return {"name": name, "email": email}


def remember_name(request, response, comment, is_wanted: bool):
    if is_wanted:
        _set_cookie(response, NAME_COOKIE, NAME_SALT, [comment.name, comment.email])
    elif NAME_COOKIE in request.COOKIES:
        response.delete_cookie(NAME_COOKIE, samesite="Lax")


def set_commenter_cookie(response, commenter):
    _set_cookie(response, COOKIE, SALT, [commenter.pk, commenter.email])


def _set_cookie(response, name, salt, value):
    response.set_cookie(
        name,
        signing.dumps(value, salt=salt),
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_trusted(commenter) -> bool:
    """Whether editors let enough comments of the confirmed address pass, and it is not banned.

    What appeared unread, on a page where nothing is read first, earns nothing. An approval counts
    for as long as it stands, whatever became of whoever gave it.
    """
    needed = settings.COMMENTS_TRUST_AFTER
    approvals = Decision.objects.approvals().filter(comment=OuterRef("pk"))
    theirs = Comment.objects.visible().filter(commenter=commenter, is_confirmed=True)
    approved = theirs.filter(Exists(approvals))
    if commenter.confirmed_at is None or approved[:needed].count() < needed:
        return False
    return not Ban.objects.against(emails=[commenter.email]).exists()


def get_or_create_commenter(email: str, name: str) -> Commenter | None:
    """The row of a typed address, which proves nothing about who typed it."""
    if not email:
        return None
    commenter, _is_new = Commenter.objects.get_or_create(
        email=email.lower(), defaults={"name": name}
    )
    return commenter


@transaction.atomic
def confirm(commenter, comment) -> bool:
    """Confirm the address by the comment whose mailed link was followed.

    False if the comment was confirmed already: the link does nothing more, whoever has it by now.
    """
    theirs = Comment.objects.filter(pk=comment.pk, commenter=commenter, is_confirmed=False)
    if not theirs.update(is_confirmed=True):
        return False
    commenter.confirmed_at = commenter.confirmed_at or timezone.now()
    commenter.name = comment.name
    commenter.save(update_fields=["confirmed_at", "name", "saved_at"])
    return True


def comments_under(commenter):
    """All that was posted under the address, by its owner or by somebody who typed it."""
    return Comment.objects.filter(commenter=commenter)

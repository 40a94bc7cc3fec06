"""A new password by mail: the way in for who forgot theirs, and for whom others locked out."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import ResetRequest, User
from core.letters import Letter, send
from core.web.structured import absolute

# Whoever knows an address can ask: its owner gets no more letters than this.
ONE_LETTER_IN = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def asks_too_often(subnet) -> bool:
    """Whether a network is to wait before it asks for another letter; otherwise it is counted."""
    lately = ResetRequest.objects.filter(subnet=subnet, created_at__gt=timezone.now() - HOUR)
    if lately.count() >= settings.RESETS_PER_SUBNET_PER_HOUR:
        return True
    ResetRequest.objects.create(subnet=subnet)
    return False


@task(queue_name="outside", priority=50)
def send_reset_letters(email, asked_at):
    """To everybody of the desk who has this address. `asked_at` is a time in microseconds."""
    for user in PasswordResetForm().get_users(email):
        if claim_letter(user, datetime.fromtimestamp(asked_at / 1e6, UTC)):
            send(reset_letter(user), user.email, message_id=f"reset-{user.pk}-{asked_at}")


def claim_letter(user, moment) -> bool:
    """Before it is sent: of two tasks at the same time one gets it, and its next try again."""
    is_due = Q(reset_mailed_at=None) | Q(reset_mailed_at__lte=moment - ONE_LETTER_IN)
    claimable = User.objects.filter(is_due | Q(reset_mailed_at=moment), pk=user.pk)
    return claimable.update(reset_mailed_at=moment) > 0


def reset_letter(user) -> Letter:
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Letter(
        subject=_("A new password for %(name)s") % {"name": settings.SITE_NAME},
        lines=[
            _("Somebody asked for a new password for the login “%(login)s”.")
            % {"login": user.get_username()},
            _(
                "If it was you, choose one: that signs you in. The link works once, for"
                " %(hours)d hours. If it was not you, do nothing: your password stays as it is."
            )
            % {"hours": hours},
        ],
        action=(_("Choose a new password"), absolute(reset_address(user))),
    )


def reset_address(user) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])

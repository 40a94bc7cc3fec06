"""How many wrong passwords a login may get, counted by django-axes; see `accounts.resets` too."""

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import admin
from django.db.models import Sum

from core.web.http import too_many_requests


class LoginLimits(AxesDatabaseHandler):
    """For each of `AXES_LOCKOUT_PARAMETERS` its own of `LOGIN_LIMITS`, where axes has one for all.

    A name is closed to everybody, whether somebody has it or not: its owner gets in by mail.
    """

    def is_locked(self, request, credentials=None) -> bool:
        counted = self.get_user_attempts(request, credentials)
        return any(
            (attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0) >= limit
            for attempts, limit in zip(counted, settings.LOGIN_LIMITS, strict=True)
        )

    def reset_user_attempts(self, request, credentials=None) -> int:
        """After a right password: nobody's own login wipes out what they tried on others."""
        _by_name, _by_address, by_both = self.filter_user_attempts(request, credentials)
        return by_both.delete()[0]


def refuse(request, response=None, credentials=None):
    """The page of a door that is closed, with the way out."""
    seconds = int(get_cool_off(request).total_seconds())
    context = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
    return too_many_requests(request, seconds, "registration/locked_out.html", context)

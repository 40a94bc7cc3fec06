from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from accounts.models import ResetRequest
from core.housekeeping import Rule

RULES = [
    Rule(
        "Sessions that ended",
        timedelta(0),
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Rule(
        "Failed logins",
        timedelta(days=30),
        lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
    ),
    Rule(
        "Requests for a new password",
        timedelta(days=1),
        lambda before: ResetRequest.objects.filter(created_at__lt=before),
    ),
    Rule(
        "Record of logins",
        timedelta(days=90),
        lambda before: AccessLog.objects.filter(attempt_time__lt=before),
    ),
]

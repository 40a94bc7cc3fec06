import datetime

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

MINUTE = datetime.timedelta(minutes=1)
START = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


def duration_label(delta: datetime.timedelta) -> str:
    """“3 days” or “2 hours”: the largest unit only."""
    return timesince(START, START + delta, depth=1) if delta >= MINUTE else _("under a minute")

"""What a comment passes through before it is kept: small phases, in this order.

A phase raises `Refused` (nothing is kept, the author reads why and loses no word), answers a
reason to hold the comment for an editor, or answers "" and lets it pass. All phases run; the
first reason counts. They run inside the transaction that writes, so they only count and compare.
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment

MIN_LENGTH, MAX_LENGTH = 2, 5000
MIN_SECONDS = 2
REPEAT_WINDOW = timedelta(minutes=10)
RATE_WINDOW = timedelta(minutes=1)
_WRITTEN_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class Refused(Exception):
    def __init__(self, code, message, *, retry_after=None, comment=None):
        super().__init__(message)
        self.code, self.message = code, message
        self.retry_after, self.comment = retry_after, comment


@dataclass
class Draft:
    """A comment not yet kept and what is known of its sending. Staff and imports have no age."""

    comment: Comment
    age: float | None = None
    is_trapped: bool = False

    def recent(self, window):
        """What the same subnet sent within a window, of any state."""
        return Comment.objects.filter(
            subnet=self.comment.subnet, created_at__gt=timezone.now() - window
        )


def closed(draft):
    if not draft.comment.discussion.is_open:
        raise Refused("closed", _("This discussion is closed; nothing new is taken."))
    return ""


def length(draft):
    size = len(draft.comment.body)
    if size < MIN_LENGTH:
        raise Refused("length", _("Write at least two characters."))
    if size > MAX_LENGTH:
        message = ngettext(
            "Keep to %(limit)d characters: yours has %(extra)d more.",
            "Keep to %(limit)d characters: yours has %(extra)d more.",
            size - MAX_LENGTH,
        )
        raise Refused("length", message % {"limit": MAX_LENGTH, "extra": size - MAX_LENGTH})
    return ""


def rate(draft):
    limit = settings.COMMENTS_PER_SUBNET_PER_MINUTE
    if not draft.comment.subnet or not limit:
        return ""
    times = draft.recent(RATE_WINDOW).order_by("-created_at").values_list("created_at", flat=True)
    latest = list(times[:limit])
    if len(latest) == limit:
        seconds = math.ceil((latest[-1] + RATE_WINDOW - timezone.now()).total_seconds())
        message = _("Several comments came from your network within a minute. Try again shortly.")
        raise Refused("rate", message, retry_after=max(1, seconds))
    return ""


def honeypot(draft):
    return Comment.Reason.TRAP if draft.is_trapped else ""


def timing(draft):
    is_hasty = draft.age is not None and draft.age < MIN_SECONDS
    return Comment.Reason.HASTE if is_hasty else ""


def links(draft):
    words = " ".join([draft.comment.name, draft.comment.quote, draft.comment.body])
    count = max(len(_WRITTEN_LINK.findall(words)), draft.comment.body_html.count("<a "))
    return Comment.Reason.LINKS if count > settings.COMMENTS_MAX_LINKS else ""


def repeat(draft):
    comment = draft.comment
    if not comment.subnet:
        return ""
    same = draft.recent(REPEAT_WINDOW).filter(
        discussion=comment.discussion, body=comment.body, name=comment.name
    )
    if earlier := same.first():
        raise Refused("repeat", _("You posted this a moment ago."), comment=earlier)
    return ""


def first_time(draft):
    # No e-mail is confirmed yet, so nobody can be told from somebody new.
    return Comment.Reason.FIRST if settings.COMMENTS_HOLD_FIRST else ""


# The repeat comes before the rate: an impatient second click is told that the first one worked.
PHASES = [closed, length, repeat, rate, honeypot, timing, links, first_time]


def screen(draft) -> str:
    reasons = [phase(draft) for phase in PHASES]
    return next(filter(None, reasons), "")

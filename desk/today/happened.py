"""What people did at the desk lately, in people's words."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Many of them are one person saving one thing.
MOST_READ, MOST_SHOWN = 150, 9
# Of the messages that `articles.publishing` and others write; who and what are links and names.
WORDS = [
    (gettext_noop("Published revision %(number)d."), gettext_noop("published")),
    (gettext_noop("Saved revision %(number)d."), gettext_noop("wrote in")),
    (gettext_noop("Submitted revision %(number)d."), gettext_noop("sent to review")),
    (gettext_noop("Approved revision %(number)d."), gettext_noop("approved")),
    (gettext_noop("Returned revision %(number)d: %(note)s"), gettext_noop("returned")),
    (gettext_noop("Scheduled revision %(number)d for %(at)s."), gettext_noop("scheduled")),
    (gettext_noop("Taken back to draft."), gettext_noop("took back to draft")),
    (gettext_noop("Took back the scheduled change."), gettext_noop("took a change back from")),
    (gettext_noop("Withdrawn."), gettext_noop("withdrew")),
    (gettext_noop("Archived."), gettext_noop("archived")),
    (gettext_noop("Moved to the trash."), gettext_noop("moved to the trash")),
    (gettext_noop("Put back from the trash."), gettext_noop("put back from the trash")),
]


@dataclass(frozen=True)
class Event:
    who: str
    did: str
    what: str
    url: str | None
    at: datetime


def latest_for(user, viewable) -> list[Event]:
    """Of the models `viewable`: what anybody did, for those who publish; else what they did."""
    entries = LogEntry.objects.select_related("user", "content_type").order_by("-pk")
    if not user.has_perm("articles.publish_article"):
        entries = entries.filter(user=user)
    events, seen = [], set()
    for entry in entries[:MOST_READ]:
        key = entry.user_id, entry.content_type_id, entry.object_id
        kind = entry.content_type
        if kind is None or key in seen or kind.model_class() not in viewable:
            continue
        seen.add(key)
        events.append(_event(entry))
        if len(events) == MOST_SHOWN:
            break
    return events


def _event(entry) -> Event:
    return Event(
        who=entry.user.get_short_name() or entry.user.get_username(),
        did=_did(entry),
        what=Truncator(entry.object_repr).chars(90),
        url=None if entry.action_flag == DELETION else entry.get_admin_url(),
        at=entry.action_time,
    )


def _did(entry) -> str:
    if entry.action_flag == ADDITION:
        return _("added")
    if entry.action_flag == DELETION:
        return _("deleted")
    message = entry.get_change_message()
    for written, words in WORDS:
        if re.match(_pattern(_(written)), message, re.DOTALL):
            return _(words)
    return _("changed")


def _pattern(written) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"%\(\w+\)[ds]", written)) + "$"

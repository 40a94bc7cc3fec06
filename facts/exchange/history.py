"""What happened with a figure on the record it comes from, as columns of its line."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from facts.exchange.dates import parse_day
from facts.models import FactEvent

Kind = FactEvent.Kind
COLUMNS = ("published_at", "verified_at", "preferred_at", "preferred_until", "withdrawn_at")


def written(fact) -> dict:
    """Load the fact's `events` before. `reason` is that of what holds: withdrawn, or preferred."""
    last = {event.kind: event for event in fact.events.all()}
    withdrawn = last.get(Kind.WITHDRAWN) if fact.is_deprecated else None
    preferred = last.get(Kind.PREFERRED) if fact.preferred_until else None
    holds = withdrawn or preferred
    reason = holds.reason if holds else fact.deprecated_reason
    if preferred and not reason and fact.supersedes:
        reason = _("As %(id)s before it.") % {"id": fact.supersedes.public_id}
    return {
        "published_at": fact.published_at and fact.published_at.isoformat(),
        "verified_at": fact.verified_at and fact.verified_at.isoformat(),
        "preferred_at": preferred and preferred.at.isoformat(),
        "preferred_until": fact.preferred_until and fact.preferred_until.isoformat(),
        "withdrawn_at": withdrawn and withdrawn.at.isoformat(),
        "reason": reason,
    }


def events_of(line, *, by) -> list[FactEvent]:
    """What the line says, unsaved; empty if it is to be published as something new.

    Whoever brings it in stands beside its publication alone: the rest others did.
    """
    is_withdrawn = line["state"] == "withdrawn"
    if not is_withdrawn and not any(line[column] for column in COLUMNS):
        return []
    published_at, elsewhere = _moment(line, "published_at"), _("From another record.")
    events = [FactEvent(kind=Kind.PUBLISHED, by=by, at=published_at, reason=elsewhere)]
    if verified_at := _moment(line, "verified_at"):
        events.append(FactEvent(kind=Kind.VERIFIED, at=verified_at, reason=elsewhere))
    if is_withdrawn:
        at = _moment(line, "withdrawn_at")
        _refuse_disorder(("published_at", published_at), ("withdrawn_at", at))
        events.append(FactEvent(kind=Kind.WITHDRAWN, at=at, reason=line["reason"]))
    elif until := parse_day(line["preferred_until"], "preferred_until"):
        at = _moment(line, "preferred_at")
        _refuse_disorder(("published_at", published_at), ("preferred_at", at))
        _refuse_disorder(("preferred_at", at), ("preferred_until", _end_of(until)))
        reason = line["reason"]
        events.append(FactEvent(kind=Kind.PREFERRED, at=at, until=until, reason=reason))
    return events


def _refuse_disorder(earlier, later):
    """Each is a column and its moment: None is now."""
    (first, since), (second, until), now = earlier, later, timezone.now()
    if (until or now) < (since or now):
        message = _("%(later)s is before %(earlier)s.")
        raise ValidationError(message % {"later": second, "earlier": first})


def _end_of(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))


def _moment(line, column) -> datetime.datetime | None:
    """None for an empty cell, which then means now."""
    text = line[column]
    if not text:
        return None
    try:
        moment = parse_datetime(text) or _midnight(parse_date(text))
    except ValueError:
        moment = None
    if moment is None:
        message = _("“%(text)s” is no moment for %(column)s: write 2026-06-30T12:00+00:00.")
        raise ValidationError(message % {"text": text[:40], "column": column})
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment > timezone.now():
        message = _("%(column)s is still to come: %(text)s.")
        raise ValidationError(message % {"text": text[:40], "column": column})
    return moment


def _midnight(day):
    return day and datetime.datetime.combine(day, datetime.time())

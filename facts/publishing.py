"""The only ways to change a fact once it is public.

Each writes an event and, following from it, the fact's row (`facts.rules.history`).
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db.moments import moment_of_transaction
from facts.models import EventRedaction, Fact, FactEvent, Reference
from facts.rules.history import after, replay, standing_of
from facts.rules.precedence import is_preferred_on

VALUE = ("value_state", "amount", "upper_amount", "text", "comparator")
PERIOD = ("starts_on", "as_of", "as_of_precision")
CLAIM = (*VALUE, *PERIOD, "basis")
# Of an event. What its verb has at hand is not looked up again to see whether it exists.
RELATIONS = ("fact", "by", "other", "former_company")
# Of those that are moved. Of more rows, every page there is would be dropped.
AT_ONCE = 500

Kind = FactEvent.Kind


@transaction.atomic
def publish(fact, *, by, reason="", is_verified=True, is_clean=False) -> Fact:
    """Make it public. It needs a source, and inherits the preferred rank of what it supersedes.

    It counts as verified by whoever publishes it, but where nobody has read its source. One that
    was cleaned in this transaction `is_clean`.
    """
    fact = _locked(fact)
    if fact.is_published:
        return fact
    _require_source(fact)
    if not is_clean:
        fact.full_clean()
    old = _locked(fact.supersedes) if fact.supersedes_id else None
    return _publish(fact, old, by=by, reason=reason, is_verified=is_verified)


def _publish(fact, old, *, by, reason="", is_verified=True):
    """Both are locked, and the fact may be published."""
    inherited = _supersede(old, fact, by=by) if old else None
    events = [FactEvent(kind=Kind.PUBLISHED, by=by, reason=reason)]
    if is_verified:
        events.append(FactEvent(kind=Kind.VERIFIED, by=by))
    if inherited:
        events.append(FactEvent(kind=Kind.PREFERRED, by=by, until=inherited, other=old))
    return _record(fact, *events)


@transaction.atomic
def restore(fact, *events) -> Fact:
    """Publish it as it stood on another record, of which the unsaved events tell, oldest first.

    If it is preferred, its own events say so: an editor's preference for another is not taken
    away, but from what it supersedes.
    """
    fact = _locked(fact)
    if fact.is_published:
        return fact
    _require_source(fact)
    fact.full_clean()
    if fact.supersedes_id and (old := _locked(fact.supersedes)).is_published:
        published = events[0]
        event = FactEvent(kind=Kind.SUPERSEDED, by=published.by, at=published.at, other=fact)
        _record(old, event)
    if any(event.kind == Kind.PREFERRED for event in events):
        _take_preference(fact, by=events[0].by)
    return _record(fact, *events)


def _take_preference(fact, *, by):
    other = _preferred_beside(fact, fact.company)
    if other is None:
        return
    if other.pk != fact.supersedes_id and is_preferred_on(other, timezone.localdate()):
        told = _("%(id)s is preferred already: end that first, or leave this preference out.")
        raise ValidationError(told, params={"id": other.public_id})
    _end_preference(other, by=by, other=fact)


def _require_source(fact):
    if not fact.references.exists():
        raise ValidationError(_("Name a source first: a figure without one is not published."))


def _supersede(old, new, *, by) -> datetime.date | None:
    """Record it, and take the preference from the old figure; returns its last day, if it lasts."""
    if old.is_published:
        _record(old, FactEvent(kind=Kind.SUPERSEDED, by=by, other=new))
    if old.rank != Fact.Rank.PREFERRED:
        return None
    until = old.preferred_until
    _end_preference(old, by=by, other=new)
    return until if until >= timezone.localdate() else None


@transaction.atomic
def update(fact, *, by, source=None, quote="", locator="", **claim) -> Fact:
    """Record a new claim as the fact's successor; the old fact stays on record.

    The successor is published if a `source` is given, and left as a draft otherwise.
    """
    if unknown := set(claim) - set(CLAIM):
        raise TypeError(f"No part of a claim: {', '.join(sorted(unknown))}")
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be updated."))
    successor = Fact(
        company=fact.company,
        metric=fact.metric,
        scope=fact.scope,
        supersedes=fact,
        **_successor_claim(fact, claim),
    )
    successor.full_clean()
    successor.save()
    if source is None:
        return successor
    reference = Reference(fact=successor, source=source, quote=quote, locator=locator)
    reference.full_clean()
    reference.save()
    return _publish(successor, fact, by=by)


def _successor_claim(fact, changes) -> dict:
    """The fact's claim with these changes; the rest of a value or a date goes with its old one."""
    claim = {name: getattr(fact, name) for name in CLAIM}
    if {"amount", "text", "value_state"} & set(changes):
        claim |= {"value_state": Fact.ValueState.KNOWN, "upper_amount": None}
        if fact.comparator == Fact.Comparator.RANGE:
            claim["comparator"] = Fact.Comparator.EQUAL
    if "as_of" in changes:
        claim["starts_on"] = None
    return claim | changes


@transaction.atomic
def deprecate(fact, *, reason: str, by) -> Fact:
    """Withdraw a wrong figure: it stays on record, with the reason, but is not shown as current."""
    fact = _locked(fact)
    if not fact.is_published:
        raise ValidationError(_("A draft is deleted or corrected, it cannot have been wrong."))
    return _record(fact, FactEvent(kind=Kind.WITHDRAWN, by=by, reason=reason.strip()))


@transaction.atomic
def verify(fact, *, by, reason="") -> Fact:
    """Record that somebody checked the figure again. Changes nothing else."""
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be verified."))
    return _record(fact, FactEvent(kind=Kind.VERIFIED, by=by, reason=reason.strip()))


@transaction.atomic
def prefer(fact, *, until, by, reason: str) -> Fact:
    """Show this figure regardless of the others' dates, up to and including the day `until`."""
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be preferred."))
    if until is None or until < timezone.localdate():
        raise ValidationError(_("Say until when it is preferred: a day that is still to come."))
    if other := _preferred_beside(fact, fact.company):
        _end_preference(other, by=by, other=fact)
    event = FactEvent(kind=Kind.PREFERRED, by=by, until=until, reason=reason.strip())
    return _record(fact, event)


@transaction.atomic
def end_preference(fact, *, by, reason: str) -> Fact:
    """Let dates decide again which figure is shown."""
    fact = _locked(fact)
    _end_preference(fact, by=by, reason=reason.strip())
    return fact


@transaction.atomic
def expire_preferences() -> int:
    """Record the end of each preference whose last day is over, and return how many there were."""
    today = timezone.localdate()
    over = Fact.objects.filter(rank=Fact.Rank.PREFERRED, preferred_until__lt=today).order_by("pk")
    locked = [_locked(fact) for fact in over]
    # Somebody may have ended or renewed it meanwhile.
    expired = [one for one in locked if one.preferred_until and one.preferred_until < today]
    for fact in expired:
        _end_preference(fact, by=None)
    return len(expired)


@transaction.atomic
def black_out(event, *, instead: str, by) -> bool:
    """Take away the words of why it was done, and say there that, and why, nobody may read them.

    What is said instead stays, whatever comes after. The row of a withdrawn figure follows.
    """
    fact = _locked(event.fact)
    event = FactEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if not event.reason or event.redactions.exists():
        return False
    redaction = EventRedaction(event=event, instead=instead, by=by)
    redaction.clean_fields(exclude=["event", "by"])
    redaction.save()
    event.replace("reason", redaction)
    replay(fact.events.all()).put_on(fact)
    fact.save()
    return True


def move_all(merge):
    """Let the figures follow their company into the other profile, in the merge's transaction.

    One that is on record there too is withdrawn: it was recorded twice. The others are moved in
    the same few queries, however many they are.
    """
    facts = list(_for_update().filter(company=merge.former).order_by("pk"))
    there = _claims_of(merge.into, metrics={fact.metric_id for fact in facts})
    for fact in facts:
        standing = fact
        if not fact.is_deprecated and (same := there.get(_compared(fact))):
            _refuse_draft_among(fact, same)
            reason = _("Recorded twice: it is on record as %(id)s.") % {"id": same.public_id}
            standing = deprecate(fact, reason=str(reason), by=merge.by)
        if standing.rank == Fact.Rank.PREFERRED:
            _give_way(standing, merge)
    for start in range(0, len(facts), AT_ONCE):
        _move(facts[start : start + AT_ONCE], merge)


def _move(facts, merge):
    now = timezone.now()
    rows = Fact.objects.filter(pk__in=[fact.pk for fact in facts])
    rows.update(company=merge.into, saved_at=now)
    moved = {"kind": Kind.MOVED, "by": merge.by, "reason": merge.reason}
    moved |= {"at": now, "recorded_at": moment_of_transaction()}
    FactEvent.objects.bulk_create(
        FactEvent(fact=fact, former_company=merge.former, **moved)
        for fact in facts
        if fact.is_published
    )


def _refuse_draft_among(*same):
    # Nothing public is withdrawn for it, and no reason that readers see names it.
    for fact in same:
        if not fact.is_published:
            told = _("A draft says what is on record: delete it first (%(fact)s).")
            raise ValidationError(told, params={"fact": fact})


def _claims_of(company, metrics) -> dict:
    """What stands on record of a company, drafts among it, by what it says."""
    facts = Fact.objects.filter(company=company).exclude(rank=Fact.Rank.DEPRECATED)
    facts = facts.select_related("company", "metric")
    return {_compared(fact): fact for fact in facts if fact.metric_id in metrics}


def _compared(fact) -> tuple:
    """What the database compares to find that the same is on record already."""
    names = ("metric_id", "scope", *CLAIM)
    return tuple(getattr(fact, name) for name in names)


def _give_way(fact, merge):
    """Of two that are preferred, the one stays so whose profile stays, if its day is not over."""
    other = _preferred_beside(fact, merge.into)
    if other and is_preferred_on(other, timezone.localdate()):
        _end_preference(fact, by=merge.by, other=other, reason=merge.reason)
    elif other:
        _end_preference(other, by=merge.by)


def _end_preference(fact, *, by, other=None, reason=""):
    if fact.rank != Fact.Rank.PREFERRED:
        return
    if fact.preferred_until >= timezone.localdate():
        event = FactEvent(kind=Kind.UNPREFERRED, by=by, other=other, reason=reason)
    else:
        event = FactEvent(kind=Kind.EXPIRED, at=_end_of(fact.preferred_until))
    _record(fact, event)


def _end_of(day) -> datetime.datetime:
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(midnight)


def _record(fact, *events) -> Fact:
    """Write the events and what follows from them in the row of the fact, which is locked.

    They are of this moment, but for what came about at another.
    """
    standing, now = standing_of(fact), timezone.now()
    for event in events:
        event.fact, event.at = fact, event.at or now
        event.recorded_at = moment_of_transaction()
        event.clean_fields(exclude=RELATIONS)
        event.clean()
        event.save()
        standing = after(standing, event)
    standing.put_on(fact)
    fact.save()
    return fact


def _preferred_beside(fact, company) -> Fact | None:
    """The other figure of its series in that profile that is preferred, locked."""
    series = {"company": company, "metric": fact.metric, "scope": fact.scope}
    preferred = Fact.objects.filter(rank=Fact.Rank.PREFERRED, **series)
    other = preferred.exclude(pk=fact.pk).first()
    return other and _locked(other)


def _locked(fact) -> Fact:
    return _for_update().get(pk=fact.pk)


def _for_update():
    return Fact.objects.select_for_update(of=("self",)).select_related("company", "metric")

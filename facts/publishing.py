"""The only ways to change a fact once it is public."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facts.models import Fact, Reference

VALUE = ("value_state", "amount", "upper_amount", "text", "comparator")
PERIOD = ("starts_on", "as_of", "as_of_precision")
CLAIM = (*VALUE, *PERIOD, "basis")


@transaction.atomic
def publish(fact, *, by) -> Fact:
    """Make it public. It needs a source, and inherits the preferred rank of what it supersedes."""
    fact = _locked(fact)
    if fact.is_published:
        return fact
    if not fact.references.exists():
        raise ValidationError(_("Name a source first: a figure without one is not published."))
    old = _locked(fact.supersedes) if fact.supersedes_id else None
    if old and old.rank == Fact.Rank.PREFERRED:
        Fact.objects.filter(pk=old.pk).update(rank=Fact.Rank.NORMAL, preferred_until=None)
        if not fact.is_deprecated and old.preferred_until >= timezone.localdate():
            fact.rank, fact.preferred_until = old.rank, old.preferred_until
    fact.status, fact.published_at = Fact.Status.PUBLISHED, timezone.now()
    fact.verified_at, fact.verified_by = fact.published_at, by
    fact.full_clean()
    fact.save()
    return fact


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
    return publish(successor, by=by)


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
    fact.rank, fact.preferred_until = Fact.Rank.DEPRECATED, None
    fact.deprecated_reason = reason.strip()
    fact.verified_at, fact.verified_by = timezone.now(), by
    fact.full_clean()
    fact.save()
    return fact


@transaction.atomic
def verify(fact, *, by) -> Fact:
    """Record that somebody checked the figure again. Changes nothing else."""
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be verified."))
    fact.verified_at, fact.verified_by = timezone.now(), by
    fact.save(update_fields=["verified_at", "verified_by", "saved_at"])
    return fact


@transaction.atomic
def prefer(fact, *, until) -> Fact:
    """Show this figure regardless of the others' dates, up to and including the day `until`."""
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be preferred."))
    if until is None or until < timezone.localdate():
        raise ValidationError(_("Say until when it is preferred: a day that is still to come."))
    others = _preferred_in_series(fact).exclude(pk=fact.pk)
    others.update(rank=Fact.Rank.NORMAL, preferred_until=None)
    fact.rank, fact.preferred_until = Fact.Rank.PREFERRED, until
    fact.save()
    return fact


@transaction.atomic
def end_preference(fact) -> Fact:
    """Let dates decide again which figure is shown."""
    fact = _locked(fact)
    if fact.rank == Fact.Rank.PREFERRED:
        fact.rank, fact.preferred_until = Fact.Rank.NORMAL, None
        fact.save()
    return fact


def _preferred_in_series(fact):
    return Fact.objects.filter(
        company=fact.company, metric=fact.metric, scope=fact.scope, rank=Fact.Rank.PREFERRED
    )


def _locked(fact) -> Fact:
    return (
        Fact.objects.select_for_update(of=("self",))
        .select_related("company", "metric")
        .get(pk=fact.pk)
    )

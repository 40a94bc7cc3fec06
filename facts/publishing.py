"""What may happen to a fact. Once it is public there is no other way to change it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facts.models import Fact, Reference

CLAIM = ("amount", "text", "comparator", "as_of", "as_of_precision", "basis")


@transaction.atomic
def publish(fact, *, by) -> Fact:
    """Make it public. It needs a source; the place of honour passes on from what it supersedes."""
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
    """A successor with a new claim; the old figure stays on record beneath it.

    With a `source` it is published at once, without one it waits as a draft.
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
        **{name: getattr(fact, name) for name in CLAIM} | claim,
    )
    successor.full_clean()
    successor.save()
    if source is None:
        return successor
    reference = Reference(fact=successor, source=source, quote=quote, locator=locator)
    reference.full_clean()
    reference.save()
    return publish(successor, by=by)


@transaction.atomic
def deprecate(fact, *, reason: str, by) -> Fact:
    """It was wrong: it stays on record with the reason and is shown nowhere as a value."""
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
    """Somebody looked again and the figure still stands. Nothing else moves."""
    fact = _locked(fact)
    if not fact.is_published or fact.is_deprecated:
        raise ValidationError(_("Only a published figure that stands can be verified."))
    fact.verified_at, fact.verified_by = timezone.now(), by
    fact.save(update_fields=["verified_at", "verified_by", "saved_at"])
    return fact


@transaction.atomic
def prefer(fact, *, until) -> Fact:
    """Show this figure whatever the others' dates, up to and with the day `until`."""
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
    """Its preference ends now."""
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

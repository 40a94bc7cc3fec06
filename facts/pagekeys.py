"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.tracking import track
from facts.models import Fact, Metric, Reference, Source, TechUse, TechUseReference


def keys_of_fact(fact):
    if fact.status == Fact.Status.PUBLISHED:
        yield from (f"company:{fact.company_id}", "companies")


def keys_of_use(use):
    return (
        f"company:{use.company_id}",
        f"technology:{use.technology_id}",
        "technologies",
        "companies",
    )


def connect():
    track(Fact, keys_of_fact)
    track(Reference, lambda reference: keys_of_fact(reference.fact))
    track(TechUse, keys_of_use)
    track(TechUseReference, lambda reference: keys_of_use(reference.tech_use))
    # They appear on many kinds of page, and seldom change once facts use them.
    track(Source, lambda source: {"site"}, created=False, ignored=["checked_at", "failed_on"])
    track(Metric, lambda metric: {"site"}, created=False)

"""Which fact of a series is shown, decided on rows that are already loaded.

`FactQuerySet.in_order_of_trust` is the same order in SQL; a test keeps the two in step.
"""

import datetime

TRUSTED_BASES = ("reported", "self", "estimated", "projected")


def series_key(fact) -> tuple:
    """Facts with the same key are values of the same thing at different times."""
    return fact.company_id, fact.metric_id, fact.scope


def pick_shown(facts, today: datetime.date):
    """The fact that readers see, of the published facts of a series; None if all are deprecated."""
    standing = [fact for fact in facts if fact.rank != "deprecated"]
    return min(standing, key=lambda fact: _trust(fact, today), default=None)


def is_preferred_on(fact, today) -> bool:
    """Preferred by an editor, and not past the last day of that preference."""
    return fact.rank == "preferred" and fact.preferred_until >= today


def trust_in_claim(fact, today) -> tuple:
    """Less is better. Of two claims that are trusted alike, the one published later is shown."""
    return (
        not is_preferred_on(fact, today),
        fact.basis == "projected",
        fact.as_of is None,
        -fact.as_of.toordinal() if fact.as_of else 0,
        -_months_it_adds_up(fact),
        TRUSTED_BASES.index(fact.basis),
    )


def _months_it_adds_up(fact) -> int:
    """A year’s sum is what a flow is known by, and says more than that of the quarter it ends with.

    What is counted at a moment has no length: “2024” and “December 2024” are the same day.
    """
    return (fact.months or 0) if fact.metric.is_duration else 0


def _trust(fact, today) -> tuple:
    return *trust_in_claim(fact, today), -fact.published_at.timestamp(), -fact.pk


def is_newer(shown, than, by_pk) -> bool:
    """Whether `shown` replaces `than`: it is comparable and of a later date, or supersedes it.

    `by_pk` has the facts of their series, through which supersession is followed.
    """
    if shown.pk == than.pk:
        return False
    if (
        are_comparable(shown, than)
        and shown.as_of
        and (than.as_of is None or shown.as_of > than.as_of)
    ):
        return True
    return supersedes(shown, than, by_pk)


def are_comparable(fact, other) -> bool:
    """A quarter’s sum does not go on from a year’s."""
    is_flow = fact.metric.is_duration and fact.as_of and other.as_of
    return not is_flow or fact.months == other.months


def supersedes(fact, other, by_pk) -> bool:
    """Directly or through others."""
    seen = set()
    while fact is not None and fact.pk not in seen:
        if fact.supersedes_id == other.pk:
            return True
        seen.add(fact.pk)
        fact = by_pk.get(fact.supersedes_id)
    return False

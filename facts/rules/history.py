"""How a figure stands, told from the events on record of it.

The row of a fact holds how it stands today: `facts.publishing` writes it by `after`, and `replay`
says the same of the events of any day.
"""

import datetime
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Standing:
    """The fields of a fact's row that follow from its events."""

    status: str = "draft"
    published_at: datetime.datetime | None = None
    verified_at: datetime.datetime | None = None
    verified_by_id: int | None = None
    rank: str = "normal"
    preferred_until: datetime.date | None = None
    deprecated_reason: str = ""

    def put_on(self, fact):
        for name, value in asdict(self).items():
            setattr(fact, name, value)


FIELDS = tuple(Standing.__dataclass_fields__)
# What may change of a published fact; that it is published may not.
JUDGEMENT = FIELDS[1:]


def standing_of(fact) -> Standing:
    """As its row says."""
    return Standing(**{name: getattr(fact, name) for name in FIELDS})


def after(standing: Standing, event) -> Standing:
    match event.kind:
        case "published":
            return Standing(status="published", published_at=event.at)
        case "verified":
            return replace(standing, verified_at=event.at, verified_by_id=event.by_id)
        case "preferred":
            return replace(standing, rank="preferred", preferred_until=event.until)
        case "unpreferred" | "expired":
            return replace(standing, rank="normal", preferred_until=None)
        case "withdrawn":
            return replace(
                standing,
                rank="deprecated",
                preferred_until=None,
                deprecated_reason=event.reason,
            )
    return standing


def company_of(fact, until: datetime.datetime | None = None) -> int:
    """The key of the company whose profile had it at that moment, or has it today."""
    if until is not None:
        for event in fact.events.all():
            if event.kind == "moved" and event.at > until:
                return event.former_company_id
    return fact.company_id


def last_preference(events):
    """The event by which a figure that is preferred came to be so."""
    return next((one for one in reversed(list(events)) if one.kind == "preferred"), None)


def replay(events, until: datetime.datetime | None = None) -> Standing:
    """How the figure stood at that moment, or stands today; `events` in their order."""
    standing = Standing()
    for event in events:
        if until is None or event.at <= until:
            standing = after(standing, event)
    return standing

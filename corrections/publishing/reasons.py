"""Why a figure was wrong is said in many places: at the figure, and in the note of each correction.

Notes that the desk did not type are made of that reason, for the profile, and for each text and
list that shows the figure.
"""

from django.db.models import Q

from corrections.models import Correction
from facts.models import FactEvent


def events_told_in(correction) -> list[FactEvent]:
    """What was done with figures of its page for a reason that the note gives, or the other way."""
    note, of_it = correction.note, {correction.fact_before_id, correction.fact_after_id}
    reasoned = FactEvent.objects.exclude(reason="").filter(_on_its_page(correction))
    return [
        event
        for event in reasoned.select_related("fact").order_by("fact", "pk")
        if note in event.reason or (event.fact_id in of_it and is_in(event.reason, note))
    ]


def _on_its_page(correction) -> Q:
    if correction.company_id:
        return Q(fact__company=correction.company_id)
    uses = correction.article.fact_uses.values("fact")
    return Q(fact__in=uses) | Q(fact=correction.fact_before_id) | Q(fact=correction.fact_after_id)


def rows_that_give(reasons, events) -> list[Correction]:
    """The corrections of these figures, of whatever page, whose note gives one of the reasons."""
    facts = {event.fact_id for event in events}
    of_them = Correction.objects.filter(Q(fact_before__in=facts) | Q(fact_after__in=facts))
    rows = of_them.select_for_update(of=("self",)).select_related("article", "company")
    return [
        row
        for row in rows.order_by("pk")
        if not row.note_redacted and any(is_in(reason, row.note) for reason in reasons)
    ]


def is_in(reason, note) -> bool:
    """Whether the note gives the reason, or began to when it was cut."""
    if f" {reason} " in f" {note} ":
        return True
    said = note.removesuffix("…")
    begun = (f" {reason[:end]}" for end in range(1, len(reason)))
    return said != note and f" {said}".endswith(tuple(begun))

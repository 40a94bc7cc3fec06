"""Which of the figures that texts show are disputed."""

from django.utils import timezone

from facts.models import Fact
from facts.rules.disputes import find_rivals
from facts.rules.precedence import pick_shown, series_key


def rivals_of_quoted(quoted, references) -> dict[int, list[Fact]]:
    """By primary key of each fact that a text shows and that is disputed: what disputes it."""
    facts = {reference.fact_id: reference.fact for reference in references}
    by_series: dict[tuple, list] = {}
    for fact in facts.values():
        by_series.setdefault(series_key(fact), []).append(fact)
    told = {one.fact for one in quoted}
    for key in {one.key for one in quoted if one.is_live} & by_series.keys():
        shown = pick_shown(by_series[key], timezone.localdate())
        told |= {shown.pk} if shown else set()
    return find_rivals([facts[pk] for pk in told if pk in facts], facts.values())

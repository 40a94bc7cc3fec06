"""One published figure as a row of CSV and as an object of JSON, with how it stands."""

from django.conf import settings
from django.urls import reverse

from core.web.structured import absolute
from facts.models import Fact
from facts.reading import records
from facts.rules.disputes import find_rivals

SERIES = ("company_id", "metric_id")
COLUMNS = (*records.COLUMNS, "standing")


def give_standing(facts: list[Fact]) -> list[Fact]:
    """Say of each whether it is current, earlier, disputed or withdrawn. Takes three queries."""
    same = Fact.objects.filter(pk__in=[fact.pk for fact in facts])
    current = set(same.current().values_list("pk", flat=True))
    beside = Fact.objects.published().select_related("metric")
    companies, metrics = ({getattr(fact, name) for fact in facts} for name in SERIES)
    disputed = find_rivals(facts, beside.filter(company__in=companies, metric__in=metrics))
    for fact in facts:
        fact.open_standing = _standing(fact, current, disputed)
    return facts


def _standing(fact, current, disputed) -> str:
    if fact.is_deprecated:
        return "withdrawn"
    if fact.pk in disputed:
        return "disputed"
    return "current" if fact.pk in current else "earlier"


def load(facts) -> list[Fact]:
    """The rows of a queryset with all that is told of them, in a constant number of queries."""
    return give_standing(list(facts.with_sources().select_related("supersedes")))


def as_row(fact) -> dict:
    return records.as_row(fact) | {"standing": fact.open_standing}


def as_object(fact) -> dict:
    return records.figure_data(fact) | {"standing": fact.open_standing}


def about_the_data() -> dict:
    """What every file of figures says of itself."""
    return {
        "publisher": settings.SITE_NAME,
        "licence": settings.DATA_LICENCE or None,
        "schema": absolute(reverse("open:schema")),
        "all_figures": absolute(reverse("open:data")),
    }

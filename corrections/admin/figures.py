"""The figures of an article that were corrected, and their successors."""

from django.db.models import Q

from facts.models import Fact

MOST_PAIRS = 50


def corrected_facts(article) -> list[tuple[Fact, Fact | None]]:
    """Quoted facts with their successors; None for a withdrawn fact without one."""
    used = list(article.fact_uses.values_list("fact", flat=True).distinct().order_by("fact"))
    shown = Fact.objects.on_record().select_related("company", "metric")
    newer = shown.filter(Q(pk__in=used) | Q(supersedes__in=used), supersedes__isnull=False)
    pairs = [
        (one.supersedes, one)
        for one in newer.select_related("supersedes__company", "supersedes__metric").order_by(
            "-published_at", "-pk"
        )[:MOST_PAIRS]
    ]
    followed = {old.pk for old, _new in pairs}
    withdrawn = shown.filter(pk__in=used, rank=Fact.Rank.DEPRECATED).exclude(pk__in=followed)
    return [*pairs, *((fact, None) for fact in withdrawn.order_by("-verified_at")[:MOST_PAIRS])]

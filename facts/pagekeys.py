"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from core.pagestore.keys import declare, keys_for
from core.pagestore.tracking import on_no_page, track
from facts.models import (
    Distinction,
    EventRedaction,
    Fact,
    FactEvent,
    FigureImport,
    ImportedFigure,
    Metric,
    MetricVersion,
    Overruling,
    Reference,
    Scope,
    Source,
    SourceVersion,
    TechUse,
    TechUseReference,
)


def keys_of_fact(fact):
    if fact.status == Fact.Status.PUBLISHED:
        yield from (f"company:{fact.company_id}", f"metric:{fact.metric_id}", "companies")


def keys_of_use(use):
    return (
        f"company:{use.company_id}",
        f"technology:{use.technology_id}",
        "technologies",
        "companies",
    )


def keys_of_metric(metric):
    """Whatever shows a figure of it, and the pages that show or count figures of any company."""
    facts = metric.facts.on_record()
    companies = facts.values_list("company", flat=True)
    return {"metrics", f"metric:{metric.pk}", *keys_for("company", companies)}


def keys_of_source(source):
    """Whatever shows a figure or the use of a technology that cites it."""
    facts = Fact.objects.on_record().filter(references__source=source)
    uses = TechUse.objects.filter(references__source=source)
    return {
        *keys_for("company", facts.values_list("company", flat=True)),
        *keys_for("metric", facts.values_list("metric", flat=True)),
        *keys_for("company", uses.values_list("company", flat=True)),
        *keys_for("technology", uses.values_list("technology", flat=True)),
    }


def connect():
    # Of the files with every figure only when they were written is shown.
    declare("metric", "metrics", "open-data")
    track(Fact, keys_of_fact)
    track(FactEvent, lambda event: keys_of_fact(event.fact))
    track(Reference, lambda reference: keys_of_fact(reference.fact))
    track(TechUse, keys_of_use)
    track(TechUseReference, lambda reference: keys_of_use(reference.tech_use))
    # New ones are on no page until a figure refers to them.
    track(Source, keys_of_source, created=False, ignored=["checked_at", "failed_on"])
    track(Metric, keys_of_metric, created=False)
    # What was told apart is disputed no more. Both are of one company.
    track(Distinction, lambda distinction: keys_of_fact(distinction.first))
    # Other decisions are shown at the desk, and of scopes every figure holds its own name.
    on_no_page(Overruling, Scope)
    # Each is written with the row whose former words it keeps, or whose words it takes away.
    on_no_page(MetricVersion, SourceVersion, EventRedaction)
    # A file on its way in is the desk's alone; what comes of it is tracked.
    on_no_page(FigureImport, ImportedFigure)

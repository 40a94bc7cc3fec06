"""Structured data of a figure: a schema.org Observation as JSON-LD."""

from core.structured import absolute, script_safe_json
from facts.models import Fact


def observation(record) -> str:
    """JSON-LD of a figure; empty for a withdrawn one, which nobody observed."""
    fact = record.fact
    if fact.is_deprecated:
        return ""
    url = absolute(fact.get_absolute_url())
    data = {
        "@context": "https://schema.org",
        "@type": "Observation",
        "@id": url,
        "url": url,
        "identifier": fact.public_id,
        "name": ", ".join(filter(None, [fact.company.name, fact.metric.label, fact.scope])),
        "observationAbout": {
            "@type": "Organization",
            "name": fact.company.name,
            "url": absolute(fact.company.get_absolute_url()),
        },
        "measuredProperty": {
            "@type": "Property",
            "name": fact.metric.label,
            "description": fact.metric.definition,
        },
        "observationDate": _date(fact),
        "observationPeriod": PERIODS.get(fact.as_of_precision),
        "value": _value(fact),
        "subjectOf": [_work(reference.source) for reference in fact.references.all()],
    }
    return script_safe_json({name: value for name, value in data.items() if value})


# ISO 8601 durations; `observationDate` is the end of the period.
PERIODS = {"month": "P1M", "quarter": "P3M", "year": "P1Y"}


def _date(fact) -> str | None:
    if fact.as_of_precision == "quarter":
        return f"{fact.as_of:%Y-%m}"
    return fact.partial_as_of


def _value(fact):
    if fact.amount is None:
        return fact.text
    value = {"@type": "QuantitativeValue", "unitText": fact.metric.unit}
    digits = fact.machine_value
    match fact.comparator:
        case Fact.Comparator.AT_LEAST:
            value["minValue"] = digits
        case Fact.Comparator.AT_MOST:
            value["maxValue"] = digits
        case _:
            value["value"] = digits
    return {name: said for name, said in value.items() if said}


def _work(source) -> dict:
    work = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url or "",
        "archivedAt": source.archive_url,
        "publisher": source.publisher and {"@type": "Organization", "name": source.publisher},
        "datePublished": source.published_on.isoformat() if source.published_on else "",
    }
    return {name: value for name, value in work.items() if value}

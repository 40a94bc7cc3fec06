"""Structured data of a figure: a schema.org Observation as JSON-LD."""

from decimal import Decimal

from core.web.structured import absolute, script_safe_json
from facts.models import Metric
from facts.rules.dating import Precision
from facts.rules.formatting import plain_digits


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
        "observationPeriod": _period(fact),
        "measurementMethod": str(fact.get_basis_display()),
        "value": _value(fact),
        # Of what is none, unknown or kept secret there is no value to give.
        "description": "" if fact.is_given else fact.display_value,
        "subjectOf": [_work(reference.source) for reference in fact.references.all()],
    }
    return script_safe_json({name: value for name, value in data.items() if value})


# ISO 8601 durations; `observationDate` is the end of the period.
PERIODS = {"month": "P1M", "quarter": "P3M", "half": "P6M", "year": "P1Y", "fiscal": "P1Y"}
# UN/CEFACT's codes of units.
UNIT_CODES = {Metric.ValueType.PERCENT: "P1", Metric.ValueType.PER_MILLE: "NX"}


def _date(fact) -> str | None:
    """ISO 8601 has no name for a quarter, a half-year or a fiscal year: their last month or day."""
    match fact.as_of_precision:
        case "quarter" | "half":
            return f"{fact.as_of:%Y-%m}"
        case "fiscal":
            return fact.as_of.isoformat()
    return Precision(fact.as_of_precision).partial(fact.as_of)


def _period(fact) -> str | None:
    if fact.starts_on is None:
        return PERIODS.get(fact.as_of_precision)
    return f"P{(fact.period.last - fact.period.first).days + 1}D"


def _value(fact):
    if fact.amount is not None:
        return _quantity(fact)
    if fact.metric.value_type == Metric.ValueType.PERSON and fact.text:
        return {"@type": "Person", "name": fact.text}
    return fact.text


def _quantity(fact) -> dict:
    metric = fact.metric
    if metric.value_type == Metric.ValueType.MONEY:
        unit = {"@type": "MonetaryAmount", "currency": metric.unit}
    else:
        code = UNIT_CODES.get(metric.value_type)
        unit = {"@type": "QuantitativeValue", "unitText": metric.unit, "unitCode": code}
    least, most = _digits(fact.least), _digits(fact.most)
    ends = {"minValue": least, "maxValue": most} if fact.is_bound else {"value": least}
    return {name: said for name, said in (unit | ends).items() if said}


def _digits(amount) -> str:
    return "" if amount is None else plain_digits(Decimal(amount))


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

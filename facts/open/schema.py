"""What the files hold, for programs: JSON Schema (2020-12) and metadata of CSV on the Web."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.structured import absolute
from facts.open.figures import COLUMNS

DESCRIPTIONS = {
    "id": _("The figure’s public id, which is never given to another."),
    "url": _("Its permanent page."),
    "company": _("The company’s address part, as in /companies/<company>/."),
    "metric": _("The metric’s key, as in /metrics/<metric>/."),
    "scope": _("What part of the company or of the world it speaks of; empty for all of it."),
    "comparator": _("eq: exactly, about, gte: at least, lte: at most, range: between two amounts."),
    "value": _(
        "Plain digits, never rounded; a / between the ends of a range. Else words or a date."
    ),
    "value_state": _("value, or why there is none: none, unknown or undisclosed."),
    "unit": _("A currency’s code for money."),
    "as_of": _("What day or period it speaks of: 2025-12-31, 2025-Q4, FY2025, 2025-01/2025-09."),
    "as_of_precision": _("How exactly: day, month, quarter, half, year, fiscal or unknown."),
    "basis": _("reported, self (the company’s own word), estimated or projected."),
    "state": _("published, or withdrawn: it was found wrong and stays on record."),
    "reason": _("Why it was withdrawn."),
    "supersedes": _("The id of the figure that it took the place of."),
    "sources": _("Title and address of each source, with “ | ” between them."),
    "standing": _(
        "current, earlier (another value is shown), disputed (its sources disagree, undecided)"
        " or withdrawn."
    ),
}
IN_JSON = {
    "company": {"type": "object", "required": ["slug", "name", "url"]},
    "metric": {"type": "object", "required": ["key", "label", "definition", "value_type", "unit"]},
    "sources": {"type": "array", "items": {"type": "object", "required": ["title", "quote"]}},
    "as_of": {"type": ["string", "null"]},
    "reason": {"type": ["string", "null"]},
    "supersedes": {"type": ["string", "null"]},
    "standing": {"enum": ["current", "earlier", "disputed", "withdrawn"]},
    "state": {"enum": ["published", "withdrawn"]},
}
# In JSON it stands within the metric.
ONLY_IN_CSV = {"unit"}


def json_schema() -> dict:
    names = [name for name in COLUMNS if name not in ONLY_IN_CSV]
    figure = {
        "type": "object",
        "required": names,
        "properties": {
            name: {"description": str(DESCRIPTIONS[name]), **IN_JSON.get(name, {"type": "string"})}
            for name in names
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": absolute(reverse("open:schema")),
        "title": settings.SITE_NAME,
        "type": "object",
        "required": ["publisher", "licence", "figures"],
        "properties": {
            "publisher": {"type": "string"},
            "licence": {"type": ["string", "null"]},
            "made_at": {"type": "string", "format": "date-time"},
            "count": {"type": "integer"},
            "next": {"type": ["string", "null"]},
            "figures": {"type": "array", "items": figure},
        },
    }


def csv_metadata() -> dict:
    """https://www.w3.org/TR/tabular-metadata/"""
    data = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": absolute(reverse("open:dump-csv")),
        "dc:title": settings.SITE_NAME,
        "dc:license": settings.DATA_LICENCE and {"@id": settings.DATA_LICENCE},
        "tableSchema": {
            "primaryKey": "id",
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "datatype": "anyURI" if name == "url" else "string",
                    "dc:description": str(DESCRIPTIONS[name]),
                }
                for name in COLUMNS
            ],
        },
    }
    return {name: value for name, value in data.items() if value}

"""What a text says in a way that readers will see otherwise: told at the desk, never refused."""

from django.utils.translation import gettext as _

from companies.models import Company
from core import prose

MOST_SHOWN = 50


def oddities_of(parts) -> list[dict]:
    """Of a body (part 0) and its list's entries; each with its `text`, `line` and a `message`."""
    found = [(number, one) for number, text in enumerate(parts) for one in prose.oddities(text)]
    links = {one.text[1:] for _number, one in found if one.is_link}
    # The entry of a company has the company's own name.
    companies = Company.objects.filter(slug__in=links).values_list("slug", flat=True)
    entries = set(companies) if links else set()
    return [
        {"text": one.text, "line": one.line, "part": number, "message": _message(one)}
        for number, one in found
        if not (one.is_link and one.text[1:] in entries)
    ][:MOST_SHOWN]


def _message(oddity) -> str:
    if oddity.is_link:
        return _("A link that leads nowhere: no heading of the text is called that.")
    return _("Readers will see this as it is written: it is no tag that works here.")

"""The permanent page of a figure, where it can be cited, and the same as JSON and CSV."""

import csv
import io

from django.http import HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import NotFoundBecause
from core.pagestore import made_of, stored_page
from core.structured import absolute
from facts.models import Fact
from facts.reading import records, structured
from facts.rules.public_ids import is_possible

MOST_QUOTING = 50


def _record(request, public_id) -> records.Record:
    fact = Fact.objects.published().filter(public_id=public_id).values("pk", "company").first()
    if fact is None:
        raise NotFoundBecause(_why_missing(public_id))
    made_of(request, f"company:{fact['company']}")
    return records.Record.load(fact["pk"])


def _why_missing(public_id) -> str:
    if is_possible(public_id):
        return _("No figure with the id “%s” is published.") % public_id
    return _("“%s” is no id of a figure: at least one character of it is mistyped.") % public_id


@require_safe
@stored_page()
def show_fact(request, public_id):
    if public_id != public_id.lower():
        return HttpResponsePermanentRedirect(reverse("facts:detail", args=[public_id.lower()]))
    record = _record(request, public_id)
    fact = record.fact
    uses = fact.uses.in_published_articles().select_related("article")
    title = _("%(company)s: %(metric)s, %(value)s") % {
        "company": fact.company.name,
        "metric": fact.metric.label,
        "value": fact.display_value,
    }
    context = {
        "fact": fact,
        "record": record,
        "uses": uses[:MOST_QUOTING],
        "citation": records.citation(fact),
        "meta_title": title,
        "description": f"{title} ({fact.as_of_label}). {fact.metric.definition}",
        "canonical_url": absolute(fact.get_absolute_url()),
        "json_ld": structured.observation(record),
        "feed_urls": _data_links(public_id),
    }
    return render(request, "facts/fact_detail.html", context)


@require_safe
@stored_page()
def show_card(request, public_id):
    """The figure in short, for the card that its words open wherever they stand."""
    record = _record(request, public_id)
    html = render_to_string("facts/_card.html", {"fact": record.fact, "record": record})
    return JsonResponse({"html": html, "claim": records.claim_of(record.fact)})


def _data_links(public_id) -> list[dict]:
    return [
        {"url": reverse(f"facts:{name}", args=[public_id]), "type": content_type, "title": title}
        for name, content_type, title in (
            ("json", "application/json", _("This figure as JSON")),
            ("csv", "text/csv", _("This figure as CSV")),
        )
    ]


def _allow_any_origin(response):
    """Let any site fetch it: the data is the same for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@stored_page()
def show_fact_as_json(request, public_id):
    record = _record(request, public_id)
    return _allow_any_origin(
        JsonResponse(records.as_data(record), json_dumps_params={"ensure_ascii": False})
    )


@require_safe
@stored_page()
def show_fact_as_csv(request, public_id):
    """The figure and its history, newest first, one line each."""
    record = _record(request, public_id)
    text = io.StringIO()
    writer = csv.DictWriter(text, records.COLUMNS)
    writer.writeheader()
    writer.writerows(map(records.as_row, record.history))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{public_id}.csv"'
    return _allow_any_origin(response)

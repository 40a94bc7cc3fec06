"""The permanent page of a figure, where it can be cited, and the same as JSON and CSV."""

from django.http import HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.pagestore import made_of, stored_page
from core.text.languages import direction_of, speaking
from core.web.http import NotFoundBecause
from core.web.structured import absolute
from facts.models import Fact
from facts.reading import records, structured
from facts.reading.answers import as_csv, as_json, data_links
from facts.rules.public_ids import is_possible

MOST_QUOTING = 50


def _record(request, public_id) -> records.Record:
    fact = Fact.objects.published().filter(public_id=public_id).values("pk", "company").first()
    if fact is None:
        raise NotFoundBecause(_why_missing(public_id))
    made_of(request, f"company:{fact['company']}", "people")
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
        "feed_urls": data_links(
            json=(reverse("facts:json", args=[public_id]), _("This figure as JSON")),
            csv=(reverse("facts:csv", args=[public_id]), _("This figure as CSV")),
        ),
    }
    return render(request, "facts/fact_detail.html", context)


@require_safe
@stored_page(params=["language"])
def show_card(request, public_id):
    """The figure in short, for the card that its words open wherever they stand.

    It speaks as figures do in a text of that language, and says which language that is.
    """
    record = _record(request, public_id)
    with speaking(request.GET.get("language", "")):
        said = get_language()
        html = render_to_string("facts/_card.html", {"fact": record.fact, "record": record})
        claim = records.claim_of(record.fact)
    answer = {"html": html, "claim": claim, "language": said, "direction": direction_of(said)}
    return JsonResponse(answer)


@require_safe
@stored_page()
def show_fact_as_json(request, public_id):
    return as_json(records.as_data(_record(request, public_id)))


@require_safe
@stored_page()
def show_fact_as_csv(request, public_id):
    """The figure and its history, newest first, one line each."""
    record = _record(request, public_id)
    return as_csv(records.COLUMNS, map(records.as_row, record.history), name=public_id)

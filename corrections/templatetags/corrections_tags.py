from django import template

from core.web.structured import absolute, script_safe_json
from corrections.models import log_url, structured_note
from corrections.proposals.inbox import (
    ProposedCorrection,
    requested_comment,
    with_figures,
    with_passages,
)
from corrections.publishing.profiles import notes_about, notes_about_figure

register = template.Library()


@register.inclusion_tag("corrections/_of_page.html")
def corrections_of_profile(company):
    return _notes_of_page(company, company.pk, notes_about(company))


@register.inclusion_tag("corrections/_of_page.html")
def corrections_of_figure(fact):
    return _notes_of_page(fact, fact.company_id, notes_about_figure(fact))


def _notes_of_page(row, company_pk, notes) -> dict:
    log, url = log_url(company=company_pk), absolute(row.get_absolute_url())
    data = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": f"{url}#page",
        "url": url,
        "correction": [structured_note(note, log) for note in notes],
    }
    return {"notes": notes, "log_url": log, "json_ld": script_safe_json(data)}


@register.simple_tag
def asked_correction(request, article) -> ProposedCorrection | None:
    """The proposed correction for which an article's form was opened."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    comment = requested_comment(request, article)
    return with_figures(with_passages([comment]))[0] if comment else None

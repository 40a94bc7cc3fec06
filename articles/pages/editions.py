"""A list as it stood on a day, for good: frozen from the page that readers see."""

import json

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from articles.models import Edition
from articles.pages import ranking
from articles.pages.detail import ArticlePage
from articles.publishing import rights
from companies.models import Company
from companies.models.merges import survivors_of
from core.text.languages import speaking
from core.text.slugs import spell
from facts.models import Fact
from facts.prose.filling import in_its_place
from facts.rules.precedence import series_key
from facts.rules.wording import words_of


def default_name() -> str:
    return date_format(localdate(), "F Y")


@transaction.atomic
def freeze(article, *, name: str, by) -> Edition:
    """Keep what readers see of a live, assembled list now. It never changes afterwards."""
    rights.refuse_publishing(by, article.section_id)
    page = ArticlePage.load(article.slug)
    if page is None or ranking.of(page.article) is None:
        raise ValidationError(_("Only a live list that is assembled from profiles can be frozen."))
    name = " ".join(name.split())
    slug = spell(name, Edition._meta.get_field("slug").max_length)
    if not slug:
        raise ValidationError(_("Give the edition a name, such as “June 2026”."))
    if Edition.objects.filter(article=article, slug=slug).exists():
        raise ValidationError(_("There is an edition “%(name)s” already.") % {"name": name})
    context = page.context()
    edition = Edition(article=article, name=name, slug=slug, frozen_by=by)
    edition.content = json.loads(json.dumps(_frozen(context), cls=DjangoJSONEncoder))
    edition.full_clean()
    edition.save()
    _remember(page.article.ranking)
    return edition


def _frozen(context) -> dict:
    article = context["article"]
    return {
        "title": article.title,
        "standfirst": article.standfirst,
        "opening_html": str(context["opening_html"]),
        "closing_html": str(context["closing_html"]),
        "entries": [_entry(entry, article.language) for entry in context["entries"]],
        "assembled": {
            name: value for name, value in context["assembled"].items() if name != "editions"
        },
        "sources": context["sources"],
    }


def _entry(entry, language) -> dict:
    with speaking(language):
        figures = [_figure(fact) for fact in entry.facts]
    return {
        "company": {
            "pk": entry.company_id,
            "name": entry.company.name,
            "slug": entry.company.slug,
            "get_absolute_url": entry.company.get_absolute_url(),
        },
        "rank": entry.rank,
        "move": str(entry.move),
        "mark": str(entry.mark),
        "heading": entry.heading,
        "blurb_html": str(entry.blurb_html),
        "facts": figures,
    }


def _figure(fact) -> dict:
    """By the names under which `facts/_figure.html` asks for it."""
    source = fact.source
    return {
        "public_id": fact.public_id,
        "display_value": fact.display_value,
        "metric": {"label": fact.metric.label},
        "scope": fact.scope,
        "as_of": fact.as_of,
        "as_of_label": fact.as_of_label,
        "as_of_precision": fact.as_of_precision,
        "get_basis_display": str(fact.get_basis_display()),
        "words": words_of(fact),
        "source": {
            "pk": source.pk,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "archive_url": source.archive_url,
            "published_on": source.published_on,
            "published_label": source.published_label,
        },
    }


def _remember(ranking):
    """On the list itself, so that its page reads no edition."""
    ranking.frozen = ranking.article.editions.summary()
    ranking.save(update_fields=["frozen"])


def thawed(edition) -> dict:
    """Its content as a page shows it, with what was found wrong since. Four queries at most."""
    content = json.loads(json.dumps(edition.content))
    _open_ways([entry["company"] for entry in content["entries"]])
    figures = [fact for entry in content["entries"] for fact in entry["facts"]]
    sourced = [figure for source in content["sources"] for figure in source["figures"]]
    wrong = _found_wrong([*figures, *sourced])
    for fact in figures:
        fact["as_of"] = parse_date(fact["as_of"]) if fact["as_of"] else None
    for figure in (*figures, *sourced):
        figure |= wrong.get(figure.get("public_id"), {})
    return content


def _open_ways(companies):
    """Say which profiles are there today, or those that they were merged into."""
    today = survivors_of([company["pk"] for company in companies])
    public = Company.objects.visible().filter(pk__in=today.values())
    there = set(public.values_list("pk", flat=True))
    for company in companies:
        company["is_public"] = today[company["pk"]] in there


def _found_wrong(figures) -> dict:
    """By public id: why, and what stands now."""
    ids = {figure.get("public_id") for figure in figures}
    wrong = list(Fact.objects.filter(public_id__in=ids, rank=Fact.Rank.DEPRECATED))
    shown = {}
    if wrong:
        current = Fact.objects.current().select_related("company", "metric")
        current = current.filter(company__in={fact.company_id for fact in wrong})
        shown = {series_key(fact): fact for fact in current}
    return {
        fact.public_id: {
            "wrong_because": fact.deprecated_reason,
            "instead": in_its_place(shown.get(series_key(fact))),
        }
        for fact in wrong
    }

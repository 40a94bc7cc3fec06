from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Case, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies import structured
from companies.directory import paginate_by_name
from companies.former_addresses import leads_from_former_slugs
from companies.forms import DirectoryForm
from companies.models import Company, Technology
from companies.querysets import MOST_COUNTED
from core.pagestore import do_not_store, made_of, stored_page
from core.web.pagination import PLACE_PARAMS
from core.web.structured import absolute

NEWEST_ARTICLES = 10
LISTED = ["company"] + [
    f"article__{name}"
    for name in ("title", "slug", "standfirst", "language", "published_at", "retracted_at")
]
USES_PER_PAGE = 100


@require_safe
@stored_page(
    *("companies", "industries", "technologies", "metrics"),
    params=(*DirectoryForm.base_fields, *PLACE_PARAMS),
)
def list_companies(request):
    form = DirectoryForm(request.GET)
    form.is_valid()
    companies = form.narrow(Company.objects.visible())
    page = paginate_by_name(companies.select_related("industry").with_current_facts(), request)
    if form.errors or not page.object_list:
        do_not_store(request)
    context = {
        "object_list": page.object_list,
        "page": page,
        "filter_form": form,
        "letters": _letters(form),
        "meta_title": _("Companies"),
        "description": _(
            "Every company we write about, with its figures, their dates and sources."
        ),
        "canonical_url": absolute(reverse("companies:list")),
    }
    return render(request, "companies/company_list.html", context)


def _letters(form):
    """Each letter in use, with the address that adds it to the other filters."""
    kept = {key: value for key, value in form.cleaned_data.items() if value and key != "letter"}
    current = form.cleaned_data.get("letter")
    path = reverse("companies:list")
    every = {"label": _("All"), "url": f"{path}?{urlencode(kept)}" if kept else path}
    return [every | {"current": not current}] + [
        {
            "label": letter,
            "url": f"{path}?{urlencode({**kept, 'letter': letter})}",
            "current": letter == current,
        }
        for letter in form.letters
    ]


@require_safe
@stored_page()
@leads_from_former_slugs
def show_company(request, slug):
    company = Company.objects.visible().with_profile_data().filter(slug=slug).first()
    if company is None:
        raise Http404("No such company.")
    made_of(request, f"company:{company.pk}", "people")
    sheet = company.facts.sheet()
    uses = company.tech_uses.visible().with_sources()
    listings = company.listings.newest().select_related("article")
    context = {
        "company": company,
        "current_facts": sheet.current,
        "histories": sheet.histories,
        "disputes": sheet.disputes,
        "figures": sheet.shown,
        "withdrawn": sheet.withdrawn,
        "tech_uses": [
            (layer, list(group))
            for layer, group in groupby(uses, lambda use: use.get_layer_display())
        ],
        "articles": [listing.article for listing in listings.only(*LISTED)[:NEWEST_ARTICLES]],
        "subsidiaries": company.subsidiaries.visible(),
        "meta_title": company.name,
        "description": company.description,
        "canonical_url": absolute(company.get_absolute_url()),
        "json_ld": structured.organization(company),
    }
    return render(request, "companies/company_detail.html", context)


@require_safe
@stored_page("technologies")
def list_technologies(request):
    by_kind = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(Technology.Kind.values))
    )
    context = {
        "object_list": Technology.objects.visible().with_company_count().order_by(by_kind, "name"),
        "most_counted": MOST_COUNTED,
        "meta_title": _("Technologies"),
        "description": _("What the companies we write about run on, and which source says so."),
        "canonical_url": absolute(reverse("companies:technology-list")),
    }
    return render(request, "companies/technology_list.html", context)


@require_safe
@stored_page(params=PLACE_PARAMS)
def show_technology(request, slug):
    technology = get_object_or_404(Technology.objects.visible(), slug=slug)
    made_of(request, f"technology:{technology.pk}")
    uses = technology.uses.visible().with_sources()
    page = paginate_by_name(uses, request, field="company__sort_name", per_page=USES_PER_PAGE)
    context = {
        "technology": technology,
        "uses": page.object_list,
        "page": page,
        "meta_title": technology.name,
        "description": technology.description,
        "canonical_url": absolute(technology.get_absolute_url()),
    }
    return render(request, "companies/technology_detail.html", context)

"""Addresses of the figures of a company, of a metric, and of all there are."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.static import serve

from companies.directory import paginate_by_name
from companies.former_addresses import leads_from_former_slugs
from companies.models import Company
from core.pagestore import made_of, stored_page
from core.pagestore.declaring import REVALIDATE
from core.web.pagination import PLACE_PARAMS
from core.web.structured import absolute
from facts.open import dump, figures, metrics, schema, structured
from facts.reading.answers import allow_any_origin, as_csv, as_json, data_links

IN_A_FILE = 500
ORDERS = {
    "-value": gettext_lazy("largest first"),
    "value": gettext_lazy("smallest first"),
    "-date": gettext_lazy("newest first"),
    "date": gettext_lazy("oldest first"),
}


def _page_as_json(page, **about):
    following = page.older_url and absolute(page.older_url)
    data = {
        **about,
        **figures.about_the_data(),
        "next": following or None,
        "figures": [figures.as_object(fact) for fact in page],
    }
    return as_json(data)


def _page_as_csv(page, *, name):
    response = as_csv(figures.COLUMNS, map(figures.as_row, page), name=name)
    if page.older_url:
        response["Link"] = f'<{absolute(page.older_url)}>; rel="next"'
    return response


def _figures_of_company(request, slug):
    """The company and a page of all its published figures, in the order of their record."""
    company = get_object_or_404(Company.objects.visible(), slug=slug)
    made_of(request, f"company:{company.pk}")
    facts = company.facts.published().with_sources().select_related("supersedes")
    page = paginate_by_name(facts, request, field="id", per_page=IN_A_FILE)
    figures.give_standing(page.object_list)
    return company, page


@require_safe
@stored_page(params=PLACE_PARAMS)
@leads_from_former_slugs
def show_company_as_json(request, slug):
    company, page = _figures_of_company(request, slug)
    url = absolute(company.get_absolute_url())
    return _page_as_json(page, company={"slug": company.slug, "name": company.name, "url": url})


@require_safe
@stored_page(params=PLACE_PARAMS)
@leads_from_former_slugs
def show_company_as_csv(request, slug):
    company, page = _figures_of_company(request, slug)
    return _page_as_csv(page, name=company.slug)


@require_safe
@stored_page("metrics", "companies")
def list_metrics(request):
    context = {
        "object_list": metrics.in_use(),
        "meta_title": _("Metrics"),
        "description": _("What our figures count, each with every company’s current value."),
        "canonical_url": absolute(reverse("open:metrics")),
    }
    return render(request, "facts/metric_list.html", context)


def _metric(request, key):
    metric = get_object_or_404(metrics.in_use(), key=key)
    made_of(request, f"metric:{metric.pk}")
    return metric


@require_safe
@stored_page(params=(*PLACE_PARAMS, "sort", "page"))
def show_metric(request, key):
    """A metric with every company's current value, by name or in an order of the reader's."""
    metric = _metric(request, key)
    order, can_be_sorted = request.GET.get("sort", ""), metrics.can_be_sorted(metric)
    if "page" in request.GET and not order:
        raise Http404("Only what is sorted has numbers.")
    if order and not can_be_sorted:
        return HttpResponseRedirect(request.path)
    page = (
        metrics.paginate_sorted(metric, order, request)
        if order
        else metrics.paginate(metric, request, per_page=metrics.PER_PAGE)
    )
    files = {name: reverse(f"open:metric-{name}", args=[metric.key]) for name in ("json", "csv")}
    context = {
        "metric": metric,
        "page": page,
        "order": order,
        "orders": ORDERS.items() if can_be_sorted else (),
        "meta_title": metric.label,
        "description": metric.definition,
        "canonical_url": absolute(metric.get_absolute_url()),
        "json_ld": structured.dataset(
            name=metric.label,
            description=metric.definition,
            url=metric.get_absolute_url(),
            files=files,
        ),
        "feed_urls": data_links(
            json=(files["json"], _("Every company’s value as JSON")),
            csv=(files["csv"], _("Every company’s value as CSV")),
        ),
    }
    return render(request, "facts/metric_detail.html", context)


@require_safe
@stored_page(params=PLACE_PARAMS)
def show_metric_as_json(request, key):
    metric = _metric(request, key)
    page = metrics.paginate(metric, request, per_page=IN_A_FILE)
    about = {name: getattr(metric, name) for name in ("key", "label", "definition", "unit")}
    return _page_as_json(page, metric=about | {"url": absolute(metric.get_absolute_url())})


@require_safe
@stored_page(params=PLACE_PARAMS)
def show_metric_as_csv(request, key):
    metric = _metric(request, key)
    return _page_as_csv(metrics.paginate(metric, request, per_page=IN_A_FILE), name=metric.key)


@require_safe
@stored_page("open-data")
def show_data(request):
    """What there is to take away, in which form and under which licence."""
    files = {name: reverse(f"open:dump-{name}") for name in dump.NAMES}
    made = dump.state()
    context = {
        "made": made,
        "licence": settings.DATA_LICENCE,
        "columns": schema.DESCRIPTIONS.items(),
        "meta_title": _("Open data"),
        "description": _("Every published figure with its date and sources, as CSV and JSON."),
        "canonical_url": absolute(reverse("open:data")),
        "json_ld": structured.dataset(
            name=_("Figures of %(site)s") % {"site": settings.SITE_NAME},
            description=_("Every published figure with its date and sources."),
            url=reverse("open:data"),
            files=files if made else {},
            modified=made and made.moment,
        ),
        "feed_urls": data_links(
            json=(files["json"], _("All figures as JSON")),
            csv=(files["csv"], _("All figures as CSV")),
        )
        if made
        else [],
    }
    return render(request, "facts/data.html", context)


@require_safe
def serve_dump(request, name):
    """Right for one machine; a server of any size lets its front server answer for these."""
    response = serve(request, f"figures.{name}", document_root=dump.folder())
    response["Cache-Control"] = REVALIDATE
    return allow_any_origin(response)


@require_safe
@stored_page()
def show_schema(request):
    """JSON Schema of the figures in every JSON file."""
    return as_json(schema.json_schema())


@require_safe
@stored_page()
def show_csv_metadata(request):
    """CSV on the Web: what the columns of figures.csv hold."""
    return as_json(schema.csv_metadata())

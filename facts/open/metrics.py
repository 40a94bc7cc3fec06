"""A metric with what each company has of it."""

from django.db.models import Exists, F, OuterRef
from django.http import Http404

from companies.directory import paginate_by_name
from companies.models import Company
from core.web.pagination import Page, page_number
from facts.models import Fact, Metric
from facts.open.figures import load
from facts.querysets import WITHDRAWN_LAST, bounds_first

PER_PAGE = 50
# As many figures as may be put in another order: beyond, whoever wants one takes the file.
SORTED_AT_MOST = 500
ORDERS = {
    "value": (F("most").asc(nulls_last=True), bounds_first(is_down=False), "text"),
    "-value": (F("least").desc(nulls_last=True), bounds_first(is_down=True), "-text"),
    "date": (F("as_of").asc(nulls_last=True),),
    "-date": (F("as_of").desc(nulls_last=True),),
}


def in_use():
    """The metrics of which a reader can see a figure."""
    return Metric.objects.filter(Exists(Fact.objects.published().filter(metric=OuterRef("pk"))))


def companies_with(metric):
    facts = Fact.objects.published().filter(metric=metric, company=OuterRef("pk"))
    return Company.objects.visible().filter(Exists(facts))


def paginate(metric, request, *, per_page) -> Page:
    """What each company has of the metric, by the companies' names."""
    page = paginate_by_name(companies_with(metric), request, per_page=per_page)
    facts = Fact.objects.told_of_each_series().filter(metric=metric, company__in=page.object_list)
    found = load(facts.order_by("company__sort_name", "company", "scope"))
    return Page(found, page.newer_url, page.older_url)


def can_be_sorted(metric) -> bool:
    published = Fact.objects.published().filter(metric=metric)
    return published.order_by().values("pk")[: SORTED_AT_MOST + 1].count() <= SORTED_AT_MOST


def paginate_sorted(metric, order, request) -> Page:
    """The same by value or by date, withdrawn ones last; a 404 for no such order or page."""
    if order not in ORDERS:
        raise Http404("No such order.")
    number = page_number(request, SORTED_AT_MOST // PER_PAGE)
    facts = Fact.objects.told_of_each_series().filter(metric=metric).with_bounds()
    facts = facts.order_by(WITHDRAWN_LAST, *ORDERS[order], "company__sort_name", "pk")
    start = (number - 1) * PER_PAGE
    keys = list(facts.values_list("pk", flat=True)[start : start + PER_PAGE + 1])
    if not keys and number > 1:
        raise Http404("No such page.")
    by_pk = {fact.pk: fact for fact in load(Fact.objects.filter(pk__in=keys[:PER_PAGE]))}
    return Page(
        [by_pk[pk] for pk in keys[:PER_PAGE]],
        newer_url=_sorted_url(order, number - 1) if number > 1 else "",
        older_url=_sorted_url(order, number + 1) if len(keys) > PER_PAGE else "",
    )


def _sorted_url(order, number) -> str:
    return f"?sort={order}" + (f"&page={number}" if number > 1 else "")

from urllib.parse import urlencode

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from companies.models import Company
from core.pagestore import do_not_store, made_of, stored_page
from core.text.slugs import fold
from core.web.structured import absolute
from facts.reading.comparing import FEWEST, MOST, compare

MOST_OFFERED = 12
MOST_ASKED = 20
WARNINGS = {
    "undated": gettext_lazy("One of them is undated: it may be of another time."),
    "apart": gettext_lazy("More than a year lies between these dates."),
    "scopes": gettext_lazy("Of other scopes there are other figures: they do not compare."),
    "periods": gettext_lazy("They add up over periods of different lengths."),
    "bounds": gettext_lazy("Of one we know only what it lies above or below."),
    "basis": gettext_lazy("One is an estimate or a projection, another was reported."),
}


@require_safe
@stored_page(params=("c*", "name"))
def compare_companies(request):
    """Compare two to four companies by metric; anything else shows the form to choose them."""
    slugs = [fold(slug) for slug in request.GET.getlist("c")]
    found = Company.objects.visible().select_related("industry").filter(slug__in=slugs)
    companies = sorted(found, key=lambda company: company.slug)
    if moved := _moved(slugs, companies):
        return HttpResponsePermanentRedirect(moved)
    name = request.GET.get("name", "").strip()[:100]
    problem = _problem(slugs, companies)
    companies = companies[:MOST]
    is_whole = len(companies) >= FEWEST
    if problem or name or not is_whole:
        do_not_store(request)
    made_of(request, *(f"company:{company.pk}" for company in companies))
    names = get_text_list([company.name for company in companies], _("and"))
    context = {
        "companies": companies,
        "chosen": [(one, _address_without(one, companies)) for one in companies],
        "comparison": compare(companies, WARNINGS) if is_whole else None,
        "problem": problem,
        "name": name,
        "offers": _offers(name, companies) if name else None,
        "has_room": len(companies) < MOST,
        "meta_title": _("%(names)s compared") % {"names": names} if is_whole else _("Compare"),
        "description": _("Companies beside each other by metric, each figure with its date."),
        "canonical_url": absolute(address_of(companies)),
    }
    return render(request, "facts/compare.html", context)


def _moved(slugs, companies) -> str:
    """The address with today's slugs, where one of those asked for is a former one."""
    unknown = set(slugs[:MOST_ASKED]) - {company.slug for company in companies}
    if not unknown:
        return ""
    others = Company.objects.visible().filter(former_slugs__slug__in=unknown)
    if not others:
        return ""
    return address_of(sorted({*companies, *others}, key=lambda company: company.slug))


def address_of(companies) -> str:
    query = urlencode([("c", company.slug) for company in companies])
    return f"{reverse('compare')}?{query}" if query else reverse("compare")


def _address_without(left_out, companies) -> str:
    return address_of([company for company in companies if company != left_out])


def _problem(slugs, companies) -> str:
    known = {company.slug for company in companies}
    if unknown := [slug for slug in slugs if slug not in known]:
        return _("We know no company “%(slug)s”.") % {"slug": unknown[0][:80]}
    if len(companies) > MOST:
        return _("Four companies stand beside each other at most: the first four are shown.")
    return ""


def _offers(name, companies) -> list[tuple]:
    """Companies matching the name, each with the URL that adds it to those chosen."""
    chosen = {company.pk for company in companies}
    named = Company.objects.visible().filter(name__icontains=name).exclude(pk__in=chosen)
    return [
        (one, address_of(sorted([*companies, one], key=lambda company: company.slug)))
        for one in named.order_by("name")[:MOST_OFFERED]
    ]

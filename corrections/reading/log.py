"""The public log of corrections."""

import datetime
from statistics import median

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.models import Article
from companies.models.merges import find_profile
from core.pagestore import do_not_store, made_of, stored_page
from core.web.http import parse_pk
from core.web.pagination import PLACE_PARAMS, paginate
from core.web.structured import absolute
from corrections.durations import duration_label
from corrections.models import Correction

FIRST_YEAR = 1970
# The median covers this many of the latest corrections that readers proposed.
MEASURED = 500


class LogForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("Any")), *Correction.Kind.choices],
        error_messages={"invalid_choice": gettext_lazy("We know no such kind.")},
    )
    year = forms.ChoiceField(
        label=gettext_lazy("Year"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Nothing was corrected in that year.")},
    )
    article = forms.CharField(required=False, widget=forms.HiddenInput)
    company = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = [(str(year), str(year)) for year in _years()]
        self.fields["year"].choices = [("", gettext_lazy("Any")), *years]

    def narrow(self, corrections):
        """Apply the valid filters; call `is_valid()` first."""
        if kind := self.cleaned_data.get("kind"):
            corrections = corrections.filter(kind=kind)
        if year := self.cleaned_data.get("year"):
            start, end = _start_of(int(year)), _start_of(int(year) + 1)
            corrections = corrections.filter(published_at__gte=start, published_at__lt=end)
        return corrections


def _years() -> range:
    """Years with corrections, newest first, by two index lookups."""
    moments = Correction.objects.values_list("published_at", flat=True)
    ends = moments.order_by("-published_at").first(), moments.order_by("published_at").first()
    last, first = (timezone.localtime(end).year if end else 0 for end in ends)
    return range(last, max(first, FIRST_YEAR) - 1, -1)


def _start_of(year) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(year, 1, 1))  # noqa: DTZ001


@require_safe
# It says which articles are withdrawn.
@stored_page("corrections", "articles", params=(*LogForm.base_fields, *PLACE_PARAMS))
def list_corrections(request):
    form = LogForm(request.GET)
    form.is_valid()
    corrections = Correction.objects.with_page()
    article, company = _article(request), _company(request)
    if article:
        corrections = corrections.filter(article=article)
    if company:
        corrections = corrections.filter(company=company)
    page = paginate(form.narrow(corrections), request, per_page=20)
    if form.errors or not page.object_list:
        do_not_store(request)
    made_of(request, *(f"company:{pk}" for pk in _companies(page)))
    context = {
        "object_list": page.object_list,
        "page": page,
        "filter_form": form,
        "is_filtered": any(form.cleaned_data.values()),
        "only_of": article,
        "only_of_company": company,
        "figures": _statistics(),
        "meta_title": _("Corrections"),
        "description": _("What we got wrong, what is right, and how long it took us."),
        "canonical_url": absolute(reverse("corrections:log")),
        "feed_urls": feed_urls(),
    }
    return render(request, "corrections/correction_list.html", context)


def feed_urls():
    address = reverse("corrections-feed")
    return [{"url": address, "type": "application/atom+xml", "title": _("Corrections, Atom feed")}]


def _article(request):
    asked = request.GET.get("article", "")
    if not asked:
        return None
    names = "title", "slug", "language", "status", "live_number", "retracted_at"
    articles = Article.objects.once_public().only(*names)
    article = articles.filter(pk=parse_pk(asked)).first()
    if article is None:
        raise Http404("No such article.")
    return article


def _company(request):
    asked = request.GET.get("company", "")
    if not asked:
        return None
    company = find_profile(parse_pk(asked))
    if company is None:
        raise Http404("No such company.")
    return company


def _companies(page) -> set:
    facts = (fact for row in page for fact in (row.fact_before, row.fact_after))
    own = {row.company_id for row in page if row.company_id}
    return own | {fact.company_id for fact in facts if fact}


def _statistics() -> dict:
    """Corrections this year and the median time from report to correction."""
    this_year = Correction.objects.filter(published_at__gte=_start_of(timezone.localdate().year))
    asked = (
        Correction.objects.filter(reported_at__isnull=False)
        .in_order()
        .values_list("reported_at", "published_at")
    )
    waits = [published - reported for reported, published in asked[:MEASURED]]
    return {
        "this_year": this_year.order_by().count(),
        "median": duration_label(median(waits)) if waits else "",
        "measured": len(waits),
    }

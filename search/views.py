import re
from unicodedata import category
from urllib.parse import urlencode

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from companies.models import Company, Technology
from core.web.pagination import page_number
from facts.models import Fact
from search.figures import find_figures
from search.finding import MOST, finder

QUERY_LENGTH = 200
PAGE_SIZE = 10
LAST_PAGE = MOST // PAGE_SIZE
PROFILES = 12


@require_safe
def search(request):
    query = " ".join(request.GET.get("q", "")[:QUERY_LENGTH].split())
    number = page_number(request, LAST_PAGE)
    context = {"query": query, "total": 0, "page": None}
    if words_of(query):
        context |= found(query, number)
    response = render(request, "search/search.html", context)
    response["X-Robots-Tag"] = "noindex, follow"
    return response


def found(query, number) -> dict:
    """Profiles, metrics and figures stand on the first page, above the articles."""
    best = finder(words_of(query)).best
    weighed = best(Article)
    public = set(Article.objects.published().filter(pk__in=weighed).values_list("pk", flat=True))
    keys = [key for key in weighed if key in public]
    companies = in_order(Company.objects.visible().select_related("industry"), best)
    technologies = in_order(Technology.objects.visible(), best)
    first, is_first = (number - 1) * PAGE_SIZE, number == 1
    if first >= len(keys) and not is_first:
        raise Http404("No such page.")
    metrics, figures = find_figures(words_of(query))
    shown = Article.objects.published().with_card_data().in_bulk(keys[first : first + PAGE_SIZE])
    return {
        "articles": [shown[key] for key in keys[first : first + PAGE_SIZE] if key in shown],
        "companies": with_current_facts(companies[:PROFILES]) if is_first else [],
        "technologies": technologies[:PROFILES] if is_first else [],
        "metrics": metrics[:PROFILES] if is_first else [],
        "figures": figures if is_first else [],
        "total": sum(map(len, (keys, companies, technologies, metrics, figures))),
        "is_cut": len(weighed) == MOST,
        "page": {
            "newer_url": None if is_first else page_url(query, number - 1),
            "older_url": page_url(query, number + 1) if len(keys) > first + PAGE_SIZE else None,
        },
        "newer_label": _("Previous"),
        "older_label": _("Next"),
    }


DECIMAL_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")


def in_order(queryset, best) -> list:
    """What of it holds the words, best first."""
    keys = best(queryset.model)
    rows = queryset.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def words_of(query) -> str:
    """Letters, digits, their marks and decimal points alone: a quote would end the index's own."""
    plain = DECIMAL_POINT.sub("\0", query.replace("\0", " "))
    words = "".join(char if category(char)[0] in "LNM" or not ord(char) else " " for char in plain)
    return words.replace("\0", ".").strip()


def with_current_facts(companies) -> list:
    companies = list(companies)
    prefetch_related_objects(
        companies,
        Prefetch("facts", Fact.objects.current().select_related("metric"), "current_facts"),
    )
    return companies


def page_url(query, number) -> str:
    return "?" + urlencode({"q": query} | ({"page": number} if number > 1 else {}))

from unicodedata import category
from urllib.parse import urlencode

from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from companies.models import Company, Technology
from facts.models import Fact

QUERY_LENGTH = 200
PAGE_SIZE = 10
# Nobody reads on; programs that do get the last page again.
LAST_PAGE = 50
PROFILES = 12


@require_safe
def search(request):
    query = " ".join(request.GET.get("q", "")[:QUERY_LENGTH].split())
    context = {"query": query, "total": 0, "page": None}
    if words_of(query):
        context |= found(query, page_number(request.GET.get("page", "")))
    response = render(request, "search/search.html", context)
    response["X-Robots-Tag"] = "noindex, follow"
    return response


def found(query, number) -> dict:
    """Profiles stand on the first page, above the articles."""
    words = words_of(query)
    articles = Article.objects.published().with_card_data().search(words)
    companies = Company.objects.visible().select_related("industry").search(words)
    technologies = Technology.objects.visible().search(words)
    article_count = articles.count()
    first, is_first = (number - 1) * PAGE_SIZE, number == 1
    has_more = first + PAGE_SIZE < article_count and number < LAST_PAGE
    return {
        "articles": list(articles[first : first + PAGE_SIZE]),
        "companies": with_counts(companies[:PROFILES]) if is_first else [],
        "technologies": list(technologies[:PROFILES]) if is_first else [],
        "total": article_count + companies.count() + technologies.count(),
        "page": {
            "newer_url": None if is_first else page_url(query, number - 1),
            "older_url": page_url(query, number + 1) if has_more else None,
        },
        "newer_label": _("Previous"),
        "older_label": _("Next"),
    }


def words_of(query) -> str:
    """Letters, digits and their marks alone: a quote would end the index's own quoting."""
    return "".join(char if category(char)[0] in "LNM" else " " for char in query).strip()


def with_counts(companies) -> list:
    companies = list(companies)
    prefetch_related_objects(
        companies,
        Prefetch("facts", Fact.objects.current().select_related("metric"), "current_facts"),
    )
    for company in companies:
        company.fact_count = len(company.current_facts)
        company.stale_count = sum(fact.is_stale for fact in company.current_facts)
    return companies


def page_number(text) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1


def page_url(query, number) -> str:
    return "?" + urlencode({"q": query} | ({"page": number} if number > 1 else {}))

"""What the desk's picker offers while somebody writes: companies, their figures, the links."""

from django.db.models import Q
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from companies.models import Company
from core.prose.rewording import escaped
from core.text.languages import speaking
from facts.rules.precedence import series_key

MOST_COMPANIES = 20


def companies_named(words: str) -> list[dict]:
    """Those whose name or alias holds the words, those that begin with them first."""
    is_named = Q(name__icontains=words) | Q(aliases__name__icontains=words)
    found = Company.objects.visible().filter(is_named).distinct().order_by("name")
    rows = list(found.values("name", "slug")[: 5 * MOST_COMPANIES])
    rows.sort(key=lambda row: not row["name"].casefold().startswith(words.casefold()))
    return rows[:MOST_COMPANIES]


def metrics_of(company) -> list[dict]:
    """Each metric and scope with its figures, the one that is shown first."""
    metrics: dict[tuple, dict] = {}
    facts = company.facts.standing().select_related("metric").in_order_of_trust()
    for fact in facts:
        metric = metrics.setdefault(
            series_key(fact),
            {
                "label": fact.metric.label,
                "scope": fact.scope,
                "definition": fact.metric.definition,
                "position": (fact.metric.position, fact.metric.label, fact.scope),
                "live": _live(company, fact),
                "figures": [],
            },
        )
        metric["figures"].append(_figure(company, fact))
    return [
        {name: value for name, value in metric.items() if name != "position"}
        for metric in sorted(metrics.values(), key=lambda metric: metric["position"])
    ]


def _live(company, fact) -> str:
    # Without an id the address means the figure of the whole company.
    pin = f"@{fact.public_id}" if fact.scope else ""
    return f"[](fact:{company.slug}/{fact.metric.key}{pin})"


def _figure(company, fact) -> dict:
    return {
        "value": fact.display_value,
        "words": escaped(fact.display_value),
        "as_of": fact.as_of_label,
        "basis": str(fact.get_basis_display()),
        "address": f"fact:{company.slug}/{fact.metric.key}@{fact.public_id}",
    }


class FigurePicker:
    """For the article's admin: whoever may write may look up what there is to quote."""

    def get_urls(self):
        view = never_cache(self.admin_site.admin_view(require_safe(self.pick)))
        return [path("pick/", view, name="articles_article_pick"), *super().get_urls()]

    def pick(self, request):
        self._require_writing(request)
        if slug := request.GET.get("company"):
            company = Company.objects.visible().filter(slug=slug).first()
            # Their words are put into a text of that language.
            with speaking(request.GET.get("language", "")):
                return JsonResponse({"metrics": metrics_of(company) if company else []})
        words = request.GET.get("q", "").strip()[:100]
        return JsonResponse({"companies": companies_named(words)})

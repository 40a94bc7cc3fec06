"""A comparison of companies by metric, each figure with its own date."""

from collections import Counter
from dataclasses import dataclass, field

from companies.models import Company
from facts.models import Fact, Metric, TechUse
from facts.rules.contradiction import kind_of
from facts.rules.disputes import find_rivals
from facts.rules.precedence import series_key

FEWEST, MOST = 2, 4
# Figures further apart than this are not of the same time.
DAYS_APART = 366


@dataclass
class Row:
    """One metric and scope: `cells` are the companies' current facts, or None.

    `warning` says why the figures are not comparable; it is empty if they are.
    """

    metric: Metric
    scope: str
    cells: list
    warning: str = ""


@dataclass
class Comparison:
    companies: list[Company]
    rows: list[Row] = field(default_factory=list)
    shared_technologies: list[str] = field(default_factory=list)

    @property
    def facts(self) -> list[Fact]:
        return [fact for row in self.rows for fact in row.cells if fact]


def compare(companies, words) -> Comparison:
    """Compare two to four companies, in five queries. `words` has a warning for each difference."""
    by_key = _current(companies)
    metrics = {(fact.metric, fact.scope) for fact in by_key.values()}
    comparison = Comparison(list(companies))
    scopes = Counter(metric for metric, _scope in metrics)
    for metric, scope in sorted(metrics, key=_in_order):
        cells = [by_key.get((company.pk, metric.pk, scope)) for company in companies]
        warning = words["scopes"] if scopes[metric] > 1 else _warning(cells, words)
        comparison.rows.append(Row(metric, scope, cells, warning))
    # Metrics that all companies have come first.
    comparison.rows.sort(key=lambda row: row.cells.count(None))
    comparison.shared_technologies = _shared(companies)
    return comparison


def _current(companies) -> dict:
    """Current facts by series key, with `is_disputed` if another fact disputes it."""
    facts = Fact.objects.filter(company__in=companies)
    by_key = {series_key(fact): fact for fact in facts.current().with_sources()}
    published = facts.published().select_related("metric")
    rivals = find_rivals(by_key.values(), published)
    for fact in by_key.values():
        fact.is_disputed = fact.pk in rivals
    return by_key


def _in_order(pair):
    metric, scope = pair
    return metric.position, metric.label, scope


def _warning(cells, words) -> str:
    facts = [fact for fact in cells if fact is not None]
    if len(facts) < FEWEST or any(fact.amount is None for fact in facts):
        return ""
    days = [fact.as_of for fact in facts if fact.as_of]
    if len(days) < len(facts):
        return words["undated"]
    if (max(days) - min(days)).days > DAYS_APART:
        return words["apart"]
    if facts[0].metric.is_duration and len({fact.months for fact in facts}) > 1:
        return words["periods"]
    if any(fact.is_bound for fact in facts):
        return words["bounds"]
    if len({kind_of(fact) for fact in facts}) > 1:
        return words["basis"]
    return ""


def _shared(companies) -> list[str]:
    used = [set() for _company in companies]
    places = {company.pk: place for place, company in enumerate(companies)}
    current = TechUse.objects.visible().filter(company__in=companies, has_ended=False)
    for company, name in current.values_list("company", "technology__name"):
        used[places[company]].add(name)
    return sorted(set.intersection(*used)) if used else []

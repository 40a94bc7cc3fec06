"""Metrics by their words, and figures by those of their company and metric together.

Figures have no entries of their own in the index: there are many of them, and each would have to
follow its company's name. Looked up through both, what is found is what is shown today.
"""

from django.db.models import Q

from companies.models import Company
from facts.models import Fact
from facts.open.metrics import in_use
from search.finding import finder

MOST_METRICS = 1000
MOST_WORDS = 8
MOST_FIGURES = 12
MOST_COMPANIES = 50
# Ways to read the words as those of a metric and those of a company.
MOST_READINGS = 3
# Shorter words only join the others: “revenue of Spotify”.
SHORTEST = 3


def find_figures(words: str) -> tuple[list, list]:
    """The metrics that hold all the words, and the current figures that they name.

    Of a public id the figure is found, a withdrawn one too.
    """
    said = words.split()[:MOST_WORDS]
    metrics = list(in_use().only("key", "label", "definition")[:MOST_METRICS])
    return _matching(metrics, [word.casefold() for word in said]), _named(metrics, said)


def _matching(metrics, said) -> list:
    def holds(text):
        return all(word in text.casefold() for word in said)

    found = [one for one in metrics if holds(f"{one.label} {one.definition}")]
    return sorted(found, key=lambda one: not holds(one.label))


def _named(metrics, said) -> list[Fact]:
    facts = Fact.objects.with_sources()
    if len(said) == 1:
        return list(facts.published().filter(public_id=said[0].casefold()))
    wanted = Q()
    for rest, measured in _readings(metrics, said):
        companies = finder(" ".join(rest)).best(Company)[:MOST_COMPANIES]
        wanted |= Q(metric__in=measured, company__in=companies)
    if not wanted:
        return []
    current = facts.current().filter(wanted)
    return list(current.order_by("company__sort_name", "metric__position", "pk")[:MOST_FIGURES])


def _readings(metrics, said) -> list[tuple]:
    """The words that name no metric, with the metrics that the others name: fewest left first.

    They are left as they were typed: the index of companies folds in its own way.
    """
    readings: dict[tuple, list] = {}
    for metric in metrics:
        label = metric.label.casefold().split()
        left = [word for word in said if not _begins_one(label, word.casefold())]
        named, rest = len(left) < len(said), _telling(left)
        if named and rest:
            readings.setdefault(rest, []).append(metric)
    return sorted(readings.items(), key=lambda reading: len(reading[0]))[:MOST_READINGS]


def _begins_one(names, word) -> bool:
    return any(name.startswith(word) for name in names)


def _telling(words) -> tuple:
    """Those that are long enough to tell a company, or all where none is: HP, 3M."""
    return tuple(word for word in words if len(word) >= SHORTEST) or tuple(words)

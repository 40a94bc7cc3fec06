"""What is said beside a place of a list whose figure does not compare with the others."""

from collections import Counter

from django.utils.translation import gettext

from articles.models import Ranking
from facts.models import Fact
from facts.rules.contradiction import kind_of
from facts.rules.disputes import find_rivals

# Figures further from the newest one than this are not of its time.
DAYS_APART = 366


def counted(ranking, fact):
    """The amount by which the figure is placed; None when it says nothing of that end."""
    return fact.least if ranking.order == Ranking.Order.LARGEST else fact.most


def marks_of(ranking, figures) -> list[str]:
    """The words beside each figure, empty where it compares; a place without one has None.

    Takes one query, and another one where figures are in dispute.
    """
    if ranking.metric_id is None:
        return [""] * len(figures)
    told = [fact for fact in figures if fact]
    marks = _Marks(ranking, told)
    return [marks.of(fact) if fact else gettext("No figure yet.") for fact in figures]


class _Marks:
    def __init__(self, ranking, figures):
        self.ranking = ranking
        self.newest = max((fact.as_of for fact in figures if fact.as_of), default=None)
        self.is_mixed = len({kind_of(fact) for fact in figures}) > 1
        lengths = Counter(fact.months for fact in figures if fact.as_of)
        self.usual_months = lengths.most_common(1)[0][0] if lengths else None
        self.rivals = _rivals(figures)

    def of(self, fact) -> str:
        if rivals := self.rivals.get(fact.pk):
            told = {"value": rivals[0].display_value, "as_of": rivals[0].as_of_label}
            return gettext("Sources disagree: another says %(value)s (%(as_of)s).") % told
        if fact.amount is None:
            return ""
        return self._of_its_time(fact) or self._of_its_bounds(fact) or self._of_its_kind(fact)

    def _of_its_time(self, fact):
        if fact.as_of is None:
            return gettext("Undated: it may be of another time than the others.")
        if (self.newest - fact.as_of).days > DAYS_APART:
            return gettext("More than a year older than the newest figure here.")
        if fact.metric.is_duration and fact.months != self.usual_months:
            return gettext("It adds up over a period of another length than the others.")
        return ""

    def _of_its_bounds(self, fact):
        if not fact.is_bound:
            return ""
        if not self.ranking.is_by_amount:
            return gettext("Only a bound is known.")
        if counted(self.ranking, fact) is None:
            return gettext("Only a bound is known: it has no place among the others.")
        return gettext("Only a bound is known: it may stand elsewhere.")

    def _of_its_kind(self, fact):
        if not self.is_mixed or kind_of(fact) == "reported":
            return ""
        if fact.basis == Fact.Basis.PROJECTED:
            return gettext("A projection; others here were reported.")
        return gettext("An estimate; others here were reported.")


def _rivals(figures) -> dict:
    if not figures:
        return {}
    companies = {fact.company_id for fact in figures}
    beside = Fact.objects.published().filter(company__in=companies, metric=figures[0].metric_id)
    return find_rivals(figures, beside.select_related("metric"))

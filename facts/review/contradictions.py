"""Pairs of published figures about the same thing and time that cannot both be right.

Two figures contradict if they have the same company, metric and scope, overlapping dates, and
values that differ by more than rounding and comparators such as “at least” allow.
"""

import datetime
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, groupby

import regex
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from facts.models import Distinction, Fact, Metric
from facts.rules.dating import Precision, parse_partial_date
from facts.rules.precedence import supersedes

ABOUT = Decimal("0.05")
INFINITE = Decimal("Infinity")
# “C++” is not “C#”, nor काम कामा: unlike re's, its \w takes in the marks that letters bear.
NOT_A_WORD = regex.compile(r"[^\w+#]+")
# Companies per query, and facts held in memory at a time.
CHUNK, HELD = 500, 2000
MOST_SENTENCES = 5


@dataclass(frozen=True)
class Contradiction:
    """`first` has the lower primary key."""

    first: Fact
    second: Fact

    @property
    def pair(self) -> str:
        return f"{self.first.pk}-{self.second.pk}"


def find_contradictions(companies=None) -> list[Contradiction]:
    """Those that no editor has dismissed, of the companies with these primary keys or of all.

    Two queries for every 500 companies, however many figures they have.
    """
    pks = Fact.objects.order_by("company").values_list("company", flat=True).distinct()
    pks = list(pks) if companies is None else sorted(set(companies))
    found = []
    for start in range(0, len(pks), CHUNK):
        found += _among(pks[start : start + CHUNK])
    return found


def _among(companies):
    facts = (
        Fact.objects.filter(status=Fact.Status.PUBLISHED, company__in=companies)
        .select_related("company", "metric")
        .order_by("company", "metric", "pk")
    )
    found = [
        Contradiction(*pair)
        for _key, group in groupby(
            facts.iterator(HELD), lambda fact: (fact.company_id, fact.metric_id)
        )
        for pair in _pairs(list(group))
    ]
    told_apart = set()
    if found:
        firsts = Distinction.objects.filter(first__in=[one.first.pk for one in found])
        told_apart = set(firsts.values_list("first", "second"))
    return [one for one in found if (one.first.pk, one.second.pk) not in told_apart]


def _pairs(facts):
    by_pk = {fact.pk: fact for fact in facts}
    standing = [fact for fact in facts if not fact.is_deprecated]
    for first, second in combinations(standing, 2):
        if contradict(first, second) and not (
            supersedes(first, second, by_pk) or supersedes(second, first, by_pk)
        ):
            yield first, second


def contradict(first: Fact, second: Fact) -> bool:
    """Whether two standing figures of one company and metric contradict. Symmetric."""
    return (
        _scope(first) == _scope(second)
        and _is_estimate(first) == _is_estimate(second)
        and _at_one_time(first, second)
        and _differ(first, second)
    )


def _scope(fact) -> str:
    return " ".join(fact.scope.casefold().split())


def _is_estimate(fact) -> bool:
    """An estimate does not contradict what a company reports."""
    return fact.basis == Fact.Basis.ESTIMATED


def _at_one_time(first, second) -> bool:
    if first.as_of is None or second.as_of is None:
        # An undated amount may simply be old. An undated text is taken to hold at any time.
        return first.as_of is second.as_of or first.amount is None
    return _meet(period_of(first), period_of(second))


def period_of(fact) -> tuple[datetime.date, datetime.date]:
    """The first and last day that a dated figure covers."""
    return _period(fact.as_of, Precision(fact.as_of_precision))


def _period(day, precision):
    match precision:
        case Precision.YEAR:
            return day.replace(month=1, day=1), day.replace(month=12, day=31)
        case Precision.QUARTER:
            first = (day.month - 1) // 3 * 3 + 1
            return day.replace(month=first, day=1), _month_end(day.replace(month=first + 2, day=1))
        case Precision.MONTH:
            return day.replace(day=1), _month_end(day)
    return day, day


def _month_end(day):
    return day.replace(day=monthrange(day.year, day.month)[1])


def _meet(one, other) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _differ(first, second) -> bool:
    if first.amount is not None and second.amount is not None:
        return not _meet(interval_of(first), interval_of(second))
    if first.metric.value_type == Metric.ValueType.DATE:
        days = parse_partial_date(first.text), parse_partial_date(second.text)
        if all(days):
            return not _meet(_period(*days[0]), _period(*days[1]))
    return _words(first) != _words(second)


def _words(fact) -> str:
    return NOT_A_WORD.sub(" ", fact.text.casefold()).strip()


def interval_of(fact) -> tuple[Decimal, Decimal]:
    """The range an amount may stand for, given its rounding and its comparator.

    It is rounded to its last significant digit, but to two digits at least: 500 million stands
    for 495 to 505 million.
    """
    amount = Decimal(fact.amount)
    around = _last_stated(amount) / 2
    if fact.comparator == Fact.Comparator.ABOUT:
        around = max(around, abs(amount) * ABOUT)
    low, high = amount - around, amount + around
    if fact.comparator == Fact.Comparator.AT_LEAST:
        return low, INFINITE
    if fact.comparator == Fact.Comparator.AT_MOST:
        return -INFINITE, high
    return low, high


def _last_stated(amount) -> Decimal:
    _sign, digits, exponent = amount.normalize().as_tuple()
    return Decimal(10) ** min(exponent, exponent + len(digits) - 2) if amount else Decimal(0)


def sentences_of(*pairs: Contradiction) -> dict[int, list]:
    """By fact: the first sentences that quote it in live articles, as (sentence, article)."""
    facts = [fact for pair in pairs for fact in (pair.first, pair.second)]
    uses = Fact.uses.rel.related_model.objects.in_published_articles().select_related("article")
    first_uses = Prefetch("uses", uses[:MOST_SENTENCES], to_attr="first_uses")
    prefetch_related_objects(facts, first_uses)
    return {fact.pk: [(use.sentence, use.article) for use in fact.first_uses] for fact in facts}


@transaction.atomic
def distinguish(first: Fact, second: Fact, *, reason: str, by) -> Distinction:
    """Record that two facts are about different things, so that the pair is not reported again."""
    first, second = sorted((first, second), key=lambda fact: fact.pk)
    made, is_new = Distinction.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason.strip(), "by": by}
    )
    if is_new:
        made.clean_fields(exclude=["by"])
    return made

"""Whether two figures about the same thing and time cannot both be right.

They contradict if they have the same company, metric and scope, are of one time, and have values
that differ by more than rounding and comparators such as “at least” allow. Readers and the desk ask
here.
"""

from decimal import Decimal
from typing import NamedTuple

import regex

from facts.rules.dating import Precision, Span, parse_partial_date
from facts.rules.scopes import is_one_scope

ABOUT = Decimal("0.05")
INFINITE = Decimal("Infinity")
# “C++” is not “C#”, nor काम कामा: unlike re's, its \w takes in the marks that letters bear.
NOT_A_WORD = regex.compile(r"[^\w+#]+")
# Fiscal years of 52 or 53 weeks end on another day each year, and are called by one name.
DAYS_OF_A_WEEK_YEAR = 6


class Interval(NamedTuple):
    """What a stated number may stand for; each end belongs to it or does not."""

    low: Decimal
    high: Decimal
    has_low: bool = True
    has_high: bool = True

    def meets(self, other: "Interval") -> bool:
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and self._has(low) and other._has(low))

    def _has(self, number) -> bool:
        is_above = number > self.low or (self.has_low and number == self.low)
        return is_above and (number < self.high or (self.has_high and number == self.high))


def contradict(first, second) -> bool:
    """Whether two standing figures of one company and metric contradict. Symmetric."""
    return (
        is_one_scope(first.scope, second.scope)
        and kind_of(first) == kind_of(second)
        and _are_of_one_time(first, second)
        and _differ(first, second)
    )


def kind_of(fact) -> str:
    """An estimate or a projection is of another kind than what a company reports."""
    return fact.basis if fact.basis in ("estimated", "projected") else "reported"


def _are_of_one_time(first, second) -> bool:
    if first.as_of is None or second.as_of is None:
        return first.as_of is second.as_of or _holds_at_any_time(first)
    if first.metric.is_duration:
        return _are_one_period(first.period, second.period)
    return _meet(_moment(first), _moment(second))


def _holds_at_any_time(fact) -> bool:
    """An undated amount may simply be old. Words that never get stale speak of all times."""
    return fact.amount is None and not fact.metric.shelf_life_days


def _are_one_period(one, other) -> bool:
    """A year’s sum is not of one time with its last quarter’s."""
    return all(abs((a - b).days) <= DAYS_OF_A_WEEK_YEAR for a, b in zip(one, other, strict=True))


def _moment(fact) -> Span:
    """The days on which it may have been counted: at the end of a longer period than a month."""
    if Precision(fact.as_of_precision).months <= 1:
        return fact.period
    return Span(fact.as_of.replace(day=1), fact.as_of)


def _meet(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


def _differ(first, second) -> bool:
    if not (first.is_given and second.is_given):
        return _none_differs(first, second)
    if first.amount is not None and second.amount is not None:
        return not interval_of(first).meets(interval_of(second))
    match first.metric.value_type:
        case "date":
            return _dates_differ(first.text, second.text)
        case "person":
            return not _is_one_person(_words(first.text), _words(second.text))
    return _words(first.text) != _words(second.text)


def _none_differs(first, second) -> bool:
    """What is unknown or kept secret contradicts nothing; that there is none, any value but 0."""
    given = [fact for fact in (first, second) if fact.is_given]
    is_none = "none" in (first.value_state, second.value_state)
    if not given or not is_none:
        return False
    zero = Interval(Decimal(0), Decimal(0))
    return given[0].amount is None or not interval_of(given[0]).meets(zero)


def _dates_differ(first: str, second: str) -> bool:
    dates = parse_partial_date(first), parse_partial_date(second)
    if not all(dates):
        return _words(first) != _words(second)
    one, other = (precision.span(date) for date, precision in dates)
    return not _meet(one, other)


def _words(text: str) -> list[str]:
    return NOT_A_WORD.sub(" ", text.casefold()).split()


def _is_one_person(names: list[str], others: list[str]) -> bool:
    """“T. Cook”, “Tim Cook” and “Timothy D. Cook” are taken for one."""
    if not names or not others or names[-1] != others[-1]:
        return names == others
    first, other = names[0], others[0]
    return len(names) == 1 or len(others) == 1 or first.startswith(other) or other.startswith(first)


def interval_of(fact) -> Interval:
    """The range an amount may stand for, given its rounding and its comparator.

    It is rounded half up to its last significant digit, but to two digits at least: 500 million
    stands for 495 million and what follows, up to but not including 505 million.
    """
    own = _rounded(Decimal(fact.amount), fact.comparator)
    match fact.comparator:
        case "gte":
            return own._replace(high=INFINITE)
        case "lte":
            return own._replace(low=-INFINITE)
        case "range":
            upper = _rounded(Decimal(fact.upper_amount), fact.comparator)
            return own._replace(high=upper.high, has_high=upper.has_high)
    return own


def _rounded(amount, comparator) -> Interval:
    around = _last_stated(amount) / 2
    if comparator == "about":
        around = max(around, abs(amount) * ABOUT)
    # Half a unit is rounded away from zero; of zero there is nothing to round.
    return Interval(amount - around, amount + around, amount >= 0, amount <= 0)


def _last_stated(amount) -> Decimal:
    _sign, digits, exponent = amount.normalize().as_tuple()
    return Decimal(10) ** min(exponent, exponent + len(digits) - 2) if amount else Decimal(0)

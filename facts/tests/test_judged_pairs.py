"""Pairs of figures with the verdict of a careful data editor: can both be right, or not?"""

import datetime

import pytest

from facts.models import Fact, Metric
from facts.rules.contradiction import contradict
from facts.rules.dating import Precision, parse_partial_date

STOCK = Metric(label="Employees", value_type="quantity")
FLOW = Metric(label="Revenue", value_type="money", unit="USD", period_type="duration")
SHARE = Metric(label="Share of services in Python", value_type="percent")
FOUNDED = Metric(label="Founded", value_type="date")
HEAD = Metric(label="Chief executive", value_type="person", shelf_life_days=365)
STACK = Metric(label="Back end", value_type="text", shelf_life_days=730)
FIRST = Metric(label="First written in", value_type="text")


def said(amount=None, when="2026-09-30", *, to=None, metric=STOCK, text="", **values):
    """A figure in short: `when` as 2026, 2026-Q3, 2026-H1, FY2026-09-30, 2026-09 or a day."""
    last, precision = _when(when)
    return Fact(
        amount=amount,
        upper_amount=to,
        text=text,
        metric=metric,
        **{"as_of": last, "as_of_precision": precision, **values},
    )


def _when(when):
    if not when:
        return None, "unknown"
    if when.startswith("FY"):
        return datetime.date.fromisoformat(when[2:]), "fiscal"
    year, _dash, part = when.partition("-")
    for letter, precision in (("Q", Precision.QUARTER), ("H", Precision.HALF)):
        if part.startswith(letter):
            day = datetime.date(int(year), int(part[1:]) * precision.months, 1)
            return precision.span(day).last, precision
    day, precision = parse_partial_date(when)
    return precision.span(day).last, precision


def flow(amount, when, **values):
    return said(amount, when, metric=FLOW, **values)


def words(text, when="2026-09-30", metric=STACK, **values):
    return said(text=text, when=when, metric=metric, **values)


PAIRS = {
    # What was rounded stands for half a unit either way; the upper half belongs to the next.
    "1.2 and 1.3 million on one day": (said(1_200_000), said(1_300_000), True),
    "1.2 million and 1.249 million": (said(1_200_000), said(1_249_000), False),
    "1.2 million and 1.25 million": (said(1_200_000), said(1_250_000), False),
    "12 and 13 per cent": (said(12, metric=SHARE), said(13, metric=SHARE), True),
    "12.5 and 13 per cent": (said("12.5", metric=SHARE), said(13, metric=SHARE), False),
    "644 and 645 cities": (said(644), said(645), True),
    "75 and 75.1 million": (said(75_000_000), said(75_100_000), False),
    "a loss of 1.2 and of 1.3 million": (said(-1_200_000), said(-1_300_000), True),
    "1.4 and 9.9 million of one quarter": (
        *(said(1_400_000, "2026-Q3"), said(9_900_000, "2026-Q3")),
        True,
    ),
    # Comparators and ranges
    "at least 5 and 7": (said(5, comparator="gte"), said(7), False),
    "at least 7 and 5": (said(7, comparator="gte"), said(5), True),
    "at most 250 and 250": (said(250, comparator="lte"), said(250), False),
    "at most 250 and 300": (said(250, comparator="lte"), said(300), True),
    "at most 5 and at least 7": (said(5, comparator="lte"), said(7, comparator="gte"), True),
    "about 80 and 77": (said(80, comparator="about"), said(77), False),
    "5 to 7 and 6": (said(5, to=7, comparator="range"), said(6), False),
    "5 to 7 and 8": (said(5, to=7, comparator="range"), said(8), True),
    "5 to 7 and 7 to 9": (
        *(said(5, to=7, comparator="range"), said(7, to=9, comparator="range")),
        False,
    ),
    # Stocks are counted at a moment, flows add up
    "a year’s revenue and its fourth quarter’s": (
        *(flow(100, "2024"), flow(30, "2024-Q4")),
        False,
    ),
    "a year’s revenue and the same year’s": (flow(100, "2024"), flow(130, "2024"), True),
    "a half-year’s revenue and its second quarter’s": (
        *(flow(50, "2024-H1"), flow(30, "2024-Q2")),
        False,
    ),
    "a fiscal year’s revenue and the calendar year’s": (
        *(flow(100, "FY2024-09-30"), flow(130, "2024")),
        False,
    ),
    "a fiscal year that is the calendar’s": (flow(100, "FY2024-12-31"), flow(130, "2024"), True),
    "a fiscal year of 52 weeks and one of twelve months": (
        *(flow(100, "FY2024-09-28"), flow(130, "FY2024-09-30")),
        True,
    ),
    "nine months’ revenue and a year’s": (
        flow(70, "2024-12-31", starts_on=datetime.date(2024, 4, 1)),
        flow(100, "2024"),
        False,
    ),
    "a month’s revenue and its quarter’s": (flow(10, "2024-12"), flow(30, "2024-Q4"), False),
    "a year’s staff, of 31 December, and that of June": (
        *(said(100, "2025"), said(80, "2025-06-30")),
        False,
    ),
    "a year’s staff and that of its last day": (
        *(said(100, "2025"), said(80, "2025-12-31")),
        True,
    ),
    "a year’s staff and its fourth quarter’s": (said(100, "2025"), said(80, "2025-Q4"), True),
    "a quarter’s staff and that of its first month": (
        *(said(100, "2025-Q4"), said(80, "2025-10")),
        False,
    ),
    "a month’s staff and that of a day in it": (
        *(said(100, "2025-06"), said(80, "2025-06-15")),
        True,
    ),
    "two days": (said(100, "2025-06-30"), said(80, "2025-06-29"), False),
    "undated and dated": (said(100, ""), said(80), False),
    "both undated": (said(100, ""), said(80, ""), True),
    # Places within places, and other scopes
    "Berlin and Berlin, Germany": (
        *(said(100, scope="Berlin"), said(80, scope="berlin, Germany")),
        True,
    ),
    "Berlin and Germany": (said(100, scope="Berlin, Germany"), said(80, scope="Germany"), False),
    "two Berlins": (
        said(100, scope="Berlin, Germany"),
        said(80, scope="Berlin, New Hampshire"),
        False,
    ),
    "the whole company and a place": (said(100), said(80, scope="Germany"), False),
    # Who says so
    "reported and self-reported": (said(100), said(80, basis="self"), True),
    "reported and estimated": (said(100), said(80, basis="estimated"), False),
    "reported and projected": (said(100), said(80, basis="projected"), False),
    "estimated and projected": (
        *(said(100, basis="estimated"), said(80, basis="projected")),
        False,
    ),
    # Values that are none
    "none and 5": (said(value_state="none"), said(5), True),
    "none and 0": (said(value_state="none"), said(0), False),
    "none and at most 5": (said(value_state="none"), said(5, comparator="lte"), False),
    "not disclosed and 5": (said(value_state="undisclosed"), said(5), False),
    "unknown and 5": (said(value_state="unknown"), said(5), False),
    "none and not disclosed": (
        *(said(value_state="none"), said(value_state="undisclosed")),
        False,
    ),
    "no chief and a chief": (
        *(words("", metric=HEAD, value_state="none"), words("Tim Cook", metric=HEAD)),
        True,
    ),
    # Dates, persons and words
    "2012 and December 2012": (
        *(words("2012", metric=FOUNDED), words("2012-12", metric=FOUNDED)),
        False,
    ),
    "2012 and 2013, one undated": (
        *(words("2012", metric=FOUNDED), words("2013", "", metric=FOUNDED)),
        True,
    ),
    "Tim Cook and Timothy D. Cook": (
        *(words("Tim Cook", metric=HEAD), words("Timothy D. Cook", metric=HEAD)),
        False,
    ),
    "Tim Cook and Jeff Williams": (
        *(words("Tim Cook", metric=HEAD), words("Jeff Williams", metric=HEAD)),
        True,
    ),
    "Tim Cook and Ann Cook": (
        *(words("Tim Cook", metric=HEAD), words("Ann Cook", metric=HEAD)),
        True,
    ),
    "Python and Go, the first undated": (words("Python", ""), words("Go"), False),
    "Python and Go, of what never changes": (
        *(words("Python", "", metric=FIRST), words("Go", metric=FIRST)),
        True,
    ),
    "the same words": (words("Go; Java, and Node.js"), words("go, java and node js"), False),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_verdict_is_that_of_a_careful_editor(pair):
    first, second, verdict = PAIRS[pair]
    assert contradict(first, second) is contradict(second, first) is verdict

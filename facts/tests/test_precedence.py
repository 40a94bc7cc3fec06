import datetime

import pytest

from facts.models import Fact, Metric
from facts.rules.precedence import is_newer, pick_shown, supersedes

STOCK, FLOW = Metric(), Metric(period_type="duration")
TODAY = datetime.date(2026, 6, 30)


def fact(pk, year=None, **values):
    as_of = datetime.date(year, 12, 31) if year else None
    published_at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    values = {"metric": STOCK} | values
    return Fact(pk=pk, amount=pk, as_of=as_of, published_at=published_at, **values)


def by_pk(*facts):
    return {fact.pk: fact for fact in facts}


def test_nothing_is_shown_of_a_series_without_standing_facts():
    assert pick_shown([], TODAY) is None
    assert pick_shown([fact(1, 2025, rank="deprecated")], TODAY) is None


@pytest.mark.parametrize(("days_left", "shown"), [(1, 1), (0, 1), (-1, 2)])
def test_preferred_fact_is_shown_up_to_and_including_its_last_day(days_left, shown):
    until = TODAY + datetime.timedelta(days=days_left)
    preferred = fact(1, 2020, rank="preferred", preferred_until=until)
    assert pick_shown([fact(2, 2025), preferred], TODAY).pk == shown


@pytest.mark.parametrize(
    ("year", "other_year", "expected"),
    [
        (2025, 2024, True),
        (2025, None, True),
        (2025, 2025, False),
        (2024, 2025, False),
        (None, 2025, False),
        (None, None, False),
    ],
)
def test_fact_of_a_later_date_is_newer(year, other_year, expected):
    shown, other = fact(2, year), fact(1, other_year)
    assert is_newer(shown, other, by_pk(shown, other)) is expected


@pytest.mark.parametrize(
    ("metric", "precision", "expected"),
    [(STOCK, "quarter", True), (FLOW, "quarter", False), (FLOW, "year", True)],
)
def test_sum_of_a_quarter_does_not_go_on_from_that_of_a_year(metric, precision, expected):
    year = fact(1, 2024, metric=metric, as_of_precision="year")
    later = fact(2, 2025, metric=metric, as_of_precision=precision)
    assert is_newer(later, year, by_pk(year, later)) is expected
    later.supersedes_id = 1
    assert is_newer(later, year, by_pk(year, later))


def test_fact_is_not_newer_than_itself():
    only = fact(1, 2025, supersedes_id=1)
    assert not is_newer(only, only, by_pk(only))


def test_successor_of_the_same_date_is_newer():
    old, new = fact(1, 2025), fact(2, 2025, supersedes_id=1)
    assert is_newer(new, old, by_pk(old, new))
    assert not is_newer(old, new, by_pk(old, new))


def test_supersession_is_followed_through_others_but_not_beyond_the_series():
    first, second, third = fact(1), fact(2, supersedes_id=1), fact(3, supersedes_id=2)
    assert supersedes(third, first, by_pk(first, second, third))
    assert not supersedes(first, third, by_pk(first, second, third))
    assert not supersedes(third, first, by_pk(first, third)), "the link between is missing"


def test_circle_of_supersession_ends():
    one, two, other = fact(1, supersedes_id=2), fact(2, supersedes_id=1), fact(3)
    assert not supersedes(one, other, by_pk(one, two, other))

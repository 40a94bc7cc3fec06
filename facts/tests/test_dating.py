import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.rules.dating import Precision, Span, months_of, parse_partial_date

DAY = datetime.date(2026, 5, 9)


@pytest.mark.parametrize(
    ("precision", "label", "machine"),
    [
        (Precision.DAY, "9 May 2026", "2026-05-09"),
        (Precision.MONTH, "May 2026", "2026-05"),
        (Precision.QUARTER, "Q2 2026", "2026-Q2"),
        (Precision.HALF, "H1 2026", "2026-H1"),
        (Precision.FISCAL, "FY2026 to May 2026", "FY2026-05-09"),
        (Precision.YEAR, "2026", "2026"),
    ],
)
def test_date_is_shown_at_its_precision(precision, label, machine):
    assert precision.label_for(DAY) == label
    assert precision.partial(DAY) == machine


@pytest.mark.parametrize("precision", Precision)
def test_missing_date_is_undated_and_nothing_for_machines(precision):
    assert precision.label_for(None) == "undated"
    assert precision.partial(None) is None


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)])
def test_month_belongs_to_its_quarter(month, quarter):
    date = datetime.date(2026, month, 1)
    assert Precision.QUARTER.label_for(date) == f"Q{quarter} 2026"
    assert Precision.QUARTER.partial(date) == f"2026-Q{quarter}"


@given(st.dates(), st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR]))
def test_machine_date_parses_back_to_its_first_day(date, precision):
    first = {
        Precision.DAY: date,
        Precision.MONTH: date.replace(day=1),
        Precision.YEAR: date.replace(month=1, day=1),
    }
    assert parse_partial_date(precision.partial(date)) == (first[precision], precision)


@pytest.mark.parametrize(
    "text", ["", "2026-", "2026-13", "2026-00", "2026-02-30", "26", "0000", "May 2026", "2026-Q2"]
)
def test_text_that_is_no_date_parses_to_none(text):
    assert parse_partial_date(text) is None


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2024-01-01", "2024-12-31", 12),
        ("2024-02-01", "2024-02-29", 1),
        ("2023-10-01", "2024-09-28", 12),
        ("2023-12-31", "2024-12-28", 12),
        ("2023-03-01", "2024-02-29", 12),
        ("2024-01-01", "2024-09-30", 9),
        ("2024-09-30", "2024-12-31", 3),
        ("2024-01-16", "2024-02-15", 1),
        ("2024-01-01", "2024-01-10", 0),
        ("2024-12-31", "2024-12-31", 0),
    ],
)
def test_months_of_a_period_are_whole_ones(first, last, months):
    assert months_of(Span(*map(datetime.date.fromisoformat, (first, last)))) == months

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.exchange.dates import When, parse_as_of, parse_period
from facts.exchange.one_line import Entry, Said, parse_line, parse_value
from facts.exchange.unreadable import Unreadable
from facts.models import Fact, Metric
from facts.models.periods import ENDS_OF_PERIOD
from facts.rules.dating import Precision, month_end

QUANTITY = Metric(label="Users", value_type="quantity")
MEMBERS = Metric(label="Members", value_type="quantity", unit="members")
MONEY = Metric(label="Revenue", value_type="money", unit="USD")
PERCENT = Metric(label="Share", value_type="percent")
MILLE = Metric(label="Rate", value_type="permille")
TEXT = Metric(label="Stack", value_type="text")
FOUNDED = Metric(label="Founded", value_type="date")


@pytest.mark.parametrize(
    ("text", "metric", "comparator", "amount"),
    [
        ("282.7 million", QUANTITY, "eq", "282700000"),
        ("282.7m", QUANTITY, "eq", "282700000"),
        ("1,234,567", QUANTITY, "eq", "1234567"),
        ("more than 15 million", QUANTITY, "gte", "15000000"),
        ("at least 15k", QUANTITY, "gte", "15000"),
        ("≥ 15", QUANTITY, "gte", "15"),
        ("about 80 %", PERCENT, "about", "80"),
        ("~80 percent", PERCENT, "about", "80"),
        ("up to 3 billion", QUANTITY, "lte", "3000000000"),
        ("$4.5bn", MONEY, "eq", "4500000000"),
        ("USD 4.5 billion", MONEY, "eq", "4500000000"),
        ("4.5 billion USD", MONEY, "eq", "4500000000"),
        ("33 million members", MEMBERS, "eq", "33000000"),
        ("−3", QUANTITY, "eq", "-3"),
        ("−$4.5bn", MONEY, "eq", "-4500000000"),
        ("-USD 4.5 billion", MONEY, "eq", "-4500000000"),
        ("about -$4.5bn", MONEY, "about", "-4500000000"),
        ("2.5\u202f%", PERCENT, "eq", "2.5"),
    ],
)
def test_value_is_read(text, metric, comparator, amount):
    assert parse_value(text, metric) == Said(comparator, Decimal(amount))


@pytest.mark.parametrize(
    ("text", "metric", "lower", "upper"),
    [
        ("5 to 7 million", QUANTITY, "5000000", "7000000"),
        ("between 5 and 7 million", QUANTITY, "5000000", "7000000"),
        ("900 thousand to 1.2 million", QUANTITY, "900000", "1200000"),
        ("5-7", QUANTITY, "5", "7"),
        ("-5/-3", QUANTITY, "-5", "-3"),
        ("$5–7 bn", MONEY, "5000000000", "7000000000"),
        ("-$7 bn to -$5 bn", MONEY, "-7000000000", "-5000000000"),
        ("2.5 ‰ to 3 ‰", MILLE, "2.5", "3"),
    ],
)
def test_range_is_read(text, metric, lower, upper):
    said = Said("range", Decimal(lower), upper_amount=Decimal(upper))
    assert parse_value(text, metric) == said


@pytest.mark.parametrize("metric", [QUANTITY, TEXT, FOUNDED])
@pytest.mark.parametrize(
    ("text", "state"),
    [("None", "none"), ("unknown", "unknown"), ("not  disclosed", "undisclosed")],
)
def test_that_no_value_can_be_given_is_read(text, state, metric):
    assert parse_value(text, metric) == Said(value_state=state)


@pytest.mark.parametrize(
    ("text", "metric", "says"),
    [
        ("many", QUANTITY, "no number"),
        ("-$-5", MONEY, "no number"),
        ("- 5", QUANTITY, "no number"),
        ("over-5", QUANTITY, "no number"),
        ("(-$5)", MONEY, "no number"),
        ("n/a", QUANTITY, "“n/a” leaves open why: write none, unknown or not disclosed"),
        (" N/A ", MONEY, "leaves open why"),
        ("–", PERCENT, "leaves open why"),
        ("1,5 million", QUANTITY, "no number"),
        ("1.234.567", QUANTITY, "no number"),
        ("5 apples", QUANTITY, "no number"),
        ("5 millions of", QUANTITY, "no number"),
        ("overhead 5", QUANTITY, "no number"),
        ("80 %", QUANTITY, "not counted in %"),
        ("80 %", MILLE, "not counted in %"),
        ("5 ‰", PERCENT, "not counted in ‰"),
        ("7 to 5", QUANTITY, "no range"),
        ("5 to many", QUANTITY, "no number"),
        ("$5", QUANTITY, "not in USD"),
        ("€5", MONEY, "counted in USD, not in EUR"),
        ("soon", FOUNDED, "no date"),
        ("NaN", QUANTITY, "no number"),
        ("1e9", QUANTITY, "no number"),
        ("\0", QUANTITY, "no number"),
    ],
)
def test_value_that_cannot_be_read_says_what_to_write(text, metric, says):
    with pytest.raises(Unreadable, match=says) as caught:
        parse_value(text, metric)
    assert caught.value.part == "value"


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("31 Dec 2025", "2025-12-31", "day"),
        ("Dec 31, 2025", "2025-12-31", "day"),
        ("31. december 2025", "2025-12-31", "day"),
        ("2025-12-30", "2025-12-30", "day"),
        ("Feb 2024", "2024-02-29", "month"),
        ("2025-06", "2025-06-30", "month"),
        ("Q4 2025", "2025-12-31", "quarter"),
        ("2025-Q1", "2025-03-31", "quarter"),
        ("2025", "2025-12-31", "year"),
    ],
)
def test_date_is_the_last_day_of_which_it_speaks(text, day, precision):
    assert parse_as_of(text) == (datetime.date.fromisoformat(day), precision)


@pytest.mark.parametrize("text", ["", "undated", " Unknown ", "–"])
def test_no_date_is_a_date_too(text):
    assert parse_as_of(text) == (None, Precision.UNKNOWN)


@pytest.mark.parametrize("text", ["31 Feb 2025", "Q5 2025", "soon", "12/31/2025", "31 Foo 2025"])
def test_date_that_is_none_says_what_to_write(text):
    with pytest.raises(Unreadable, match="31 Dec 2025") as caught:
        parse_as_of(text)
    assert caught.value.part == "date"


def test_line_has_four_parts_of_which_one_is_enough():
    line = "282.7 million | 31 Dec 2025 | https://example.org/a?b=1 | “282.7 million pay”"
    said, when = Said("eq", Decimal(282_700_000)), When(None, datetime.date(2025, 12, 31), "day")
    source, quote = "https://example.org/a?b=1", "282.7 million pay"
    assert parse_line(line, QUANTITY) == Entry(said, when, source, quote)
    assert parse_line("5", QUANTITY) == Entry(Said("eq", Decimal(5)), When(None, None, "unknown"))
    assert parse_line("In Python | 2025", TEXT).said.text == "In Python"
    assert parse_line("2012-12", FOUNDED).said.text == "2012-12"


@pytest.mark.parametrize("line", ["5 | 2025 | x | y | z", "| 2025", "|||||"])
def test_line_of_another_shape_is_refused(line):
    with pytest.raises(Unreadable):
        parse_line(line, QUANTITY)


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line):
    for metric in (QUANTITY, MONEY, PERCENT, TEXT, FOUNDED):
        try:
            assert isinstance(parse_line(line, metric), Entry)
        except Unreadable as error:
            assert str(error)


AMOUNTS = st.decimals(-(10**13), 10**13, places=4).filter(
    lambda amount: len(amount.normalize().as_tuple().digits) <= 15
)


@given(
    AMOUNTS,
    st.sampled_from(Fact.Comparator.values),
    st.sampled_from([QUANTITY, MONEY, PERCENT, MILLE]),
    st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)),
)
def test_figure_as_we_show_it_reads_back(amount, comparator, metric, day):
    precision = "day" if day else "unknown"
    fact = Fact(
        amount=amount,
        upper_amount=amount + 1 if comparator == "range" else None,
        comparator=comparator,
        metric=metric,
        as_of=day,
        as_of_precision=precision,
    )
    entry = parse_line(f"{fact.display_value} | {fact.as_of_label}", metric)
    for name, value in entry.claim.items():
        assert getattr(fact, name) == value


DATED = [one for one in Precision if one != Precision.UNKNOWN]


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)),
    st.sampled_from(DATED),
    st.integers(0, 700),
)
def test_period_as_we_show_it_and_as_we_write_it_reads_back(day, precision, days):
    starts_on = day - datetime.timedelta(days)
    if days == 0 or precision not in ENDS_OF_PERIOD:
        starts_on = None
    fact = Fact(starts_on=starts_on, as_of=day, as_of_precision=precision)
    fact.clean_period(is_duration=starts_on is not None, is_projected=True)
    said = When(fact.starts_on, fact.as_of, precision)
    assert parse_period(fact.partial_as_of) == said
    # A label names no more than the month in which a fiscal year ends.
    if precision != Precision.FISCAL or day == month_end(day):
        assert parse_period(fact.as_of_label) == said


@pytest.mark.parametrize("text", ["2025 to 2026", "5 May 2025/2026-06", "undated/2026-06"])
def test_period_of_unlike_ends_is_refused(text):
    with pytest.raises(Unreadable):
        parse_period(text)

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.factories import FactFactory, MetricFactory
from facts.rules.formatting import number_in_words, percent_in_words, plain_digits

AMOUNTS = st.decimals(
    min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=4, allow_nan=False
)
SCALES = {"million": 10**6, "billion": 10**9, "trillion": 10**12}


def read_back(words: str) -> Decimal:
    number, _space, scale = words.partition(" ")
    digits = number.replace(",", "").replace("−", "-")
    return Decimal(digits) * SCALES.get(scale, 1)


@settings(deadline=None)
@given(AMOUNTS)
def test_number_in_words_reads_back_to_the_same_amount(amount):
    assert read_back(number_in_words(amount)) == amount


@settings(deadline=None)
@given(st.integers(1, 9_999), st.sampled_from([10**6, 10**7, 10**9, 10**12]))
def test_round_number_is_told_with_its_scale(number, scale):
    words = number_in_words(Decimal(number * scale))
    assert words.split()[1] in SCALES
    assert read_back(words) == number * scale


@settings(deadline=None)
@given(AMOUNTS)
def test_plain_digits_are_a_number_for_machines(amount):
    assert Decimal(plain_digits(amount)) == amount
    assert set(plain_digits(amount)) <= set("-.0123456789")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("40", "40"),
        ("644", "644"),
        ("1200", "1,200"),
        ("999999", "999,999"),
        ("1000000", "1 million"),
        ("1234567", "1,234,567"),
        ("1234000", "1.234 million"),
        ("18220000", "18.22 million"),
        ("15000000.0000", "15 million"),
        ("2500000000", "2.5 billion"),
        ("2500000000.5", "2,500,000,000.5"),
        ("3000000000000", "3 trillion"),
        ("4200000000000000", "4,200 trillion"),
        ("-2100000", "−2.1 million"),
    ],
)
def test_number_in_words_keeps_to_the_house_style(amount, words):
    assert number_in_words(Decimal(amount)) == words


def test_number_follows_the_language_of_the_page():
    with translation.override("de"):
        assert number_in_words(Decimal("1234567.5")) == "1.234.567,5"


def test_percent_has_a_narrow_space_that_does_not_break():
    assert percent_in_words(Decimal("80.5000")) == "80.5\u202f%"


def fact(value_type, **claim):
    metric = MetricFactory.build(value_type=value_type, unit="USD")
    return FactFactory.build(company=None, metric=metric, references=None, **claim)


@pytest.mark.parametrize(
    ("value_type", "claim", "shown", "machine"),
    [
        (
            "quantity",
            {"amount": Decimal("15e6"), "comparator": "gte"},
            "at least 15 million",
            "15000000",
        ),
        ("quantity", {"amount": 12, "comparator": "lte"}, "at most 12", "12"),
        ("percent", {"amount": 80, "comparator": "about"}, "about 80\u202f%", "80"),
        ("money", {"amount": Decimal("1.2e9")}, "USD 1.2 billion", "1200000000"),
        ("text", {"amount": None, "text": "Lisp"}, "Lisp", "Lisp"),
        ("date", {"amount": None, "text": "2012"}, "2012", "2012"),
        ("date", {"amount": None, "text": "2012-12"}, "December 2012", "2012-12"),
        ("date", {"amount": None, "text": "2012-12-07"}, "7 December 2012", "2012-12-07"),
        ("date", {"amount": None, "text": "2012-13"}, "2012-13", "2012-13"),
    ],
)
def test_fact_is_shown_in_words_and_given_to_machines_plain(value_type, claim, shown, machine):
    built = fact(value_type, **claim)
    assert built.display_value == shown
    assert built.machine_value == machine

"""Whether the words that a text pins to a figure say what the figure says."""

import re
from decimal import Decimal

from django.utils.dates import MONTHS

from core.text.languages import speaking
from facts.rules.dating import Precision, parse_partial_date
from facts.rules.number_words import CODES
from facts.rules.numerals import Numeral, read

# How far a rounded number, and one that is “about” it, may be from the amount.
TENTH = Decimal("0.1")
SIGNS = {"percent": "%", "permille": "‰"}
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
# Beside a month; “’06” is a year.
DAY = re.compile(r"(?<![\d’'])\d{1,2}(?!\d)")
DIGITS = re.compile(r"\d+")


def do_fit(words: str, fact, language: str) -> bool:
    """False for “two billion” on at least 1 million, and for “2019” on any number but 2019.

    Words without a number always fit, and so do those in a language whose words we do not read; so
    do those of which one number fits, for the others may be about something else. Of a range both
    ends have to.
    """
    if fact.amount is not None:
        return _does_number_fit(words, fact, language)
    if fact.metric.value_type == "date" and (parsed := parse_partial_date(fact.text)):
        return _does_date_fit(words, *parsed, language)
    named = set(DIGITS.findall(words))
    return not named or not named.isdisjoint(DIGITS.findall(fact.text))


def _does_date_fit(words, date, precision, language) -> bool:
    years = YEAR.findall(words)
    if years and str(date.year) not in years:
        return False
    with speaking(language):
        named = {number for number, name in MONTHS.items() if str(name).lower() in words.lower()}
    if not named or precision == Precision.YEAR:
        return True
    days = {int(day) for day in DAY.findall(words)} if precision == Precision.DAY else set()
    return date.month in named and (not days or date.day in days)


def _does_number_fit(words, fact, language) -> bool:
    stated = read(words, language)
    if not stated.numerals:
        return True
    kind = fact.metric.value_type
    meant = {fact.metric.unit} if kind == "money" else set()
    if stated.currencies and (
        not meant or (meant <= CODES and meant.isdisjoint(stated.currencies))
    ):
        return False
    signs = ("", SIGNS.get(kind, ""))
    ranges = [ends for ends in stated.ranges if ends[1].sign in signs]
    # “From 1.1 to 1.5 million” may say that it rose to 1.5; of what is a range it says another one.
    numerals = stated.numerals if fact.upper_amount is None else stated.lone
    return any(_fits(one, fact) for one in numerals if one.sign in signs) or any(
        _fits_between(*ends, fact) for ends in ranges
    )


def _fits_between(first: Numeral, last: Numeral, fact) -> bool:
    """The ends of a range as its figure has them; of another figure, those it lies between."""
    low, high = sorted((first, last), key=lambda end: abs(end.amount))
    if fact.upper_amount is None:
        amount = abs(Decimal(fact.amount))
        is_within = abs(low.amount) <= amount <= abs(high.amount)
        # As far off as “more than” and “less than” may be.
        return is_within and amount <= 2 * abs(low.amount) and abs(high.amount) <= 2 * amount
    ends = sorted(abs(Decimal(end)) for end in (fact.amount, fact.upper_amount))
    return all(map(_rounds_to, (low, high), ends))


def _rounds_to(numeral: Numeral, amount) -> bool:
    slack = amount * TENTH
    if numeral.bound != "about":
        slack = min(numeral.step / 2, slack)
    return abs(abs(numeral.amount) - amount) <= slack


def _fits(numeral: Numeral, fact) -> bool:
    """A loss may be told without its sign, so only sizes are compared."""
    ends = [abs(Decimal(end)) for end in (fact.amount, fact.upper_amount) if end is not None]
    low, high, said = min(ends), max(ends), abs(numeral.amount)
    contrary = {"more": "lte", "less": "gte"}
    if contrary.get(numeral.bound) == fact.comparator:
        return False
    if "about" in (numeral.bound, fact.comparator):
        slack = high * TENTH
    else:
        # Nothing that was rounded up is “more than” what it was rounded to.
        slack = 0 if numeral.bound else min(numeral.step / 2, high * TENTH)
    if low - slack <= said <= high + slack:
        return True
    # “More than 70” for 75, but not for 7,500.
    if numeral.bound == "more":
        return low / 2 <= said < low
    return numeral.bound == "less" and high < said <= high * 2

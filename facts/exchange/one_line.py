"""A figure typed in one line: `282.7 million | 31 Dec 2025 | https://…`.

The parts are value, date, source and optionally the passage; the metric says how to read the value.
"""

import re
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from facts.exchange.dates import When, parse_period
from facts.exchange.numbers import DIGITS, POINT, Ambiguous, parse_digits
from facts.exchange.unreadable import Unreadable
from facts.models import Fact, Metric
from facts.rules.dating import parse_partial_date

Comparator = Fact.Comparator
COMPARATORS = (
    (
        Comparator.AT_LEAST,
        r"at least|more than|over|above|upwards of|no fewer than|no less than|≥|>=?",
    ),
    (
        Comparator.AT_MOST,
        r"at most|less than|fewer than|under|below|up to|no more than|as many as|≤|<=?",
    ),
    (
        Comparator.ABOUT,
        r"about|around|approximately|approx\.?|roughly|some|circa|ca\.?|~|≈|nearly|almost|close to",
    ),
    (Comparator.EQUAL, r"exactly|="),
)
# “Billion” is a thousand times more in German and French: of these only the short forms are read.
SCALES = {
    **dict.fromkeys(("thousand", "k", "tsd"), 10**3),
    **dict.fromkeys(("million", "millions", "mn", "m", "mio", "mln"), 10**6),
    **dict.fromkeys(("billion", "billions", "bn", "b", "mrd", "mld"), 10**9),
    **dict.fromkeys(("trillion", "tn"), 10**12),
}
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
SHARES = {
    **dict.fromkeys(("%", "percent", "per cent"), Metric.ValueType.PERCENT),
    **dict.fromkeys(("‰", "per mille"), Metric.ValueType.PER_MILLE),
}
NUMBER = re.compile(
    r"(?P<minus>[-−](?=[$€£¥A-Z]))?(?P<before>[$€£¥]|[A-Z]{3}(?=[\s\d]))?\s*"
    rf"(?P<sign>[-−])?(?P<digits>{DIGITS})\s*"
    rf"(?:(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b\.?)?\s*"
    r"(?P<after>%|percent|per cent|‰|per mille|[$€£¥]|[A-Z]{3}\b)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# Accountants write what is below zero in brackets: “(5.3 million)”.
IN_BRACKETS = re.compile(r"([^()\d]*)\(([^()]*\d[^()]*)\)([^()\d]*)")
# Between the ends of a range. A run of white space is looked at once, from its beginning.
BETWEEN = re.compile(r"(?<!\s)(?:\s+(?:to|and)\s+|\s*[–—/]\s*)|(?<=\d)-(?=\d)", re.IGNORECASE)
ABSENT = {
    "none": Fact.ValueState.NONE,
    "unknown": Fact.ValueState.UNKNOWN,
    "not disclosed": Fact.ValueState.UNDISCLOSED,
    "undisclosed": Fact.ValueState.UNDISCLOSED,
}
# What stands in a cell that has no value, whatever the reason.
UNSAID = {"n/a", "n.a.", "na", "-", "–", "—", "?"}


@dataclass(frozen=True)
class Said:
    """A value as it was typed, under the names of a fact's fields."""

    comparator: str = Comparator.EQUAL
    amount: Decimal | None = None
    text: str = ""
    upper_amount: Decimal | None = None
    value_state: str = Fact.ValueState.KNOWN


@dataclass(frozen=True)
class Entry:
    """`source` is a URL or a title, as it was typed."""

    said: Said
    when: When
    source: str = ""
    quote: str = ""

    @property
    def claim(self) -> dict:
        """The values of a fact's fields."""
        return asdict(self.said) | self.when._asdict()


def parse_line(line: str, metric: Metric) -> Entry:
    """Raises Unreadable for the first part that cannot be read."""
    value, as_of, source, quote, *more = [*map(str.strip, line.split("|")), "", "", "", ""][:5]
    if line.count("|") > 3 or any(more):
        message = _("There are more than four parts: value | date | source | passage.")
        raise Unreadable("line", message)
    if not value:
        raise Unreadable(
            "value", _("Begin with the value: 282.7 million | 31 Dec 2025 | https://…")
        )
    when = parse_period(as_of)
    return Entry(parse_value(value, metric), when, source, quote.strip("“”\"' "))


def parse_value(text: str, metric: Metric, decimal: str = POINT) -> Said:
    """The value, or why there is none. Raises Unreadable.

    `decimal` is the sign before the decimals; empty where that has to be told from the number.
    """
    if state := ABSENT.get(" ".join(text.lower().split())):
        return Said(value_state=state)
    value_type = Metric.ValueType(metric.value_type)
    if value_type.is_number:
        return _parse_number(text, metric, decimal)
    if value_type == Metric.ValueType.DATE and parse_partial_date(text) is None:
        message = _("“%(text)s” is no date: write 2012, 2012-12 or 2012-12-07.")
        raise Unreadable("value", message % {"text": text})
    return Said(text=text)


def _parse_number(text, metric, decimal):
    if text.strip().lower() in UNSAID:
        message = _("“%(text)s” leaves open why: write none, unknown or not disclosed.")
        raise Unreadable("value", message % {"text": text.strip()})
    comparator, number = _comparator(text)
    ends = BETWEEN.split(re.sub(r"^between\s+", "", number, flags=re.IGNORECASE))
    if len(ends) != 2 or comparator != Comparator.EQUAL or not all(ends):
        amount, scale = _amount(number, metric, decimal)
        return Said(comparator, amount * (scale or 1))
    (lower, lower_scale), (upper, scale) = (_amount(end, metric, decimal) for end in ends)
    # “5 to 7 million” begins at 5 million.
    lower, upper = lower * (lower_scale or scale or 1), upper * (scale or 1)
    if lower >= upper:
        raise Unreadable(
            "value", _("“%(text)s” is no range: it ends below its beginning.") % {"text": text}
        )
    return Said(Comparator.RANGE, lower, upper_amount=upper)


def _comparator(text):
    for comparator, words in COMPARATORS:
        match = re.match(rf"(?:{words})(?=[\s\d$€£¥(])\s*", text, re.IGNORECASE)
        if match:
            return comparator, text[match.end() :]
    return Comparator.EQUAL, text


def _amount(text, metric, decimal) -> tuple[Decimal, int | None]:
    """The number as it stands there, and the scale that is named behind it."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    if in_brackets := IN_BRACKETS.fullmatch(plain):
        plain = "".join(in_brackets.groups()).strip()
    found = NUMBER.fullmatch(plain)
    is_read = found and found["rest"].strip().lower() in ("", metric.unit.lower())
    if not is_read or sum(map(bool, (found["minus"], found["sign"], in_brackets))) > 1:
        raise _no_number(text)
    _check_unit(found["before"] or found["after"] or "", metric)
    try:
        amount = parse_digits(found["digits"], decimal)
    except Ambiguous as error:
        raise Unreadable("value", str(error)) from None
    except ValueError:
        raise _no_number(text) from None
    scale = SCALES.get((found["scale"] or "").lower())
    is_below_zero = found["minus"] or found["sign"] or in_brackets
    return -amount if is_below_zero else amount, scale


def _no_number(text) -> Unreadable:
    message = _("“%(text)s” is no number: write 282.7 million, 1,234,567 or USD 4.5 billion.")
    return Unreadable("value", message % {"text": text})


def _check_unit(unit, metric):
    if share := SHARES.get(unit.lower()):
        if metric.value_type != share:
            message = _("“%(metric)s” is not counted in %(unit)s.")
            raise Unreadable("value", message % {"metric": metric, "unit": unit})
    elif unit:
        currency = CURRENCIES.get(unit, unit.upper())
        if metric.value_type != Metric.ValueType.MONEY or currency != metric.unit:
            names = {"metric": metric, "unit": metric.unit or "–", "currency": currency}
            message = _("“%(metric)s” is counted in %(unit)s, not in %(currency)s.") % names
            raise Unreadable("value", message)

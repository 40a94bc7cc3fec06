"""Numbers as readers see them, never rounded: what is shown parses back to the stored amount."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy

SCALES = (
    (Decimal(10**12), gettext_lazy("%(number)s trillion")),
    (Decimal(10**9), gettext_lazy("%(number)s billion")),
    (Decimal(10**6), gettext_lazy("%(number)s million")),
)
# “1.234 billion” reads at a glance; with more decimals, plain digits are easier to read.
MAX_SCALED_PLACES = 3
NARROW_SPACE = "\u202f"


def number_in_words(amount: Decimal) -> str:
    """“2.5 billion”, “18.22 million”, “1,234,567”, “0.5”: never rounded."""
    for scale, words in SCALES:
        if abs(amount) >= scale:
            scaled = amount / scale
            if _places(scaled) <= MAX_SCALED_PLACES:
                return words % {"number": _digits(scaled)}
            break
    return _digits(amount)


def percent_in_words(amount: Decimal) -> str:
    return gettext("%(number)s%(space)s%%") % {"number": _digits(amount), "space": NARROW_SPACE}


def money_in_words(amount: Decimal, currency: str) -> str:
    return f"{currency} {number_in_words(amount)}".strip()


def plain_digits(amount: Decimal) -> str:
    """For machines: no grouping, no exponent, no trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(number: Decimal) -> int:
    return len(plain_digits(number).partition(".")[2])


def _digits(number: Decimal) -> str:
    # A string: given a Decimal of many digits, Django would fall back to scientific notation.
    text = number_format(plain_digits(abs(number)), force_grouping=True)
    return f"−{text}" if number < 0 else text

"""Numbers as readers see them, never rounded: what is shown parses back to the stored amount.

All is said in the active language, which inside a text is its own
(`core.text.languages.speaking`).
"""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext_lazy

SCALES = (
    (Decimal(10**12), ngettext_lazy("%(number)s trillion", "%(number)s trillion", "count")),
    (Decimal(10**9), ngettext_lazy("%(number)s billion", "%(number)s billion", "count")),
    (Decimal(10**6), ngettext_lazy("%(number)s million", "%(number)s million", "count")),
)
# Languages that count thousands of millions, and those whose plural begins at two.
WITHOUT_BILLION = {"es"}
PLURAL_FROM_TWO = {"fr"}
# “1.234 billion” reads at a glance; with more decimals, plain digits are easier to read.
MAX_SCALED_PLACES = 3
NARROW_SPACE = "\u202f"


def number_in_words(amount: Decimal) -> str:
    """“2.5 billion”, “18.22 million”, “1,234,567”, “0.5”: never rounded."""
    language = (get_language() or "").partition("-")[0]
    for scale, words in SCALES:
        if abs(amount) < scale or (scale == 10**9 and language in WITHOUT_BILLION):
            continue
        scaled = amount / scale
        if _places(scaled) <= MAX_SCALED_PLACES:
            return words % {"number": _digits(scaled), "count": _counted(scaled, language)}
        break
    return _digits(amount)


def percent_in_words(amount: Decimal) -> str:
    return gettext("%(number)s%(space)s%%") % {"number": _digits(amount), "space": NARROW_SPACE}


def per_mille_in_words(amount: Decimal) -> str:
    return gettext("%(number)s%(space)s‰") % {"number": _digits(amount), "space": NARROW_SPACE}


def money_in_words(amount: Decimal, currency: str) -> str:
    """“EUR 2.5 million”, or as the language has it: “2,5 Millionen EUR”."""
    number = number_in_words(amount)
    if not currency:
        return number
    return gettext("%(currency)s %(number)s") % {"currency": currency, "number": number}


def plain_digits(amount: Decimal) -> str:
    """For machines: no grouping, no exponent, no trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _counted(number: Decimal, language: str) -> int:
    """The whole number whose plural it takes: 1.5 is no longer one, but in French it is."""
    if language in PLURAL_FROM_TWO:
        return int(abs(number))
    return 1 if abs(number) == 1 else 2


def _places(number: Decimal) -> int:
    return len(plain_digits(number).partition(".")[2])


def _digits(number: Decimal) -> str:
    # A string: given a Decimal of many digits, Django would fall back to scientific notation.
    text = number_format(plain_digits(abs(number)), force_grouping=True)
    return f"−{text}" if number < 0 else text

"""Digits as they are written: which sign groups them, and which one begins the decimals.

`1.234` is a thousand and more in one country and a little above one in another. Where nothing else
in the number tells which is meant, whoever wrote it is asked.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

POINT, COMMA = ".", ","
# Spaces of every width, and the apostrophe of Swiss figures: these only ever group.
SPACES = re.compile(r"[\s\u2009\u202f]")
DIGITS = r"\d+(?:[.,'’\s\u2009\u202f]\d+)*"


class Ambiguous(ValueError):
    """The message says what it could be, and asks."""


def parse_digits(text: str, decimal: str = "") -> Decimal:
    """The number; `decimal` is the sign of its decimals, empty if that has to be told from it.

    Raises Ambiguous, and ValueError for what is no number in such a notation.
    """
    plain = SPACES.sub(" ", text).replace("’", "'")
    signs = [char for char in plain if not char.isdigit()]
    kinds = list(dict.fromkeys(signs))
    if not kinds:
        return Decimal(plain)
    if len(kinds) > 2 or (len(kinds) == 2 and signs.count(kinds[1]) > 1):
        raise ValueError(text)
    begins_decimals = kinds[-1] if len(kinds) == 2 else _decimal_sign(plain, kinds[0], decimal)
    if begins_decimals and begins_decimals not in (decimal or POINT, decimal or COMMA):
        raise ValueError(text)
    whole, sign, decimals = (
        plain.rpartition(begins_decimals) if begins_decimals else (plain, "", "")
    )
    return Decimal(f"{_ungrouped(whole)}.{decimals}" if sign else _ungrouped(whole))


def _decimal_sign(plain, sign, decimal) -> str:
    """The one sign there is, if it begins the decimals; empty if it groups."""
    if sign not in (POINT, COMMA) or plain.count(sign) > 1:
        if sign == decimal:
            raise ValueError(plain)
        return ""
    whole, _sign, rest = plain.partition(sign)
    could_group = len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0")
    if not could_group:
        return sign
    if not decimal:
        names = {"text": plain, "whole": whole + rest, "broken": f"{whole}.{rest}"}
        message = _(
            "“%(text)s” may be %(whole)s or %(broken)s: say which sign begins the decimals."
        )
        raise Ambiguous(message % names)
    return sign if sign == decimal else ""


def _ungrouped(whole) -> str:
    first, *groups = re.split(r"[.,' ]", whole)
    if groups and (len(first) > 3 or any(len(group) != 3 for group in groups)):
        raise ValueError(whole)
    return first + "".join(groups)

"""Identifiers of companies in registers, with their check digits where they have such."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scheme:
    """A register: what its identifiers look like, and where one is looked up (`{}` is its place).

    `property_id` is how schema.org's PropertyValue names it; `is_same` says that its page is one of
    the company itself, which `sameAs` may name.
    """

    label: str
    pattern: str
    example: str
    url: str = ""
    property_id: str = ""
    is_same: bool = False
    is_checked: Callable[[str], bool] = lambda value: True
    spell: Callable[[str], str] = str.upper

    def own_spelling(self, typed: str) -> str:
        """Without blanks, and without the address of the register that was pasted with it."""
        bare = "".join(typed.split())
        before = self.url.split("{}")[0]
        if before and bare.lower().startswith(before.lower()):
            bare = bare[len(before) :].rstrip("/")
        return self.spell(bare)

    def validate(self, value: str):
        names = {"label": self.label, "example": self.example}
        if not re.fullmatch(self.pattern, value, re.ASCII):
            message = _("The identifier of %(label)s looks like %(example)s.")
            raise ValidationError(message, code="invalid", params=names)
        if not self.is_checked(value):
            message = _("The check digits do not fit: this %(label)s is mistyped.")
            raise ValidationError(message, code="checksum", params=names)

    def address_of(self, value: str) -> str:
        return self.url.format(value)


def _digits(value: str) -> str:
    """Letters as numbers from 10 to 35, as ISO 7064 and ISO 6166 count them."""
    return "".join(str(int(character, 36)) for character in value)


def has_lei_check(value: str) -> bool:
    """ISO 17442: ISO 7064, MOD 97-10."""
    return int(_digits(value)) % 97 == 1


def has_isin_check(value: str) -> bool:
    """ISO 6166: Luhn's sum over the digits, every second one doubled from the right."""
    total = 0
    for place, digit in enumerate(reversed(_digits(value))):
        number = int(digit) * (2 if place % 2 else 1)
        total += number // 10 + number % 10
    return total % 10 == 0


def pad_cik(typed: str) -> str:
    return typed.zfill(10) if typed.isdecimal() else typed


SCHEMES = {
    "lei": Scheme(
        label="LEI",
        pattern=r"[A-Z0-9]{18}[0-9]{2}",
        example="5493006MHB84DD0ZWV18",
        url="https://search.gleif.org/#/record/{}",
        is_checked=has_lei_check,
    ),
    "cik": Scheme(
        label="CIK",
        pattern=r"[0-9]{10}",
        example="0001652044",
        url="https://www.sec.gov/edgar/browse/?CIK={}",
        property_id="CIK",
        spell=pad_cik,
    ),
    "isin": Scheme(
        label="ISIN",
        pattern=r"[A-Z]{2}[A-Z0-9]{9}[0-9]",
        example="US02079K3059",
        property_id="ISIN",
        is_checked=has_isin_check,
    ),
    "opencorporates": Scheme(
        label="OpenCorporates",
        pattern=r"[a-z]{2}(_[a-z]{2})?/[A-Za-z0-9._-]{1,40}",
        example="us_de/5786925",
        url="https://opencorporates.com/companies/{}",
        property_id="OpenCorporates",
        is_same=True,
        spell=str,
    ),
    "wikidata": Scheme(
        label="Wikidata",
        pattern=r"Q[1-9][0-9]{0,14}",
        example="Q689141",
        url="https://www.wikidata.org/wiki/{}",
        property_id="Wikidata",
        is_same=True,
    ),
}

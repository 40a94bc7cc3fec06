"""The publication's one colour, for what cannot read a stylesheet: mails and drawn pictures."""

import re
from functools import cache
from typing import NamedTuple

from core.bundles import source_path

_COLOUR = r"((?:[^(),;}]|\([^()]*\))+)"
_BRAND = re.compile(rf"--brand:\s*(?:light-dark\({_COLOUR},{_COLOUR}\)|{_COLOUR})")


class Accent(NamedTuple):
    light: str
    dark: str


@cache
def accent() -> Accent:
    """On light ground and on dark, as `css/accent.css` says it."""
    return accent_in(source_path("css/accent.css").read_text())


def accent_in(css: str) -> Accent:
    light, dark, both = _BRAND.search(css).groups()
    return Accent(light.strip(), dark.strip()) if light else Accent(both.strip(), both.strip())

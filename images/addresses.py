"""Which picture of the library an address in a text means.

Texts name a file. When the picture gets another one, the address that they name means the picture
all the same, and what is rendered of them names the new file.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import unquote

from django.conf import settings

from core import prose
from images.models import FormerFile, Picture
from images.uploads import SUFFIXES

# The stored file, or one of the sizes drawn of it: `<stem>/[16_9/]640w.webp`.
_ADDRESS = re.compile(
    r"(?P<stem>pictures/[\w/]+?)"
    r"(?:\.\w+|/(?:(?P<ratio>[1-9]\d?_[1-9]\d?)/)?(?P<width>\d{1,5})w\.(?P<kind>\w+))"
)
# Only a parse tells; an address may be written with escapes.
MAYBE_NAMED = re.compile(r"pictures/|[%&\\]")


@dataclass
class Finder:
    """Pass `find` to `core.prose`; `found` are the keys of the pictures that the texts name."""

    found: set[int] = field(default_factory=set)

    def look_through(self, text: str):
        """Find those of an article body, or of the words of an entry."""
        if MAYBE_NAMED.search(text):
            prose.parse(text, find_picture=self.find)

    def find(self, url: str) -> prose.FoundPicture | None:
        path = unquote(re.split(r"[?#]", url, maxsplit=1)[0])
        if not path.startswith(settings.MEDIA_URL):
            return None
        match = _ADDRESS.fullmatch(path.removeprefix(settings.MEDIA_URL))
        if match is None:
            return None
        picture, is_former = _named(match["stem"])
        if picture is None:
            return None
        self.found.add(picture.pk)
        if is_former:
            place = _today(picture, match)
        else:
            place = url, *_size(picture, match["ratio"], match["width"])
        alt = "" if picture.is_decorative else picture.alt
        return prose.FoundPicture(*place, alt=alt, credit=picture.full_credit)


def _named(stem: str) -> tuple[Picture | None, bool]:
    names = [f"{stem}.{suffix}" for suffix in SUFFIXES]
    if picture := Picture.objects.filter(file__in=names).first():
        return picture, False
    former = FormerFile.objects.filter(stem=stem).select_related("picture").first()
    return former and former.picture, True


def _size(picture, ratio, width) -> tuple[int, int]:
    if not width:
        return picture.width, picture.height
    shape = Fraction(*map(int, ratio.split("_"))) if ratio else _own_shape(picture)
    return int(width), max(round(int(width) / shape), 1)


def _own_shape(picture):
    return Fraction(picture.width, picture.height)


def _today(picture, match) -> tuple[str, int, int]:
    """The new file in the size that was asked for, or the nearest that was drawn of it."""
    file, ratio = picture.file, match["ratio"]
    kinds = file.aspect_ratios.get(ratio and ratio.replace("_", "/"), {})
    drawn = kinds.get((match["kind"] or "").upper(), {}) if picture.has_renditions else {}
    if not drawn:
        return file.url, picture.width, picture.height
    asked = int(match["width"])
    width = next((one for one in sorted(drawn) if one >= asked), max(drawn))
    return drawn[width].url, *_size(picture, ratio, width)

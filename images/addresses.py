"""Which picture of the library an address in a text means."""

import re
from fractions import Fraction

from django.conf import settings

from images.models import Picture

# The stored file, or one of the sizes drawn of it: `<name>/[16_9/]640w.webp`.
_ADDRESS = re.compile(
    r"(?P<name>pictures/[\w/]+?)"
    r"(?:\.\w+|/(?:(?P<ratio>[1-9]\d?_[1-9]\d?)/)?(?P<width>\d{1,5})w\.\w+)"
)


def size_at(url: str) -> tuple[int, int] | None:
    """The width and height of the picture at this address, None where there is none of ours."""
    match = _ADDRESS.fullmatch(url.removeprefix(settings.MEDIA_URL))
    if match is None:
        return None
    sizes = Picture.objects.filter(file__startswith=f"{match['name']}.")
    size = sizes.values_list("width", "height").first()
    if size is None or not match["width"]:
        return size
    shape = Fraction((match["ratio"] or "{}_{}".format(*size)).replace("_", "/"))
    width = int(match["width"])
    return width, max(round(width / shape), 1)

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from images.addresses import Finder
from images.models import Picture

# So many different addresses are looked up, however long a text is.
MOST_LOOKED_UP = 200


def _images(manuscript):
    """(part, line, address, words) of each picture; words are None where it is only linked."""
    for part, line, token in manuscript.inlines():
        for child in token.children:
            # The page shows no other than those of the library.
            if child.meta.get("instead_of") == "image":
                yield part, line, str(child.attrs["href"]), None
            elif child.type == "image":
                yield part, line, str(child.attrs["src"]), child.content.strip()


def _find_missing(manuscript):
    looked_up: dict[str, bool] = {}
    for part, line, address, words in _images(manuscript):
        if words is not None and address not in looked_up and len(looked_up) < MOST_LOOKED_UP:
            looked_up[address] = Finder().find(address) is None
        if words is None or looked_up.get(address):
            yield Finding(_("There is no such picture in the library."), address, part, line)


def _find_wordless(manuscript):
    looked_up: dict[str, bool] = {}
    for part, line, address, words in _images(manuscript):
        if words or words is None:
            continue
        if address not in looked_up and len(looked_up) < MOST_LOOKED_UP:
            looked_up[address] = _needs_words(address)
        if looked_up.get(address):
            told = _("The picture has no words for those who cannot see it.")
            yield Finding(told, address, part, line)


def _needs_words(address) -> bool:
    """Without any in the text it has those of the library; one that is not there is told so."""
    finder = Finder()
    finder.find(address)
    undescribed = Picture.objects.filter(pk__in=finder.found, is_decorative=False, alt="")
    return undescribed.exists()


CHECKS = [
    Check(
        "missing_picture",
        gettext_lazy("Pictures that are not in the library"),
        gettext_lazy("Every picture is in the library"),
        _find_missing,
    ),
    Check(
        "alternative_text",
        gettext_lazy("Pictures without alternative text"),
        gettext_lazy("Every picture has its alternative text"),
        _find_wordless,
    ),
]

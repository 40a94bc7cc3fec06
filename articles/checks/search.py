"""How a text looks where it is found and shared: what is cut there, and what stands in for it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from articles.models import Level
from core.web.addresses import slug_url
from core.web.structured import absolute
from facts.prose.lines import words_of
from images.models import Picture

# What a search result shows about; there is no rule, it depends on the width of the letters.
TITLE_SHOWN = 60
DESCRIPTION_SHOWN = 160


def title_of(content) -> str:
    return content.get("search_title") or words_of(content["title"])


def description_of(content) -> str:
    return content.get("search_description") or words_of(content["standfirst"])


def look_of(content) -> dict:
    """A search result and a card, as far as what is found elsewhere can be foretold."""
    title, description = title_of(content), description_of(content)
    keys = content.get("share_picture"), content.get("cover")
    pictures = Picture.objects.in_bulk([pk for pk in keys if pk])
    picture = next((pictures[pk] for pk in keys if pk in pictures), None)
    return {
        "title": title,
        "title_cut": Truncator(title).chars(TITLE_SHOWN),
        "title_shown": TITLE_SHOWN,
        "description": description,
        "description_cut": Truncator(description).chars(DESCRIPTION_SHOWN),
        "description_shown": DESCRIPTION_SHOWN,
        "picture": picture.file.url if picture and picture.file else "",
        **_address_of(content),
    }


def _address_of(content) -> dict:
    slug = content.get("slug") or "…"
    address = content.get("canonical_url") or absolute(slug_url("articles:detail", slug))
    try:
        parts = urlsplit(address)
    except ValueError:
        return {"host": "", "crumbs": []}
    return {
        "host": parts.netloc or urlsplit(settings.SITE_URL).netloc,
        "crumbs": [one for one in parts.path.split("/") if one],
    }


def _too_long(text, most, part):
    if len(text) > most:
        told = _("It has %(count)d characters, and a search result shows about %(most)d.")
        yield Finding(told % {"count": len(text), "most": most}, part=part)


def _find_long_title(manuscript):
    part = "search_title" if manuscript.content.get("search_title") else "title"
    yield from _too_long(title_of(manuscript.content), TITLE_SHOWN, part)


def _find_long_description(manuscript):
    part = "search_description" if manuscript.content.get("search_description") else "standfirst"
    yield from _too_long(description_of(manuscript.content), DESCRIPTION_SHOWN, part)


CHECKS = [
    Check(
        "long_title",
        gettext_lazy("A title that search results cut"),
        gettext_lazy("Title fits a search result"),
        _find_long_title,
        Level.OFF,
    ),
    Check(
        "long_description",
        gettext_lazy("A description that search results cut"),
        gettext_lazy("Description fits a search result"),
        _find_long_description,
        Level.OFF,
    ),
]

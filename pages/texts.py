"""The pages that belong to the publication itself, kept as Markdown beside the code."""

import tomllib
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from core import prose


@dataclass(frozen=True)
class Text:
    title: str
    standfirst: str
    prose_html: str


def text_of(name) -> Text:
    return _rendered(name, settings.SITE_NAME)


@cache
def _rendered(name, site_name) -> Text:
    """Once in a process: these files change only with the code."""
    path = next(folder / f"{name}.md" for folder in settings.TEXT_DIRS if _has(folder, name))
    text = path.read_text().replace("{site_name}", site_name)
    _empty, head, body = text.split("+++\n", 2)
    return Text(prose_html=prose.render(body).html, **tomllib.loads(head))


def _has(folder, name):
    return (folder / f"{name}.md").is_file()

"""The pages that belong to the publication itself, kept as Markdown beside the code."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core import prose

DIRECTORY = Path(__file__).resolve().parent / "texts"


@dataclass(frozen=True)
class Text:
    title: str
    standfirst: str
    prose_html: str


@cache
def text_of(name) -> Text:
    """Rendered once in a process: these files change only with the code."""
    _empty, head, body = (DIRECTORY / f"{name}.md").read_text().split("+++\n", 2)
    return Text(prose_html=prose.render(body).html, **tomllib.loads(head))

"""Pages that are made once of what seldom changes, with places in them for what does.

`{% live %}…{% endlive %}` in a template marks such a place; all around it is kept (core.fragments).
"""

import re
import secrets
from typing import Protocol

from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template

from core.fragments.memoized import kept

# The name of a list in the context, in which a page that is being kept notes its live places.
PLACES = "live_places"
# Nobody can write this into a text.
MARK = f"live-{secrets.token_hex(8)}-"
MARKED = re.compile(f"<!--{MARK}[0-9]+-->")
PAGES = 200


class Made(Protocol):
    """What a page is made of: equal if and only if it makes the same page."""

    def __hash__(self) -> int: ...

    def context(self) -> dict: ...


def mark(number) -> str:
    return f"<!--{MARK}{number}-->"


def render_live(template_name, made: Made, **live) -> str:
    """The page of `made.context()`; the live places are filled anew, from `live` alone."""
    template, texts, places = _page(template_name, made)
    if not places:
        return texts[0]
    context = Context(live)
    with context.bind_template(template), context.render_context.push_state(template):
        filled = [nodes.render(context) for nodes in places]
    parts = [part for pair in zip(texts, filled, strict=False) for part in pair]
    return "".join([*parts, texts[-1]])


@kept(PAGES)
def _page(template_name, made):
    template = get_template(template_name)
    places = []
    # A request that says nothing: what is kept holds nothing of any visitor.
    html = template.render(made.context() | {PLACES: places}, HttpRequest())
    return template.template, MARKED.split(html), places

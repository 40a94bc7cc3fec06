"""Pages rendered once from what seldom changes, with places that are rendered for every response.

`{% uncached %}…{% enduncached %}` in a template marks such a place; the HTML around it is memoized.
"""

import re
import secrets
from typing import Protocol

from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template

from core.fragments.memoized import memoized_html

# The context variable in which a page that is being memoized collects its uncached places.
PLACES = "uncached_places"
# Random, so that nobody can write a placeholder into a text.
PREFIX = f"uncached-{secrets.token_hex(8)}-"
PLACEHOLDER = re.compile(f"<!--{PREFIX}[0-9]+-->")
MAX_PAGES = 200


class PageData(Protocol):
    """The data of a page: equal if and only if it renders to the same page."""

    def __hash__(self) -> int: ...

    def context(self) -> dict: ...


def placeholder(number) -> str:
    return f"<!--{PREFIX}{number}-->"


def render_page(template_name, data: PageData, **uncached) -> str:
    """The page of `data.context()`; its uncached places see `uncached` and nothing else."""
    template, texts, places = _page(template_name, data)
    if not places:
        return texts[0]
    context = Context(uncached)
    with context.bind_template(template), context.render_context.push_state(template):
        rendered = [nodes.render(context) for nodes in places]
    parts = [part for pair in zip(texts, rendered, strict=False) for part in pair]
    return "".join([*parts, texts[-1]])


@memoized_html(MAX_PAGES)
def _page(template_name, data):
    template = get_template(template_name)
    places = []
    # An empty request, so that nothing of any visitor can be memoized.
    html = template.render(data.context() | {PLACES: places}, HttpRequest())
    return template.template, PLACEHOLDER.split(html), places

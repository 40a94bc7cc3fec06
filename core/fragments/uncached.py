"""Pages rendered once, with places that are rendered for every response.

`{% uncached %}…{% enduncached %}` in a template marks such a place.
"""

import re
import secrets

from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template

# The context variable in which a page collects its uncached places.
PLACES = "uncached_places"
# Random, so that nobody can write a placeholder into a text.
PREFIX = f"uncached-{secrets.token_hex(8)}-"
PLACEHOLDER = re.compile(f"<!--{PREFIX}[0-9]+-->")


def placeholder(number) -> str:
    return f"<!--{PREFIX}{number}-->"


class PageWithPlaces:
    """A page without its uncached places, and these as template nodes."""

    def __init__(self, template_name, context):
        template, self.places = get_template(template_name), []
        # An empty request, so that nothing of any visitor can be kept.
        html = template.render(context | {PLACES: self.places}, HttpRequest())
        self.template, self.texts = template.template, PLACEHOLDER.split(html)

    def html(self, **uncached) -> str:
        """The whole page; its uncached places see `uncached` and nothing else."""
        context = Context(uncached)
        with context.bind_template(self.template), context.render_context.push_state(self.template):
            rendered = [nodes.render(context) for nodes in self.places]
        parts = [part for pair in zip(self.texts, rendered, strict=False) for part in pair]
        return "".join([*parts, self.texts[-1]])

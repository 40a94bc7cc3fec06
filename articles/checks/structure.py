from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from core import prose

# Of a heading that is underlined instead of marked.
UNDERLINED = {"=": 1, "-": 2}


def _find_gaps(manuscript):
    """Pages close the gap, and so show a smaller heading as a larger one."""
    for part, tokens in manuscript.tokens.items():
        above = 0
        for token, inline in pairwise(tokens):
            if token.type != "heading_open":
                continue
            # The tag is already the one that readers get.
            level = UNDERLINED.get(token.markup[:1], len(token.markup))
            if above and level > above + 1:
                told = _("A level of headings is left out above it.")
                yield Finding(told, inline.content.strip(), part, token.map[0] + 1)
            above = level


def _find_tags(manuscript):
    for part, markdown in manuscript.parts.items():
        for one in prose.oddities(markdown):
            if not one.is_link:
                told = _("Readers will see this as it is written: it is no tag that works here.")
                yield Finding(told, one.text, part, one.line)


CHECKS = [
    Check(
        "heading_order",
        gettext_lazy("Headings that leave out a level"),
        gettext_lazy("Headings in order"),
        _find_gaps,
    ),
    Check(
        "tag",
        gettext_lazy("Tags that readers would see"),
        gettext_lazy("No tag is shown as text"),
        _find_tags,
    ),
]

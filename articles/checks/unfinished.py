"""What editors write where something is still to come."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from core.prose.document import caption_of

# In brackets alone: “the date is TBC” may be what readers are to be told.
STILL_TO_COME = re.compile(
    r"\b(?:TK)+\b|\[(?:TB[ACD]|tb[acd]|X{2,9}|x{2,9}|\?{1,9})\]|\b[Ll]orem ipsum\b"
)


def _find(manuscript):
    for part, line, inline in manuscript.inlines():
        captions = caption_of(inline) if inline.type == "figure" else []
        for child in (*inline.children, *captions):
            if child.type == "text":
                yield from _in(child.content, part, line)
    for name in ("search_title", "search_description"):
        yield from _in(manuscript.content.get(name) or "", name, 1)


def _in(text, part, line):
    for words in STILL_TO_COME.findall(text):
        yield Finding(_("Something is still to come here."), words, part, line)


UNFINISHED = Check(
    "unfinished",
    gettext_lazy("Something still to come (TK)"),
    gettext_lazy("Nothing is still to come"),
    _find,
)
CHECKS = [UNFINISHED]

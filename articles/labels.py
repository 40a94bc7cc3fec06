"""Labels of an article in lists, rendered by the dozen on a page."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from core.fragments import memoized_html


@memoized_html(200, shared=True)
def minutes_label(minutes) -> str:
    return gettext("%(minutes)s min") % {"minutes": minutes}


def names_label(names) -> str:
    """HTML: "A", "A and B", "A, B and C", no name running into what stands around it."""
    names = [format_html("<bdi>{}</bdi>", name) for name in names]
    if len(names) < 2:
        return SafeString("".join(names))
    word = pgettext("between the last two names of a list", "and")
    first = format_html_join(", ", "{}", ((name,) for name in names[:-1]))
    return format_html("{} {} {}", first, word, names[-1])

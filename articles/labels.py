"""Labels of an article in lists, rendered by the dozen on a page."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from core.fragments import memoized_html


@memoized_html(200, shared=True)
def minutes_label(minutes) -> str:
    return gettext("%(minutes)s min") % {"minutes": minutes}


def names_label(names) -> str:
    """HTML, no name running into what stands around it."""
    return _listed([format_html("<bdi>{}</bdi>", name) for name in names])


def author_links(authors) -> str:
    link = '<a rel="author" href="{}"><bdi>{}</bdi></a>'
    return _listed([format_html(link, one.get_absolute_url(), one.name) for one in authors])


def _listed(names) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return SafeString("".join(names))
    word = pgettext("between the last two names of a list", "and")
    first = format_html_join(", ", "{}", ((name,) for name in names[:-1]))
    return format_html("{} {} {}", first, word, names[-1])

"""Labels of an article in lists, rendered by the dozen on a page."""

from django.utils.translation import gettext, pgettext

from core.fragments import memoized_html


@memoized_html(200, shared=True)
def minutes_label(minutes) -> str:
    return gettext("%(minutes)s min") % {"minutes": minutes}


def names_label(names) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    word = pgettext("between the last two names of a list", "and")
    return f"{', '.join(names[:-1])} {word} {names[-1]}"

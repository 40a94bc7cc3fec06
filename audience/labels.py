from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Fewer say nothing but that a page is young. A heart is a deliberate act: one is shown.
FEWEST_HEARTS, FEWEST_VIEWS = 1, 10


def hearts_label(count) -> str:
    """Empty for too few to be shown."""
    if count < FEWEST_HEARTS:
        return ""
    return ngettext("%(n)s heart", "%(n)s hearts", count) % {"n": count}


def rounded_views(count) -> int:
    """Round down to one significant digit, so that a stored page stays correct for a while.

    An exact number would invalidate the page on every view.
    """
    unit = 10 ** (len(str(count)) - 1)
    return count // unit * unit


def views_label(count) -> str:
    """Empty for too few to be shown."""
    if count < FEWEST_VIEWS:
        return ""
    return _("%(n)s+ views") % {"n": number_format(rounded_views(count), force_grouping=True)}

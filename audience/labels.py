from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def hearts_label(count) -> str:
    return ngettext("%(n)s heart", "%(n)s hearts", count) % {"n": count}


def rounded_views(count) -> int:
    """Round down to one significant digit, so that a stored page stays correct for a while.

    An exact number would invalidate the page on every view.
    """
    unit = 10 ** (len(str(count)) - 1)
    return count // unit * unit


def views_label(count) -> str:
    if count < 10:
        return ngettext("%(n)s view", "%(n)s views", count) % {"n": count}
    return _("%(n)s+ views") % {"n": number_format(rounded_views(count), force_grouping=True)}

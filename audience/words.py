from django.utils.translation import ngettext


def hearts_label(count) -> str:
    return ngettext("%(n)s heart", "%(n)s hearts", count) % {"n": count}


def views_label(count) -> str:
    return ngettext("%(n)s view", "%(n)s views", count) % {"n": count}

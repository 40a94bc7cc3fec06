"""What the desk says of a text that waits for its hour."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def state(article) -> str:
    """Of a scheduled article, for the list: it was read `with_newest_revision`."""
    if article.newest_number in (None, article.live_number):
        return _("scheduled")
    if article.newest_submitted_at:
        text = _("scheduled as revision %(approved)d; revision %(newest)d is in review")
    else:
        text = _("scheduled as revision %(approved)d; revision %(newest)d is not approved")
    return text % {"approved": article.live_number, "newest": article.newest_number}


def what_goes_out(article, newest_number: int) -> str:
    """Which text the readers of a scheduled article will get, and that a newer one waits."""
    words = {"when": when(article.published_at), "approved": article.live_number}
    if newest_number in (0, article.live_number):
        return _("It goes out on %(when)s, as it stands here.") % words
    return _(
        "Revision %(approved)d goes out on %(when)s. Revision %(newest)d is newer and not approved:"
        " it goes out instead once it is published."
    ) % (words | {"newest": newest_number})


def when(moment) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"

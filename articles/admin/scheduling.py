"""What the desk says of a text that waits for its hour."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def state(article) -> str:
    """Of a scheduled article, for the list: it was read with its newest revision and review."""
    if article.newest_number in (None, article.live_number):
        return _("scheduled")
    if article.review_verdict == "":
        text = _("scheduled as revision %(approved)d; revision %(newest)d is in review")
    else:
        text = _("scheduled as revision %(approved)d; revision %(newest)d is not approved")
    return text % {"approved": article.live_number, "newest": article.newest_number}


def planned_state(article) -> str:
    """Of a live article whose text gives way at its hour."""
    planned = article.planned
    if planned.problem:
        return _("live; its scheduled change is held up")
    words = {"approved": planned.revision.number, "when": when(planned.at)}
    if article.newest_number > planned.revision.number:
        text = _(
            "live; revision %(approved)d takes over on %(when)s; revision %(newest)d is not"
            " scheduled"
        )
        return text % (words | {"newest": article.newest_number})
    return _("live; revision %(approved)d takes over on %(when)s") % words


def what_goes_out(article, newest_number: int) -> str:
    """What readers of an article will get at an hour to come, or nothing."""
    if article.planned:
        return _what_takes_over(article.planned, newest_number)
    if not article.is_scheduled:
        return ""
    words = {"when": when(article.published_at), "approved": article.live_number}
    if newest_number in (0, article.live_number):
        return _("It goes out on %(when)s, as it stands here.") % words
    return _(
        "Revision %(approved)d goes out on %(when)s. Revision %(newest)d is newer and not approved:"
        " it goes out instead once it is published."
    ) % (words | {"newest": newest_number})


def _what_takes_over(planned, newest_number) -> str:
    words = {"when": when(planned.at), "approved": planned.revision.number}
    if planned.problem:
        return _("The scheduled change, revision %(approved)d, is held up.") % words
    if newest_number == planned.revision.number:
        text = _(
            "What stands here, revision %(approved)d, takes over from the live text on %(when)s."
        )
        return text % words
    return _(
        "Revision %(approved)d takes over from the live text on %(when)s; what stands here,"
        " revision %(newest)d, does not."
    ) % (words | {"newest": newest_number})


def when(moment) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"

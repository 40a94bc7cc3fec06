"""What the history of an article says of each of its versions."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.admin.scheduling import when


@dataclass(frozen=True)
class Standing:
    """`mark` is live, waiting, past or nothing; `words` say since when, or until when."""

    mark: str = ""
    words: str = ""


def standing_of(revision, article) -> Standing:
    """Of a revision read `with_history`, and an article `with_planned_change`."""
    planned = article.planned
    if planned and planned.revision_id == revision.pk:
        return _of_plan(planned)
    if revision.published_at is None:
        return Standing()
    # What was approved ahead went live with its article.
    since = max(filter(None, (revision.published_at, article.published_at)))
    if revision.number == article.live_number:
        return _of_newest_live(article, since)
    until = revision.replaced_at
    if until is None or until <= since:
        return Standing("past", _("was scheduled, and never live"))
    words = {"since": when(since), "until": when(until)}
    return Standing("past", _("was live from %(since)s to %(until)s") % words)


def _of_plan(planned) -> Standing:
    if planned.problem:
        return Standing("waiting", _("scheduled, and held up"))
    return Standing("waiting", _("scheduled for %(when)s") % {"when": when(planned.at)})


def _of_newest_live(article, since) -> Standing:
    if article.is_scheduled:
        at = when(article.published_at)
        return Standing("waiting", _("scheduled for %(when)s") % {"when": at})
    if article.is_withdrawn:
        return Standing("past", _("was live from %(since)s; withdrawn") % {"since": when(since)})
    return Standing("live", _("live now, since %(since)s") % {"since": when(since)})

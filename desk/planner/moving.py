"""To another day, at the same hour: by the verbs of `articles.publishing`, and no other way."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing
from articles.publishing import snapshots, verbs


def move_article(article, day, *, by):
    """A scheduled story as it was approved, or a draft with a date."""
    if article.is_published:
        raise ValidationError(_("Readers see it already: its date stays."))
    at = _on_day(article.published_at, day)
    newest = publishing.newest_revision(article) or verbs.keep_first_text(article)
    if not article.is_scheduled:
        _save_date(article, newest, at, by)
        return
    approved = article.revisions.filter(number=article.live_number).first() or newest
    if approved == newest:
        approved = _save_date(article, newest, at, by)
    publishing.publish(article, by=by, at=at, revision=approved)
    if snapshots.date_of(newest.content) and approved.number < newest.number:
        _save_date(article, newest, at, by)


def move_change(article, day, *, by):
    if article.planned is None:
        raise ValidationError(_("No change of it is scheduled any more."))
    at = _on_day(article.planned.at, day)
    publishing.plan(article, at=at, by=by, revision=article.planned.revision)


def _save_date(article, revision, at, by):
    content = revision.content | {"published_at": snapshots.write_time(at)}
    return publishing.save_revision(article, content, by=by, note=_("Moved in the calendar"))


def _on_day(moment, day):
    if moment is None:
        raise ValidationError(_("It has no date to move."))
    time = timezone.localtime(moment).time()
    # By way of UTC: an hour that spring leaves out is the one after it.
    at = timezone.make_aware(datetime.datetime.combine(day, time)).astimezone(datetime.UTC)
    if at <= timezone.now():
        raise ValidationError(_("This hour has passed."))
    return at

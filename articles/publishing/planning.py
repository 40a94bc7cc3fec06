"""A live text stays until the minute at which its scheduled change takes over."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.models import Article, PlannedChange
from articles.publishing import rights, snapshots, verbs, verdicts
from articles.publishing.changes import Change, Kind
from articles.publishing.merging import is_same

# They speak of the article as it stands: whoever says so says it at once.
NEVER_LATER = (Kind.RETRACTION, Kind.REINSTATEMENT)


@transaction.atomic
def plan(article, *, at, by, revision=None, change=None) -> PlannedChange:
    """Let a revision (the newest, unless told) become what readers see at its hour.

    It has to pass now all that publishing asks, the kind of the `change` included. A plan that
    was there gives way; for another hour of the same text, nothing is asked again.
    """
    verbs.lock(article)
    if not article.is_published:
        raise ValidationError(_("Only a text that readers can see is changed at an hour."))
    if at <= timezone.now():
        raise ValidationError({"at": _("This hour has passed.")})
    if change and change.kind in NEVER_LATER:
        raise ValidationError(_("This is not put off: publish it now."))
    revision = revision or verbs.newest_revision(article) or verbs.keep_first_text(article)
    verbs.refuse_publishing(article, revision, by)
    revision = _without_date_ahead(article, revision, by)
    former = article.planned
    if change is None and former and former.revision == revision and not former.problem:
        change = _change_of(former)
    verbs.check_ready(article, revision.content, change)
    if is_same(snapshots.completed(revision.content), snapshots.of(article)):
        raise ValidationError(_("Readers see this text already: nothing changes at that hour."))
    planned, _is_new = PlannedChange.objects.update_or_create(
        article=article, defaults={"revision": revision, "at": at, "by": by, **_kept(change)}
    )
    told = _("Scheduled revision %(number)d for %(at)s.")
    verbs.log(article, by, told % {"number": revision.number, "at": f"{at:%Y-%m-%d %H:%M %Z}"})
    take_over.using(run_after=at).enqueue(article.pk)
    verdicts.settle(article, revision, by)
    gave_way = former is not None and former.revision != revision
    planned.instead_of = former.revision.number if gave_way else None
    return planned


def publish_or_plan(article, *, by, revision=None, change=None):
    """A revision (the newest, unless told), at once; of a live article, at the hour in its text."""
    revision = revision or verbs.newest_revision(article)
    date = revision and snapshots.date_of(revision.content)
    if article.is_published and date and date > timezone.now():
        plan(article, at=date, by=by, revision=revision, change=change)
    else:
        verbs.publish(article, by=by, revision=revision, change=change)


def told(planned) -> str:
    """For whoever has just planned it."""
    text = _("Scheduled. The live text stays until then.")
    if planned.instead_of:
        gone = _("Revision %(number)d is scheduled no more.") % {"number": planned.instead_of}
        return f"{text} {gone}"
    return text


@transaction.atomic
def cancel_plan(article, *, by):
    verbs.lock(article)
    rights.refuse_publishing(by, article.section_id)
    verbs.forget_plan(article, by)


@task()
@transaction.atomic
def take_over(article_pk):
    """Publish what was planned, if its hour has come. Runs again without harm."""
    article = Article.objects.filter(pk=article_pk).first()
    if article is None:
        return
    verbs.lock(article)
    planned = article.planned
    if planned is None or planned.problem or planned.at > timezone.now():
        return
    try:
        with transaction.atomic():
            _publish(article, planned)
    except ValidationError as error:
        planned.problem = " ".join(error.messages)[:600]
        planned.save(update_fields=["problem"])


def _publish(article, planned):
    newest, content = verbs.newest_revision(article), planned.revision.content
    if newest != planned.revision and is_same(
        snapshots.completed(newest.content), snapshots.of(article)
    ):
        # The desk goes on with the text that is live from now on.
        note = _("Scheduled change, from revision %(number)d") % {"number": planned.revision.number}
        planned.revision = verbs.add_revision(article, content, planned.by, note)
        planned.save(update_fields=["revision"])
    date, change = article.published_at, _change_of(planned)
    told = {"by": planned.by, "change": change, "is_due": True}
    verbs.publish(article, at=date, revision=planned.revision, **told)


def _without_date_ahead(article, revision, by):
    """The hour is the plan's: when the article was published stays as it is."""
    date = snapshots.date_of(revision.content)
    if not date or date <= timezone.now():
        return revision
    return verbs.save_revision(article, revision.content | {"published_at": None}, by=by)


def _kept(change) -> dict:
    change = change or Change("")
    names = "note", "fact_before", "fact_after", "said"
    told = {name: getattr(change, name) for name in names}
    return {"change": change.kind, "problem": "", **told}


def _change_of(planned) -> Change | None:
    if not planned.change:
        return None
    facts = planned.fact_before, planned.fact_after
    return Change(planned.change, planned.note, *facts, planned.said)

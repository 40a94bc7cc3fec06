"""The verbs of the desk: what editors save is a revision, what readers see moves only on publish.

An article that was never live mirrors its newest revision, so that lists and previews of the desk
show it as it stands. From its first publication on, the row and everything that hangs on it change
in `publish` alone.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks
from articles.models import Article, ArticleFormerSlug, PlannedChange, Revision
from articles.publishing import merging, pictures, quoting, rights, shown, snapshots, verdicts
from articles.publishing.changes import Kind
from articles.validators import validate_article_slug
from facts.prose.lines import words_of

PUT_OFF = gettext_lazy("Readers have seen it: it cannot be put off.")


class Conflict(Exception):
    """Somebody saved since: `theirs` is what they saved, `mine` what was refused."""

    message = gettext_lazy("Somebody else has saved this article since you opened it.")

    def __init__(self, theirs: dict, mine: dict, number: int):
        super().__init__(str(self.message))
        self.theirs, self.mine, self.number = theirs, mine, number


def newest_revision(article) -> Revision | None:
    return article.revisions.order_by("-number").first()


def newest_number(article) -> int:
    """The number a form starts from and hands back; 0 before anything was saved."""
    numbers = article.revisions.order_by("-number").values_list("number", flat=True)
    return (numbers.first() if article.pk else None) or 0


def newest_content(article) -> dict:
    newest = newest_revision(article)
    return snapshots.completed(newest.content) if newest else snapshots.of(article)


@transaction.atomic
def save_revision(article, content, *, by, note="", base_number=None) -> Revision:
    """Store `content` whole. Saving what is already there makes no revision.

    `base_number` is the revision the editor started from: when it is no longer the newest, nothing
    is saved and Conflict tells both texts. An unsaved article is created.
    """
    snapshots.check(content)
    content = quoting.pin_ids(snapshots.completed(content))
    if article.pk is None:
        rights.refuse_writing(by, content["section"])
        refuse_taken_slug(article, content["slug"])
        snapshots.apply(article, content)
        return add_revision(article, content, by, note or _("First version"))
    lock(article)
    newest = newest_revision(article)
    number = newest.number if newest else 0
    if base_number is not None and base_number != number:
        raise Conflict(newest_content(article), content, number)
    newest = newest or keep_first_text(article)
    if snapshots.completed(newest.content) == content:
        return newest
    sections = article.section_id, newest.content["section"], content["section"]
    rights.refuse_writing(by, *sections)
    if article.has_been_live:
        _set_waiting_title(article, content)
        article.save(update_fields=["waiting_title"])
    else:
        refuse_taken_slug(article, content["slug"])
        snapshots.apply(article, content)
    return add_revision(article, content, by, note)


@transaction.atomic
def publish(article, *, by, at=None, revision=None, change=None, is_due=False) -> Revision:
    """Make a revision (the newest, unless told) what readers see, from its date or `at` on.

    Where sentences change that readers have seen, `change` (`articles.publishing.changes`) says
    what kind of change it is: without it Unnamed is raised. What is withdrawn comes back by a
    reinstatement alone. What is due was approved before: it settles no review that came since.
    """
    lock(article)
    refuse_if_trashed(article)
    if article.is_withdrawn and (change is None or change.kind != Kind.REINSTATEMENT):
        raise ValidationError(_("It is withdrawn. Reinstate it, with a note to its readers."))
    revision = revision or newest_revision(article) or keep_first_text(article)
    content = revision.content
    if not is_due:
        refuse_publishing(article, revision, by)
    former = check_ready(article, content, change)
    now = timezone.now()
    was_public = article.was_public
    was_waiting, was_live = article.is_scheduled, article.has_been_live
    old_slug, old = article.slug, snapshots.of(article)
    date = at or snapshots.date_of(content) or (article.published_at if was_live else None)
    if was_public and date and date > now:
        raise ValidationError({"published_at": PUT_OFF})
    article.status = Article.Status.PUBLISHED
    first_named_at = quoting.first_named_at(article)
    article.live_number = revision.number
    article.published_at = date or now
    if not was_live or was_waiting or article.updated_at is None:
        article.updated_at = article.published_at
    elif snapshots.visible_text(old) != snapshots.visible_text(content):
        article.updated_at = now
    article.updated_at = max(article.updated_at, article.published_at)
    _set_waiting_title(article, newest_content(article), beside=content)
    snapshots.apply(article, content, article.published_at, first_named_at)
    _leave_redirect(article, old_slug if was_live else article.slug)
    revision.published_at = now
    revision.save(update_fields=["published_at"])
    shown.keep(article, former=former, change=change, number=revision.number, by=by)
    log(article, by, _("Published revision %(number)d.") % {"number": revision.number})
    _take_along(article, old, revision, by)
    if not is_due:
        verdicts.settle(article, revision, by)
    return revision


def refuse_publishing(article, revision, by):
    sections = article.section_id, revision.content["section"]
    rights.refuse_publishing(by, *sections)
    rights.refuse_own(by, revision, *sections)


def check_ready(article, content, change):
    """ValidationError where readers cannot get this text; answers the version they saw last."""
    checks.refuse_blocked(article, content)
    refuse_taken_slug(article, content["slug"])
    quoting.settle(article)
    former = shown.newest_seen(article)
    shown.check_change(former, content, change)
    return former


def forget_plan(article, by):
    """Its text stays among the revisions."""
    if PlannedChange.objects.filter(article=article).delete()[0]:
        log(article, by, _("Took back the scheduled change."))


def _take_along(article, old, revision, by):
    """What has just changed of the live text is not undone by the change that is planned."""
    plan = PlannedChange.objects.filter(article=article).select_related("revision").first()
    if plan is None:
        return
    live, planned = snapshots.of(article), snapshots.completed(plan.revision.content)
    content, torn = merging.merged(old, live, planned)
    if plan.revision == revision or merging.is_same(content, live):
        plan.delete()
    elif plan.problem:
        # Somebody has to look at it anyway.
        return
    elif torn:
        plan.problem = _(
            "Revision %(number)d changed what the scheduled change changes too (%(fields)s). Bring"
            " both together and schedule it again."
        ) % {"number": revision.number, "fields": snapshots.names_of(torn)}
        plan.save(update_fields=["problem"])
    elif content != planned:
        note = _("Scheduled change, with what revision %(number)d changed")
        plan.revision = add_revision(article, content, by, note % {"number": revision.number})
        plan.save(update_fields=["revision"])
        _set_waiting_title(article, content)
        article.save(update_fields=["waiting_title"])


@transaction.atomic
def unpublish(article, *, by):
    """Back to a draft: no longer scheduled, with the newest text as any draft."""
    lock(article)
    _refuse_if_seen(article)
    rights.refuse_publishing(by, article.section_id)
    newest, planned = newest_revision(article), article.live_number
    article.live_number = None
    status = Article.Status.IN_REVIEW if verdicts.waiting(article) else Article.Status.DRAFT
    set_status(article, status)
    if newest and newest.number != planned:
        article.waiting_title = ""
        snapshots.apply(article, newest.content)
    log(article, by, _("Taken back to draft."))


@transaction.atomic
def archive(article, *, by):
    """Laid aside before anybody has read it; its text stays and can be published."""
    lock(article)
    refuse_if_trashed(article)
    _refuse_if_seen(article)
    rights.refuse_publishing(by, article.section_id)
    article.live_number = None
    verdicts.drop(article, by)
    set_status(article, Article.Status.ARCHIVED)
    log(article, by, _("Archived."))


@transaction.atomic
def trash(article, *, by):
    """Out of the desk's way with all that hangs on it, until it is put back or its time is over."""
    lock(article)
    _refuse_if_seen(article)
    rights.refuse_writing(by, article.section_id)
    if article.trashed_at:
        return
    if article.is_scheduled:
        unpublish(article, by=by)
    _set_trashed(article, timezone.now())
    log(article, by, _("Moved to the trash."))


@transaction.atomic
def put_back(article, *, by):
    lock(article)
    if article.trashed_at is None:
        raise ValidationError(_("It is not in the trash."))
    rights.refuse_writing(by, article.section_id)
    _set_trashed(article, None)
    log(article, by, _("Put back from the trash."))


def _set_trashed(article, at):
    article.trashed_at = at
    article.save(update_fields=["trashed_at", "saved_at"])


@transaction.atomic
def set_retracted(article, at):
    """Since when nothing in it stands, or None. `corrections.publishing` tells readers why."""
    lock(article)
    article.retracted_at = at
    article.save(update_fields=["retracted_at", "saved_at"])


@transaction.atomic
def withdraw(article, *, by):
    """Taken from readers, whom its address tells so. `corrections.publishing` tells them why."""
    lock(article)
    if not article.is_published:
        raise ValidationError(_("Only what readers can see is withdrawn."))
    rights.refuse_publishing(by, article.section_id)
    quoting.settle(article)
    if article.live_number is None:
        article.live_number = (newest_revision(article) or keep_first_text(article)).number
    forget_plan(article, by)
    set_status(article, Article.Status.ARCHIVED)
    log(article, by, _("Withdrawn."))


def restore(revision, *, by, base_number=None) -> Revision:
    """An old text becomes the newest one. What is live stays live until it is published."""
    note = _("Restored from revision %(number)d") % {"number": revision.number}
    return save_revision(
        revision.article, revision.content, by=by, note=note, base_number=base_number
    )


def refuse_taken_slug(article, slug: str):
    validate_article_slug(slug)
    other = Article.objects.filter(slug=slug).exclude(pk=article.pk).only("trashed_at").first()
    if other:
        told = _("An article in the trash has this address.")
        told = told if other.trashed_at else _("Another article has this address.")
        raise ValidationError({"slug": told}, code="taken")


def lock(article):
    """Wait for whoever writes this article, and see what they wrote."""
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(of=("self",)))


def keep_first_text(article) -> Revision:
    """A row that was written without the desk (a seed, an import) enters its own history."""
    if article.has_been_live:
        article.live_number = 1
        article.save(update_fields=["live_number"])
    revision = article.revisions.create(
        number=1,
        content=snapshots.of(article),
        created_at=article.created_at,
        published_at=article.published_at if article.has_been_live else None,
    )
    pictures.follow_revisions(article)
    return revision


def _set_waiting_title(article, newest, beside=None):
    """What the desk's list finds it by as well; `beside` is what readers are about to see."""
    shown = beside["title"] if beside else article.written("title")
    is_another = newest["title"] != shown
    article.waiting_title = words_of(newest["title"]) if is_another else ""


def add_revision(article, content, by, note) -> Revision:
    revision = article.revisions.create(
        number=newest_number(article) + 1, content=content, author=by, note=note
    )
    pictures.follow_revisions(article)
    log(article, by, _("Saved revision %(number)d.") % {"number": revision.number})
    return revision


def _refuse_if_seen(article):
    if article.was_public:
        raise ValidationError(_("Readers have seen it: withdraw it, with a note."))


def refuse_if_trashed(article):
    if article.trashed_at:
        raise ValidationError(_("It is in the trash: put it back first."))


def set_status(article, status):
    shown.newest_seen(article)
    shown.forget_waiting(article)
    article.status = status
    article.save(update_fields=["status", "live_number", "saved_at"])


def _leave_redirect(article, old_slug):
    # An address in use leads to its article and nowhere else.
    ArticleFormerSlug.objects.filter(slug=article.slug).delete()
    if old_slug != article.slug:
        ArticleFormerSlug.objects.update_or_create(slug=old_slug, defaults={"target": article})


def log(article, by, message):
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [article], CHANGE, message, single_object=True)

"""An editor's answers to review tasks. Each records who gave it and when."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Article
from articles.publishing import snapshots
from core.prose.rewording import Unwritable, replace_link_words
from desk.models import ReviewTask
from desk.rules import NAMED
from desk.suggestions import proposed_words
from facts import publishing as fact_publishing
from facts.prose.lines import replace_links
from facts.review.contradictions import distinguish

Kind, Resolution = ReviewTask.Kind, ReviewTask.Resolution
# For how many days a question may be put off at once.
LONGEST_SNOOZE = 90
ABOUT_WORDS = (Kind.SUPERSEDED, Kind.DEPRECATED)


@transaction.atomic
def keep(task, *, by, note="") -> ReviewTask:
    """Leave the text as it is until there is new evidence."""
    return _decide(_open(task), Resolution.KEPT, by, note)


@transaction.atomic
def snooze(task, *, until, by, note="") -> ReviewTask:
    """Hide the open task until that day, which is not far off: what is put off is not answered."""
    task = _open(task)
    days = (until - timezone.localdate()).days
    if days <= 0:
        raise ValidationError(_("Put it off to a later day than today."))
    if days > LONGEST_SNOOZE:
        raise ValidationError(
            _("Put it off by %(days)d days at most.") % {"days": LONGEST_SNOOZE}, code="too_far"
        )
    task.snoozed_until = until
    _sign(task, by, note)
    return task


@transaction.atomic
def verify(task, *, by) -> ReviewTask:
    """Confirm that the source still supports the figure."""
    task = _open(task, Kind.STALE)
    fact_publishing.verify(task.fact, by=by)
    return _decide(task, Resolution.VERIFIED, by)


@transaction.atomic
def not_same(task, *, by, reason) -> ReviewTask:
    """Record that the figures measure different things; they are never compared again."""
    task = _open(task, Kind.CONTRADICTION)
    distinguish(task.fact, task.other, reason=reason, by=by)
    return _decide(task, Resolution.DISTINCT, by, reason)


@transaction.atomic
def refresh(task, *, words, by) -> ReviewTask:
    """Replace the figure in the live article with the newer one and publish it.

    It is an update, and a correction where the figure was found wrong.

    `words` is one text for all places, or a dict keyed by the current words. A newer unpublished
    draft gets the same change and stays the newest, unpublished.
    """
    task = _open(task, *ABOUT_WORDS)
    if task.other is None:
        raise ValidationError(_("There is no other figure to put in its place."))
    article = Article.objects.select_for_update(of=("self",)).get(pk=task.article_id)
    live, newest = snapshots.of(article), publishing.newest_revision(article)
    # There is a newer draft than the published revision.
    is_ahead = bool(newest) and newest.number != article.live_number and newest.content != live
    refreshed, count = reworded(live, task, words)
    if not count:
        raise ValidationError(_("The live text quotes this figure no more."))
    note = _("Figure brought up to date: %(fact)s") % {"fact": task.other.display_value}
    revision = publishing.save_revision(article, refreshed, by=by, note=note)
    change = publishing.Change.of_figure(task.fact, task.other, language=article.language)
    publishing.publish(article, by=by, revision=revision, change=change)
    if is_ahead:
        content, _count = reworded(newest.content, task, words)
        publishing.save_revision(article, content, by=by, note=note)
    return _decide(task, Resolution.REFRESHED, by)


def proposal(use, task) -> str:
    """The words with which a refresh would replace `use`."""
    return proposed_words(use.text, task.fact, task.other, task.article.language)


def reworded(content, task, words) -> tuple[dict, int]:
    """The content with its pins moved to the newer fact, and the number of replacements."""
    pin, count = f"@{task.fact.public_id}", 0
    address = f"fact:{task.other.company.slug}/{task.other.metric.key}@{task.other.public_id}"

    def change(link):
        nonlocal count
        if link.scheme != "fact" or not link.address.lower().endswith(pin) or not link.words:
            return None
        count += 1
        return address, chosen(words, link.words)

    lines = {name: replace_links(content[name], change) for name in Article.LINES}
    try:
        body = replace_link_words(content["body"], change, content["language"])
        entries = [
            entry
            | {
                "heading": replace_links(entry["heading"], change),
                "blurb": replace_link_words(entry["blurb"], change, content["language"]),
            }
            for entry in content["entries"]
        ]
    except Unwritable:
        text = _("The link is written in a way that only you can change: edit the article.")
        raise ValidationError(text) from None
    return content | lines | {"body": body, "entries": entries}, count


def chosen(words, written: str) -> str:
    """The new words for a place; empty words would turn the pin into a live figure."""
    answer = words if isinstance(words, str) else words.get(written) or next(iter(words.values()))
    answer = " ".join(answer.split())
    if not answer:
        raise ValidationError(_("Say in which words the article gives the figure."))
    return answer


def _open(task, *kinds) -> ReviewTask:
    """Lock the open task, so that two editors cannot both answer it."""
    task = (
        ReviewTask.objects.select_for_update(of=("self",))
        .select_related("article", "fact__company", "fact__metric")
        .select_related("other__company", "other__metric", "source")
        .get(pk=task.pk)
    )
    if task.state != ReviewTask.State.OPEN:
        raise ValidationError(_("Somebody has answered this already."))
    if kinds and task.kind not in kinds:
        raise ValidationError(_("That is no answer to this question."))
    return task


def _decide(task, resolution, by, note="") -> ReviewTask:
    task.state, task.resolution, task.snoozed_until = ReviewTask.State.DONE, resolution, None
    _sign(task, by, note)
    return task


def _sign(task, by, note):
    task.note = " ".join(note.split())
    task.decided_by, task.decided_at = by, timezone.now()
    task.full_clean(exclude=["article", "fact", "other", *NAMED])
    task.save()

"""Publish a correction together with the corrected text or figure."""

from itertools import chain, pairwise

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles import publishing as texts
from articles.models import Article
from articles.publishing import rights, shown
from articles.publishing.changes import Kind, changed_sentences, differences
from comments.models import Comment
from comments.writing import moderation
from core.validators import validate_printable
from corrections.differences import trimmed
from corrections.models import NOTE, Correction, redacted
from corrections.publishing import reasons
from facts import publishing as facts
from facts.open import dump

MOST_OF_A_REASON = 200
# These are about the article, whether or not its text changes.
OF_THE_WHOLE = {Kind.RETRACTION, Kind.REINSTATEMENT}


def add(change, by, changes=(), **about) -> Correction:
    """Put a change on record: `about` names the article with its revisions, or the company."""
    comment = change.said.get("comment")
    correction = Correction(
        kind=change.kind,
        note=change.note,
        changes=trimmed(changes),
        change_count=len(changes),
        fact_before=change.fact_before,
        fact_after=change.fact_after,
        comment=comment,
        reported_at=comment and comment.created_at,
        credit=change.said.get("credit", ""),
        by=by,
        **about,
    )
    correction.full_clean()
    correction.save()
    _log(correction, by, ADDITION, str(correction))
    return correction


@transaction.atomic
def publish_correction(
    article,
    *,
    kind,
    note,
    by,
    credit="",
    comment=None,
    version_read=None,
    revision=None,
    fact_before=None,
    fact_after=None,
) -> Correction | None:
    """Publish a revision (by default the newest) and record what it corrects.

    Raises ValidationError if nothing differs, no reader has seen the article or `comment` is not
    of `version_read` any more. The text may stay unchanged if only a figure was wrong or the
    article is retracted or reinstated. A slip of the pen leaves no correction: versions show it.
    """
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(of=("self",)))
    rights.refuse_publishing(by, article.section_id)
    if kind not in kinds_for(article):
        raise ValidationError(_why_not(article, kind))
    newest, was_withdrawn = shown.newest_seen(article), article.is_withdrawn
    _check_comment(article, comment)
    said = {"credit": credit.strip(), "comment": comment}
    change = texts.Change(kind, note.strip(), fact_before, fact_after, said)
    before = article.live_number
    revision = revision or texts.newest_revision(article)
    is_kept = False
    if revision is None or revision.number != before or was_withdrawn:
        revision = texts.publish(article, by=by, revision=revision, change=change)
        is_kept = newest.has_successor(number=revision.number, change=kind)
    if is_kept:
        correction = None if kind == Kind.MINOR else article.corrections.first()
    else:
        _refuse_nothing(change)
        numbers = {"before_number": before or revision.number, "after_number": revision.number}
        correction = add(change, by, article=article, **numbers)
    if kind == Kind.RETRACTION:
        texts.set_retracted(article, article.retracted_at or correction.published_at)
    elif kind == Kind.REINSTATEMENT and not was_withdrawn:
        texts.set_retracted(article, None)
    if comment:
        accepted = Comment.Course.ACCEPTED
        outcome = change.note or _("It was a slip of the pen and is put right.")
        moderation.set_course(comment, accepted, outcome=outcome, by=by, version=version_read)
    return correction


@transaction.atomic
def owe(correction, comment, *, reason="", by, version_read=None) -> Correction:
    """Answer a reader with a correction that is on record: it names what was changed for them."""
    row = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    row.comment, row.reported_at = comment, comment.created_at
    row.credit = comment.name
    row.save(update_fields=["comment", "reported_at", "credit"])
    outcome = Truncator(" ".join(filter(None, [reason.strip(), str(row.shown_note)])))
    moderation.set_course(
        comment,
        Comment.Course.ACCEPTED,
        outcome=outcome.chars(Comment._meta.get_field("outcome").max_length),
        by=by,
        version=version_read,
    )
    return row


@transaction.atomic
def withdraw(article, *, note, by) -> Correction:
    """Take an article from its readers, and tell them why: on record, and at its address."""
    texts.withdraw(article, by=by)
    number = article.live_number
    change = texts.Change(Correction.Kind.WITHDRAWAL, note.strip())
    return add(change, by, article=article, before_number=number, after_number=number)


def kinds_for(article) -> list[str]:
    """What can be said of the article by publishing it."""
    if article.is_withdrawn:
        return [Kind.REINSTATEMENT]
    if not article.is_published:
        return []
    kinds = [Kind.CORRECTION, Kind.CLARIFICATION, Kind.UPDATE, Kind.RETRACTION, Kind.MINOR]
    return [*kinds, Kind.REINSTATEMENT] if article.retracted_at else kinds


def _why_not(article, kind) -> str:
    if article.is_withdrawn:
        return _("It is withdrawn: the note has to say why it is reinstated.")
    if not article.is_published:
        return _("Only what readers can see is corrected: publish it first.")
    if kind == Kind.REINSTATEMENT:
        return _("It is neither withdrawn nor retracted.")
    return _("No text is published with this kind of note.")


def _refuse_nothing(change):
    is_of_figures = change.fact_before or change.fact_after
    may_stand_alone = is_of_figures and change.kind != Kind.MINOR
    if not may_stand_alone and change.kind not in OF_THE_WHOLE:
        raise ValidationError(
            _("Nothing that readers see has changed in the text: there is nothing to correct."),
            code="unchanged",
        )


def record_version(sender, version, former, change, **kwargs):
    """What changed of what readers had seen stands in the log; slips of the pen do not."""
    if change.kind not in Correction.Kind.values:
        return
    changes = differences(former.sentences, version.sentences)
    numbers = {"before_number": former.number, "after_number": version.number}
    add(change, version.by, changes, article=version.article, **numbers)


def _check_comment(article, comment):
    if comment is None:
        return
    is_of_it = comment.discussion.article_id == article.pk
    if not is_of_it or comment.kind != Comment.Kind.CORRECTION:
        raise ValidationError(_("This comment proposes no correction of this article."))


@transaction.atomic
def redact(correction, index: int | str, *, reason: str, by) -> Correction:
    """Black out one change, by its index, or the note (`NOTE`); readers see that, and why.

    The same words are blacked out in the other rows of its page, in the versions of the article, or
    the changes of the profile, and in the answer to a reader; those of a note also where they say
    why a figure was wrong, and in all that follows from it. Of what is blacked out again, the first
    reason stays.
    """
    row = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    reason = reason.strip()
    validate_printable(reason)
    if not 0 < len(reason) <= MOST_OF_A_REASON:
        raise ValidationError(
            _("Say why, in %(most)d characters at most: readers see it.")
            % {"most": MOST_OF_A_REASON}
        )
    if index != NOTE and not 0 <= index < len(row.changes):
        raise ValidationError(_("There is no such change."))
    _black_out(row, index, reason, by)
    if index == NOTE:
        _black_out_figures(row, reason, by)
    return row


def _black_out(row, part, reason, by):
    _add_redactions(row, [part], reason)
    if part == NOTE:
        _black_out_answers(row)
    if row.article_id:
        _black_out_versions(row, part, reason)
    else:
        _black_out_profile(row, part, reason)
    _log(row, by, CHANGE, _("Blacked out: %(reason)s") % {"reason": reason})


def _black_out_figures(correction, reason, by):
    """Where its words say why something was done with a figure, and are repeated elsewhere."""
    events = reasons.events_told_in(correction)
    for event in events:
        facts.black_out(event, instead=str(redacted(reason)), by=by)
    for row in reasons.rows_that_give([event.reason for event in events], events):
        _black_out(row, NOTE, reason, by)
    if events:
        dump.write_again.enqueue()


def _black_out_answers(correction):
    """The note was said to whoever proposed the correction, and to others of the same matter."""
    note, shown = correction.note, str(correction.shown_note)
    most = Comment._meta.get_field("outcome").max_length
    comments = Comment.objects.select_for_update(of=("self",)).filter(
        Q(outcome__contains=note) | Q(pk=correction.comment_id, outcome__endswith="…"),
        discussion__article=correction.article_id,
        discussion__company=correction.company_id,
    )
    for comment in comments.order_by("pk"):
        # A long one was cut, somewhere in the note.
        said = comment.outcome.replace(note, shown) if note in comment.outcome else shown
        comment.outcome = Truncator(said).chars(most)
        comment.save(update_fields=["outcome"])


def _black_out_versions(correction, part, reason):
    versions = list(correction.article.versions.select_for_update(of=("self",)).order_by("pk"))
    hidden = set() if part == NOTE else _sentences_of(correction, part, versions)
    for version in versions:
        found = [index for index, one in enumerate(version.sentences) if one in hidden]
        if part == NOTE and version.note == correction.note:
            found = [NOTE]
        _add_redactions(version, found, reason)
    _black_out_rows(correction, hidden, reason, versions)


def _black_out_profile(correction, part, reason):
    """A slip of the pen has the same sentences, before or after they were put right."""
    hidden = set() if part == NOTE else {one for one in correction.changes[part].values() if one}
    rows = correction.company.profile_changes.select_for_update(of=("self",)).order_by("pk")
    for row in rows:
        found = [n for n, one in enumerate(row.changes) if not hidden.isdisjoint(one.values())]
        if part == NOTE and row.note == correction.note:
            found = [NOTE]
        _add_redactions(row, found, reason)
    _black_out_rows(correction, hidden, reason)


def _black_out_rows(correction, hidden, reason, versions=()):
    """What one row took out of the text, another may have brought in."""
    if not hidden:
        return
    rows = correction.subject.corrections.select_for_update(of=("self",)).exclude(pk=correction.pk)
    for row in rows.order_by("pk"):
        numbers = range(len(row.changes))
        found = [number for number in numbers if _says_any(row, number, hidden, versions)]
        _add_redactions(row, found, reason)


def _says_any(row, number, hidden, versions) -> bool:
    texts = row.changes[number].values()
    if any(f" {one} " in f" {text} " for one in hidden for text in texts):
        return True
    is_cut = any(text.startswith("…") or text.endswith("…") for text in texts)
    return is_cut and not hidden.isdisjoint(_sentences_of(row, number, versions))


def _add_redactions(row, parts, reason):
    if parts:
        row.redactions = [*row.redactions, *({"index": one, "reason": reason} for one in parts)]
        row.save(update_fields=["redactions"])


def _sentences_of(correction, part, versions) -> set[str]:
    """The whole sentences of a changed passage, which is kept joined, and cut where it is long."""
    for former, version in pairwise(versions):
        changes = changed_sentences(former.sentences, version.sentences)
        if trimmed(differences(former.sentences, version.sentences)) == correction.changes:
            return set(chain(*changes[part]))
    said = {one for text in correction.changes[part].values() for one in (text, *shown.split(text))}
    return said - {""}


def _log(correction, by, flag, message):
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [correction], flag, message, single_object=True)

"""Publish a correction together with the corrected text or figure."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Article
from articles.publishing import snapshots
from comments.models import Comment
from comments.writing import moderation
from core.validators import validate_printable
from corrections.differences import changed_sentences, trimmed
from corrections.models import Correction

MOST_OF_A_REASON = 200


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
) -> Correction:
    """Publish a revision (by default the newest) and record what it corrects.

    Raises ValidationError if nothing differs, the article was never published or `comment` is not
    of `version_read` any more. The text may stay unchanged if only a figure was wrong or the
    article is retracted.
    """
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(of=("self",)))
    if not article.is_published:
        raise ValidationError(_("Only what readers can see is corrected: publish it first."))
    _check_comment(article, comment)
    before_number, before = article.live_number, snapshots.of(article)
    revision = revision or publishing.newest_revision(article)
    if revision is None or revision.number != before_number:
        revision = publishing.publish(article, by=by, revision=revision)
    changes = changed_sentences(before, snapshots.of(article))
    if not changes and not (fact_before or fact_after) and kind != Correction.Kind.RETRACTION:
        raise ValidationError(
            _("Nothing that readers see has changed in the text: there is nothing to correct."),
            code="unchanged",
        )
    correction = Correction(
        article=article,
        before_number=before_number or revision.number,
        after_number=revision.number,
        kind=kind,
        note=note.strip(),
        changes=trimmed(changes),
        change_count=len(changes),
        fact_before=fact_before,
        fact_after=fact_after,
        comment=comment,
        reported_at=comment and comment.created_at,
        credit=credit.strip(),
        by=by,
    )
    correction.full_clean()
    correction.save()
    _log(correction, by, ADDITION, str(correction))
    if comment:
        accepted = Comment.Course.ACCEPTED
        moderation.set_course(
            comment, accepted, outcome=correction.note, by=by, version=version_read
        )
    return correction


def _check_comment(article, comment):
    if comment is None:
        return
    is_of_it = comment.discussion.article_id == article.pk
    if not is_of_it or comment.kind != Comment.Kind.CORRECTION:
        raise ValidationError(_("This comment proposes no correction of this article."))


@transaction.atomic
def redact(correction, index: int, *, reason: str, by) -> Correction:
    """Redact one change; readers see that, and why, it was redacted."""
    row = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    reason = reason.strip()
    validate_printable(reason)
    if not 0 < len(reason) <= MOST_OF_A_REASON:
        raise ValidationError(
            _("Say why, in %(most)d characters at most: readers see it.")
            % {"most": MOST_OF_A_REASON}
        )
    if not 0 <= index < len(row.changes):
        raise ValidationError(_("There is no such change."))
    others = [one for one in row.redactions if one["index"] != index]
    row.redactions = [*others, {"index": index, "reason": reason}]
    row.save(update_fields=["redactions"])
    _log(row, by, CHANGE, _("Blacked out: %(reason)s") % {"reason": reason})
    return row


def _log(correction, by, flag, message):
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [correction], flag, message, single_object=True)

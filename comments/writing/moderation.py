"""What moderators do with a comment. Every function is one transaction and writes a log entry."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.mail import notices
from comments.models import Ban, Comment, Decision, Discussion, Notice
from comments.writing.reactions import settle_reports

State, Course = Comment.State, Comment.Course
RESOLVED = {Course.ACCEPTED, Course.UNCHANGED}
OF_AN_EDIT = "body", "body_html", "link_count", "edited_at", "held_body", "held_at"


class Changed(ValidationError):
    """The comment does not say any more what the moderator has read."""

    def __init__(self):
        super().__init__(_("Its author changed it after you had read it. Read it once more."))


def version_read(data, comment) -> str | None:
    """The version that a form was made of (`comments/_version.html`), from what it sent."""
    return data.get(f"version-{comment.pk}")


def approve(comment, *, by, reason="", note="", version=None) -> Decision | None:
    return change_state(comment, State.PUBLISHED, by=by, version=version)


def reject(comment, *, by, reason="", note="", version=None) -> Decision | None:
    """A confirmed author is mailed the reason and the moderator's note."""
    return change_state(comment, State.REJECTED, by=by, reason=reason, note=note, version=version)


def mark_spam(comment, *, by, reason="", note="", version=None) -> Decision | None:
    """A verdict with a reason of its own, told to a confirmed author as any other."""
    reason = reason or Decision.Reason.ADVERTISING
    return change_state(comment, State.SPAM, by=by, reason=reason, note=note, version=version)


def remove(comment, *, by, reason="", note="", version=None) -> Decision | None:
    return change_state(comment, State.REMOVED, by=by, reason=reason, note=note, version=version)


@transaction.atomic
def change_state(
    comment, state, *, by, reason="", note="", version=None, notify=True
) -> Decision | None:
    """Return None if nothing changes: it is in that state already, or its author withdrew it.

    `notify`: its author is mailed. Where a change of a published comment waits, publishing and
    rejecting are about the change: the comment itself stays. Raises `Changed` unless its text still
    is `version`, by default the one of `comment`.
    """
    before = _lock(comment, version or comment.version)
    is_read = state != State.PUBLISHED or before.was_read
    is_seen = is_read and not before.reason and not before.report_count
    if before.state == State.WITHDRAWN or (before.state == state and is_seen):
        return None
    decision = Decision(
        comment=before,
        before=before.state,
        after=state,
        held_for=before.reason,
        reason=reason,
        note=note.strip(),
        by=by,
    )
    is_edit = before.has_held_edit and state in (State.PUBLISHED, State.REJECTED)
    if is_edit:
        decision.edit = before.held_body
    decision.full_clean(exclude=["comment", "by"])
    decision.save()
    if is_edit:
        _settle_edit(comment, before, decision)
    else:
        _save_state(comment, before, state, by)
    comment.report_count = before.report_count
    settle_reports(comment)
    log(comment, by, CHANGE, str(decision))
    if comment.is_published and not is_edit:
        notices.notify_of_reply(comment)
    if notify:
        _notify_author(comment, before.state, decision)
    return decision


def refused_edit_of(comment) -> Decision | None:
    """The decision by which the comment stays as it was, until its author changes it anew."""
    decision = comment.decisions.filter(undone_at=None).first()
    if decision is None or not decision.edit or not decision.is_current or comment.held_body:
        return None
    return decision if decision.after == State.REJECTED else None


def _settle_edit(comment, before, decision):
    if decision.after == State.PUBLISHED:
        before.replace_body(decision.edit, decision.made_at)
    before.drop_edit()
    before.reason = Comment.Reason.NONE
    _save_edit(comment, before, decision.by)


def _hold_edit_again(comment, before, decision, by):
    """Let the change wait as it did before the decision, if no newer one does."""
    if decision.after == State.PUBLISHED:
        former = before.revisions.get(replaced_at=decision.made_at)
        before.body = former.body
        before.derive()
        former.delete()
    if not before.held_body:
        before.hold_edit(decision.edit, decision.held_for)
    _save_edit(comment, before, by)


def _save_edit(comment, before, by):
    before.moderated_by = by
    fields = *OF_AN_EDIT, "reason", "moderated_by", "saved_at"
    before.save(update_fields=fields)
    for name in fields:
        setattr(comment, name, getattr(before, name))


@transaction.atomic
def undo(comment, *, by, reason="", note="", version=None) -> bool:
    """Revert the latest decision; the author is not mailed again."""
    before = _lock(comment)
    decision = before.decisions.filter(undone_at=None).first()
    if decision is None or not decision.is_current:
        return False
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    if decision.edit:
        _hold_edit_again(comment, before, decision, by)
    else:
        _save_state(comment, before, decision.before, by, reason=decision.held_for)
    log(comment, by, CHANGE, _("Undone: %s") % decision)
    return True


def _save_state(comment, before, state, by, reason=""):
    comment.state, comment.moderated_by, comment.reason = state, by, reason
    comment.published_at = before.published_at
    if state == State.PUBLISHED:
        comment.published_at = before.published_at or timezone.now()
        if before.held_body:
            comment.reason = reason or Comment.Reason.EDITED
    fields = ["state", "moderated_by", "reason", "published_at", "saved_at"]
    comment.save(update_fields=fields)


def _notify_author(comment, before, decision):
    if decision.edit:
        notices.notify_author(comment, Notice.Kind.EDIT, f"edit {decision.pk}")
    elif comment.is_published and before != State.PUBLISHED:
        notices.notify_author(comment, Notice.Kind.PUBLISHED)
    elif comment.state in Comment.TAKEN_DOWN:
        notices.notify_author(comment, Notice.Kind.REJECTED)


@transaction.atomic
def set_course(comment, course, *, outcome="", by, version=None):
    """Set the progress of a correction: open, being checked, accepted or not changed.

    An answer is shown to everyone: it publishes a correction that is still pending. Raises
    `Changed` as `change_state`.
    """
    if comment.kind != Comment.Kind.CORRECTION:
        raise ValueError("only a correction has a course")
    before = _lock(comment, version or comment.version)
    if course in RESOLVED and before.state == State.PENDING:
        # The author gets one mail, about the outcome.
        change_state(comment, State.PUBLISHED, by=by, version=version, notify=False)
    comment.course, comment.outcome = Course(course), outcome
    comment.resolved_at = (before.resolved_at or timezone.now()) if course in RESOLVED else None
    comment.save(update_fields=["course", "outcome", "resolved_at", "saved_at"])
    log(comment, by, CHANGE, comment.get_course_display())
    if before.course != course:
        notices.notify_author(comment, Notice.Kind.COURSE, about=str(comment.course))


@transaction.atomic
def set_answered(comment, is_answered: bool, *, by):
    """Mark a question as answered or not."""
    if comment.kind != Comment.Kind.QUESTION:
        raise ValueError("only a question is answered")
    _mark(comment, "answered_at", is_answered, by, _("Answered"), _("Not answered"))


def set_picked(comment, is_picked: bool, *, by):
    _mark(comment, "picked_at", is_picked, by, _("Editors’ pick"), _("No editors’ pick"))


@transaction.atomic
def set_pinned(comment, is_pinned: bool, *, by):
    """Pin one thread of a page to the top, unpinning any other."""
    if is_pinned and comment.thread_id:
        raise ValidationError(_("Only a comment of the first level can be pinned."))
    if is_pinned:
        Discussion.objects.select_for_update().get(pk=comment.discussion_id)
        pinned = Comment.objects.filter(discussion=comment.discussion_id, thread=None)
        pinned.exclude(pk=comment.pk).exclude(pinned_at=None).update(pinned_at=None)
    _mark(comment, "pinned_at", is_pinned, by, _("Pinned"), _("Not pinned"))


@transaction.atomic
def _mark(comment, name, is_set, by, words, words_off):
    former = getattr(_lock(comment), name)
    setattr(comment, name, (former or timezone.now()) if is_set else None)
    comment.save(update_fields=[name, "saved_at"])
    log(comment, by, CHANGE, words if is_set else words_off)


def reply(comment, body, *, by, version=None) -> Comment:
    """Publish a staff reply, and with it the comment that it answers. Raises `Changed`."""
    answer = Comment(
        discussion=comment.discussion,
        thread_id=comment.thread_id or comment.pk,
        in_reply_to=comment,
        name=by.desk_name[:60],
        staff=by,
        is_by_author=_is_author(by, comment.discussion),
        moderated_by=by,
        body=body,
        state=State.PUBLISHED,
        published_at=timezone.now(),
    )
    answer.derive()
    with transaction.atomic():
        answer.save()
        # The desk has read what it writes, also when whoever wrote it has left.
        answer.decisions.create(before=State.PENDING, after=State.PUBLISHED, by=by)
        # A change that waits is another matter.
        if not comment.has_held_edit:
            approve(comment, by=by, version=version)
        if comment.kind == Comment.Kind.QUESTION and comment.answered_at is None:
            set_answered(comment, True, by=by)
        log(answer, by, ADDITION, _("Reply to %s") % comment)
        notices.notify_of_reply(answer)
    return answer


def _is_author(user, discussion) -> bool:
    article = discussion.article
    return article is not None and article.bylines.filter(author__user=user).exists()


@transaction.atomic
def ban(comment, *, by, what: str, until=None, reason: str) -> Ban:
    """Ban the `what` ("email" or "subnet") of a comment. Raises ValidationError."""
    value = getattr(comment, what)
    if not value:
        raise ValidationError(_("This comment does not say where it came from."))
    row = Ban(by=by, until=until, reason=reason, **{what: value})
    row.full_clean()
    row.save()
    notices.notify_author(comment, Notice.Kind.BANNED, f"ban {row.pk}")
    log(comment, by, CHANGE, _("Banned, see %s") % row)
    return row


def _lock(comment, version=None) -> Comment:
    found = Comment.objects.select_for_update(of=("self",))
    found = found.select_related("commenter", "discussion").get(pk=comment.pk)
    if version and version != found.version:
        raise Changed
    return found


def log(comment, by, flag, message):
    """The log outlives what is erased: nothing of what people write goes into `message`."""
    LogEntry.objects.log_actions(by.pk, [comment], flag, message, single_object=True)


VERBS = {
    "approve": approve,
    "reject": reject,
    "spam": mark_spam,
    "remove": remove,
    "undo": undo,
}
# The author is told why.
NEED_A_REASON = {"reject", "remove"}

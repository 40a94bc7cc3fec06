"""What the desk does with a comment. Every verb is one transaction and leaves a log entry."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment

RESOLVED = {Comment.Course.ACCEPTED, Comment.Course.UNCHANGED}


def approve(comment, *, by):
    move(comment, Comment.State.PUBLISHED, by=by)


def reject(comment, *, by):
    move(comment, Comment.State.REJECTED, by=by)


def mark_spam(comment, *, by):
    move(comment, Comment.State.SPAM, by=by)


def remove(comment, *, by):
    move(comment, Comment.State.REMOVED, by=by)


@transaction.atomic
def move(comment, state, *, by):
    before = Comment.objects.select_for_update().get(pk=comment.pk)
    if before.state == state:
        return
    comment.state, comment.moderated_by = state, by
    comment.published_at = before.published_at
    if state == Comment.State.PUBLISHED:
        comment.published_at = before.published_at or timezone.now()
    comment.save(update_fields=["state", "moderated_by", "published_at", "saved_at"])
    log(comment, by, CHANGE, f"{before.get_state_display()} → {comment.get_state_display()}")


@transaction.atomic
def set_course(comment, course, *, outcome="", by):
    """Move a correction along its course: open, being checked, accepted or not changed."""
    if comment.kind != Comment.Kind.CORRECTION:
        raise ValueError("only a correction has a course")
    comment.course, comment.outcome = Comment.Course(course), outcome
    was_resolved = Comment.objects.select_for_update().get(pk=comment.pk).resolved_at
    comment.resolved_at = (was_resolved or timezone.now()) if course in RESOLVED else None
    comment.save(update_fields=["course", "outcome", "resolved_at", "saved_at"])
    log(comment, by, CHANGE, f"{comment.get_course_display()}: {outcome}".strip(": "))


def reply(comment, body, *, by) -> Comment:
    """The desk answers in public. What it answers is published with it."""
    answer = Comment(
        discussion=comment.discussion,
        thread_id=comment.thread_id or comment.pk,
        in_reply_to=comment,
        name=(by.get_full_name() or by.get_username())[:60],
        staff=by,
        body=body,
        state=Comment.State.PUBLISHED,
        published_at=timezone.now(),
    )
    answer.derive()
    with transaction.atomic():
        approve(comment, by=by)
        answer.save()
        log(answer, by, ADDITION, _("Reply to %(name)s") % {"name": comment.name})
    return answer


def log(comment, by, flag, message):
    LogEntry.objects.log_actions(by.pk, [comment], flag, message, single_object=True)

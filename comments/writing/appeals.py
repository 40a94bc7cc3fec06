"""Appeals against decisions and bans: whoever decided does not decide on them."""

from datetime import timedelta

from django.contrib.admin.models import CHANGE
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.mail import notices
from comments.models import Appeal, Comment, Decision, Notice
from comments.writing.moderation import change_state, log, refused_edit_of, undo

Outcome = Appeal.Outcome


def decision_on(comment) -> Decision | None:
    """What its author may appeal against: it keeps the comment, or a change of it, off the page."""
    if comment.state not in Comment.TAKEN_DOWN:
        return refused_edit_of(comment)
    standing = comment.decisions.filter(undone_at=None).select_related("appeal")
    decision = standing.first()
    return decision if decision and decision.after == comment.state else None


def appeal_of(against) -> Appeal | None:
    return getattr(against, "appeal", None)


def appeal(text, **against) -> tuple[Appeal, bool]:
    """Against a `decision` or a `ban`, of which each has one; and whether these are its words.

    They are not where somebody was earlier: all of a banned network have the same link.
    """
    made, is_new = Appeal.objects.get_or_create(**against, defaults={"text": text})
    return made, is_new or made.text == text


def may_decide(appeal, user) -> bool:
    """Whether the user had no part in it. Where nobody else moderates, one's second look counts."""
    others = notices.moderators().exclude(pk=appeal.against.by_id)
    return appeal.is_open and (user.pk != appeal.against.by_id or not others.exists())


@transaction.atomic
def decide(appeal, outcome, answer, *, by) -> Appeal:
    """Raises ValidationError: it was decided meanwhile, or is not this moderator's to decide."""
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
    if not may_decide(appeal, by):
        raise ValidationError(_("Somebody has decided already, or somebody else has to."))
    appeal.outcome, appeal.answer = Outcome(outcome), answer
    appeal.decided_by, appeal.decided_at = by, timezone.now()
    appeal.save()
    if appeal.outcome == Outcome.REVERSED:
        _take_back(appeal, by)
    log(appeal, by, CHANGE, appeal.get_outcome_display())
    if appeal.decision:
        notices.notify_author(appeal.decision.comment, Notice.Kind.APPEAL, f"appeal {appeal.pk}")
    return appeal


def _take_back(appeal, by):
    if appeal.ban:
        appeal.ban.until = timezone.localdate() - timedelta(days=1)
        appeal.ban.save()
        return
    decision = appeal.decision
    comment = decision.comment
    stands = decision_on(comment) == decision
    if stands and decision.edit:
        # The change waits once more, to be published as any other.
        undo(comment, by=by)
    else:
        # It counts against its author no more.
        decision.undone_at = timezone.now()
        decision.save(update_fields=["undone_at"])
    if stands:
        change_state(comment, Comment.State.PUBLISHED, by=by, notify=False)

"""What moderators do to many comments at once: tasks do it, one comment at a time."""

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_tasks import task

from comments.models import Comment
from comments.writing import moderation
from core.taskqueue.batches import perform
from core.taskqueue.models import Batch


def versions_read(data) -> dict[str, str]:
    """What the moderator had before their eyes: the versions of the list's page, by id."""
    names = (name for name in data if name.startswith("version-"))
    return {name.removeprefix("version-"): data[name] for name in names}


def start(title, comments, verb: str, read, *, by, **how) -> Batch:
    """`verb` is a key of `moderation.VERBS`; `how` its reason and note."""
    items = ((one.pk, one) for one in comments.only("kind", "public_id"))
    asked = {"at": timezone.now().isoformat(), "read": read, "how": how}
    return Batch.start(title, items, decide_each, verb, by.pk, asked, by=by.get_username())


@task(queue_name="slow")
def decide_each(batch_pk, pks, verb, user_pk, asked):
    user = get_user_model().objects.filter(pk=user_pk, is_active=True).first()
    may_moderate = user is not None and user.has_perm("comments.moderate_comment")

    def decide(pk):
        if not may_moderate:
            raise ValidationError(_("Whoever asked for it may not moderate any more."))
        comment = _unchanged_since(pk, asked["at"])
        read = asked["read"].get(str(pk))
        moderation.VERBS[verb](comment, by=user, version=read, **asked["how"])

    perform(batch_pk, pks, decide)


def _unchanged_since(pk, moment) -> Comment:
    comment = Comment.objects.select_related("discussion").filter(pk=pk).first()
    if comment is None:
        raise ValidationError(_("It was deleted meanwhile."))
    changed_at = [at for at in (comment.edited_at, comment.held_at) if at]
    if any(at > parse_datetime(moment) for at in changed_at):
        raise moderation.Changed
    return comment

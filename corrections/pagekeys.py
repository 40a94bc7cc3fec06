"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from django.db.models.signals import post_save, pre_delete

from comments.models import Comment
from core.pagestore.keys import declare
from core.pagestore.tracking import on_no_page, track
from corrections.models import Correction, CorrectionNotes, ProfileChange
from corrections.proposals.inbox import SHOWN


def keys_of_correction(correction):
    name = "article" if correction.article_id else "company"
    return (f"{name}:{correction.article_id or correction.company_id}", "corrections")


def forget_name(sender, instance, **kwargs):
    for correction in instance.corrections.exclude(credit=""):
        correction.drop_credit()


def follow_comment(sender, instance, created, raw=False, **kwargs):
    """Remove the credit when its comment is withdrawn, erased or taken down."""
    is_correction = instance.kind == Comment.Kind.CORRECTION
    if is_correction and not (created or raw) and instance.state not in SHOWN:
        forget_name(sender, instance)


def connect():
    declare("corrections")
    track(Correction, keys_of_correction)
    track(ProfileChange, lambda change: (f"company:{change.company_id}",))
    pre_delete.connect(forget_name, Comment, dispatch_uid="corrections.forget_name")
    post_save.connect(follow_comment, Comment, dispatch_uid="corrections.follow_comment")
    # Written along with a Correction.
    on_no_page(CorrectionNotes)

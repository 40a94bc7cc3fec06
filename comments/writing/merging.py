"""What of this room follows a company into the profile that it was merged into."""

from comments.models import Comment, Discussion


def follow(merge):
    """Its discussion, or what was said in it where the other profile has one.

    It stays closed where either was, and is moderated as the other profile's was, if that said how.
    """
    former = Discussion.objects.filter(company=merge.former).first()
    if former is None:
        return
    into = Discussion.objects.filter(company=merge.into).first()
    if into is None:
        former.company = merge.into
        former.save()
        return
    said = Comment.objects.filter(discussion=former)
    if into.comments.exclude(pinned_at=None).exists():
        # A page has one pinned thread.
        said.update(pinned_at=None)
    said.update(discussion=into)
    if not former.is_open:
        into.is_open = False
    into.mode = into.mode or former.mode
    into.save()
    former.delete()

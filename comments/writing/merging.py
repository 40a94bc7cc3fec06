"""What of this room follows a company into the profile that it was merged into."""

from comments.models import Comment, Discussion


def follow(merge):
    """Its discussion, or what was said in it where the other profile has one."""
    former = Discussion.objects.filter(company=merge.former).first()
    if former is None:
        return
    into = Discussion.objects.filter(company=merge.into).first()
    if into is None:
        former.company = merge.into
        former.save()
        return
    Comment.objects.filter(discussion=former).update(discussion=into)
    former.delete()

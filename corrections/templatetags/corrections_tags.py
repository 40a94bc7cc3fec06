from django import template

from corrections.inbox import ProposedCorrection, requested_comment, with_passages

register = template.Library()


@register.simple_tag
def asked_correction(request, article) -> ProposedCorrection | None:
    """The proposed correction for which an article's form was opened."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    comment = requested_comment(request, article)
    return with_passages([comment])[0] if comment else None

from django import template

from corrections.inbox import Asked, asked_of, with_places

register = template.Library()


@register.simple_tag
def asked_correction(request, article) -> Asked | None:
    """The proposed correction for which an article's form was opened."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    comment = asked_of(request, article)
    return with_places([comment])[0] if comment else None

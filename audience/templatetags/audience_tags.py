from django import template

from audience.models import Audience
from audience.words import hearts_label, views_label

register = template.Library()


@register.inclusion_tag("audience/_views_and_hearts.html")
def views_and_hearts(article):
    """The article's counts and its heart button; nothing in it is the visitor's own."""
    # An article nobody has opened has no row yet.
    audience = getattr(article, "audience", None) or Audience(article=article)
    return {
        "article": article,
        "views": views_label(audience.views),
        "hearts": hearts_label(audience.hearts),
    }

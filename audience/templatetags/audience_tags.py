from django import template

from audience.labels import hearts_label, views_label
from audience.models import Audience

register = template.Library()


@register.inclusion_tag("audience/_views_and_hearts.html")
def views_and_hearts(article):
    """The article's counters and heart button, the same for every visitor."""
    # An article without views has no row yet.
    audience = getattr(article, "audience", None) or Audience(article=article)
    return {
        "pk": article.pk,
        "views": views_label(audience.views),
        "hearts": hearts_label(audience.hearts),
    }

from django import template
from django.template.loader import render_to_string

from audience.labels import hearts_label, views_label
from audience.models import Audience
from core.fragments import memoized_html

MAX_COUNTS = 500

register = template.Library()


@register.simple_tag
def views_and_hearts(article):
    """The article's counters and heart button, the same for every visitor."""
    # An article without views has no row yet.
    audience = getattr(article, "audience", None) or Audience(article=article)
    return counts_html(article.pk, audience.views, audience.hearts)


@memoized_html(MAX_COUNTS)
def counts_html(pk, views, hearts) -> str:
    context = {"pk": pk, "views": views_label(views), "hearts": hearts_label(hearts)}
    return render_to_string("audience/_views_and_hearts.html", context)

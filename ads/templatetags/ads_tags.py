from django import template

from ads.choosing import ChosenAds
from ads.pagekeys import TURNS
from core.pagestore import made_of

register = template.Library()


@register.simple_tag(takes_context=True)
def ad(context, placement, article):
    """The labelled ad of a placement, "above" or "below"; nothing at all when none runs."""
    # Both placements of a page are chosen at once.
    if "ads" not in context.render_context:
        context.render_context["ads"] = ChosenAds(article.section_id)
    chosen = context.render_context["ads"]
    if chosen.takes_turns:
        made_of(context["request"], TURNS)
    return chosen.html(placement, article.language)

from django import template

from ads.choosing import ad_html, ads_for, take_turns
from ads.pagekeys import TURNS
from core.pagestore import made_of

register = template.Library()


@register.simple_tag(takes_context=True)
def ad(context, placement, article):
    """The labelled ad of a placement, "above" or "below"; nothing at all when none runs."""
    if take_turns(article):
        made_of(context["request"], TURNS)
    return ad_html(ads_for(article)[placement])

from django import template

from ads.choosing import RunningAds
from ads.pagekeys import ADS, TURNS
from core.pagestore import made_of, page_part

register = template.Library()


@register.simple_tag(takes_context=True)
def ad(context, placement, article):
    """The labelled ad of a placement, "above" or "below"; nothing at all when none runs."""
    request = context.get("request")
    # Both placements of a page are chosen from the same ads.
    if "ads" not in context.render_context:
        context.render_context["ads"] = running_ads(request, article.section_id, article.language)
    running = context.render_context["ads"]
    if running.takes_turns:
        made_of(request, TURNS)
    return running.choose(placement)


def running_ads(request, section, language) -> RunningAds:
    name = "ads", section, language
    return page_part(request, name, lambda: (RunningAds(section, language), [ADS]))

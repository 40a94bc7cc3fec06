from django import template

from ads.choosing import ads_for

register = template.Library()


@register.inclusion_tag("ads/_ad.html")
def ad(placement, article):
    """The labelled ad of a placement, "above" or "below"; nothing at all when none runs."""
    return {"ad": ads_for(article)[placement]}

from django import template
from django.template.base import token_kwargs
from django.utils.formats import date_format

from core.fragments.memoized import kept
from core.fragments.uncached import PLACES, mark

register = template.Library()


@register.tag
def live(parser, token):
    """What is made for every answer, in a page that is otherwise kept. See core.fragments."""
    nodes = parser.parse(["endlive"])
    parser.delete_first_token()
    return LiveNode(nodes)


class LiveNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        places = context.get(PLACES)
        if places is None:
            return self.nodelist.render(context)
        places.append(self.nodelist)
        return mark(len(places) - 1)


@register.tag(name="kept")
def kept_block(parser, token):
    """`{% kept name=site_name %}…{% endkept %}`: made once for each of the values it names.

    Nothing else of the page is known within. For what stands on pages of many rows.
    """
    names = token_kwargs(token.split_contents()[1:], parser)
    nodes = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodes, names)


class KeptNode(template.Node):
    def __init__(self, nodelist, names):
        self.nodelist, self.names = nodelist, names

    def render(self, context):
        return _kept_html(self, *(value.resolve(context) for value in self.names.values()))


@kept(2000, for_all=True)
def _kept_html(node, *values):
    own = template.Template("")
    context = template.Context(dict(zip(node.names, values, strict=True)))
    with context.bind_template(own), context.render_context.push_state(own):
        return node.nodelist.render(context)


@register.filter(expects_localtime=True)
def day(value, style="DATE_FORMAT"):
    """As Django's `date`, for formats of nothing smaller than a day: pages say few days often."""
    return _day(value.date(), style) if value else ""


@kept(20_000, for_all=True)
def _day(date, style):
    return date_format(date, style)


@register.filter(expects_localtime=True)
def moment(value):
    """For machines."""
    return value.strftime("%Y-%m-%dT%H:%M:%S%z") if value else ""

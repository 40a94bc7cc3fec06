from django import template
from django.conf import settings
from django.template.base import token_kwargs
from django.utils.formats import date_format

from core import prose
from core.fragments import memoized_html
from core.fragments.uncached import PLACES, placeholder
from core.text import languages

register = template.Library()


@register.tag
def uncached(parser, token):
    """`{% uncached %}…{% enduncached %}`: rendered for every response. See core.fragments."""
    nodes = parser.parse(["enduncached"])
    parser.delete_first_token()
    return UncachedNode(nodes)


class UncachedNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        places = context.get(PLACES)
        if places is None:
            return self.nodelist.render(context)
        places.append(self.nodelist)
        return placeholder(len(places) - 1)


@register.tag
def memoized(parser, token):
    """`{% memoized name=site_name %}…{% endmemoized %}`: rendered once for each set of values.

    Only the named values are available inside. For HTML that appears on many pages.
    """
    names = token_kwargs(token.split_contents()[1:], parser)
    nodes = parser.parse(["endmemoized"])
    parser.delete_first_token()
    return MemoizedNode(nodes, names)


class MemoizedNode(template.Node):
    def __init__(self, nodelist, names):
        self.nodelist, self.names = nodelist, names

    def render(self, context):
        return _memoized_block(self, *(value.resolve(context) for value in self.names.values()))


@memoized_html(2000, shared=True)
def _memoized_block(node, *values):
    own = template.Template("")
    context = template.Context(dict(zip(node.names, values, strict=True)))
    with context.bind_template(own), context.render_context.push_state(own):
        return node.nodelist.render(context)


@register.filter(expects_localtime=True)
def day(value, style="DATE_FORMAT"):
    """Django's `date`, memoized, for formats of nothing smaller than a day."""
    return _day(value.date(), style) if value else ""


@memoized_html(20_000, shared=True)
def _day(date, style):
    return date_format(date, style)


@register.simple_tag
def id_beside(slug, *html):
    return prose.id_beside("".join(html), slug)


@register.simple_tag
def site_name():
    """For pages that are made without a context."""
    return settings.SITE_NAME


@register.filter(expects_localtime=True)
def moment(value):
    """ISO 8601, for `datetime` attributes."""
    return value.strftime("%Y-%m-%dT%H:%M:%S%z") if value else ""


# `<h2{% written_in article.language %}>`, and `<p{% ours_within article.language %}>` inside.
register.simple_tag(languages.written_in)
register.simple_tag(languages.ours_within)
# `{{ company.name|isolated }}`
register.filter(languages.isolated)
# `<html{% spoken LANGUAGE_CODE %}>`
register.simple_tag(languages.spoken)
# `{% language article.language|language_of_figures %}`, around figures; `{{ metric|by_us }}` in it.
register.filter(languages.language_of_figures)
register.filter(languages.by_us)

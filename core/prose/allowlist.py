"""The allow-lists: the last word on what prose may put on a page."""

from html import unescape

import nh3

_SCHEMES = {"http", "https", "mailto"}
_COMMENT_TAGS = {
    *("p", "br", "em", "strong", "code", "pre", "div", "blockquote", "ul", "ol", "li", "a"),
}
_COMMENT_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "div": {"class"},
    "ol": {"start"},
    "pre": {"tabindex"},
}
_INLINE_ATTRIBUTES = {
    "a": {"href", "class", "id", "title", "aria-label"},
    "data": {"value", "class"},
    "span": {"class"},
    "sup": {"class"},
    "time": {"datetime"},
}
# What an author may write as HTML (`core.prose.html`), and lists beyond Markdown's first ones.
_WRITTEN_ATTRIBUTES = {
    "abbr": {"title"},
    "details": {"open"},
    "input": {"aria-label", "checked", "disabled"},
}
_ARTICLE_TAGS = _COMMENT_TAGS | {
    *("h2", "h3", "h4", "h5", "h6", "hr", "s", "img", "figure", "figcaption"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("del", "ins", "kbd", "mark", "sub", "summary", "dl", "dt", "dd"),
    *(_INLINE_ATTRIBUTES | _WRITTEN_ATTRIBUTES),
}
_ARTICLE_ATTRIBUTES = (
    _COMMENT_ATTRIBUTES
    | _INLINE_ATTRIBUTES
    | {"a": _INLINE_ATTRIBUTES["a"] | {"data-player"}}
    | _WRITTEN_ATTRIBUTES
    | {heading: {"id"} for heading in ("h2", "h3", "h4", "h5", "h6")}
    | {
        "div": {"class", "tabindex", "role", "aria-label"},
        "img": {"src", "alt", "width", "height", "loading"},
        "li": {"class", "id"},
        "ul": {"class"},
        "td": {"class"},
        "th": {"class", "scope"},
    }
)


def _cleaner(tags, attributes, link_rel=None, **options):
    return nh3.Cleaner(
        tags=set(tags), attributes=attributes, url_schemes=_SCHEMES, link_rel=link_rel, **options
    ).clean


clean_article = _cleaner(
    _ARTICLE_TAGS, _ARTICLE_ATTRIBUTES, tag_attribute_values={"input": {"type": {"checkbox"}}}
)
clean_comment = _cleaner(_COMMENT_TAGS, _COMMENT_ATTRIBUTES, "ugc nofollow noopener")
# What a resolver answers: cleaned by itself first, so that an open tag cannot swallow the text.
clean_inline = _cleaner(_INLINE_ATTRIBUTES, _INLINE_ATTRIBUTES)
# A reference number set high is not part of the sentence.
_strip = _cleaner((), {}, clean_content_tags={"sup", "script", "style"})


def strip_tags(html: str) -> str:
    return unescape(_strip(html))

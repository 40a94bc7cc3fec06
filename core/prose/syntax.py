"""Which Markdown is read, and how its tokens become HTML.

Every rule here keeps the time of a parse in proportion to the text: the ones of markdown-it that
do not are bounded or left out.
"""

from functools import cache

from django.utils.html import escape
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref
from pygments import highlight
from pygments.filter import simplefilter
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import STANDARD_TYPES, Text

from . import html
from .addresses import SCHEMES, is_allowed, normalize
from .bare import bare_address
from .document import caption_of, settle_inlines

__all__ = ["SCHEMES", "article_markdown", "comment_markdown"]

MAX_NESTING = 20
MAX_FOOTNOTE_LABEL = 100
# Some lexers (C#, Java) take time by the square of a hostile block's length, so a text's blocks
# are coloured while the sum of their squared lengths stays under this: one of 7,000 characters or
# a hundred of 700. Short ones count as 200, for what each costs to begin.
HIGHLIGHT_BUDGET = 50_000_000
LEAST_BLOCK = 200

# Most of a page's code is names, operators and brackets: what has no colour needs no element.
UNCOLOURED = set("esc g ges n ni nn nv nx o p pm py vc vg vi vm w x".split())

_FORMATTER = HtmlFormatter(nowrap=True)


def article_markdown() -> MarkdownIt:
    """Its tokens still have to be settled (`core.prose.document`), for each use of a text."""
    options = {"html": False, "xhtmlOut": False, "tasklists": True, "maxNesting": MAX_NESTING}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False).use(deflist_plugin)
    markdown.inline.ruler.at("footnote_ref", _footnote_ref)
    _read_html(markdown)
    markdown = _with_ours(markdown)
    for name, rule in _ARTICLE_RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


def comment_markdown() -> MarkdownIt:
    options = {"html": False, "xhtmlOut": False, "breaks": True, "maxNesting": MAX_NESTING}
    markdown = MarkdownIt("zero", options).enable(
        [
            *("blockquote", "fence", "list", "newline", "escape", "backticks", "emphasis", "link"),
            *("autolink", "entity", "balance_pairs", "fragments_join", "text_join"),
        ]
    )
    markdown = _with_ours(markdown)
    markdown.core.ruler.push("settle_inlines", settle_inlines)
    markdown.add_render_rule("fence", _plain_fence)
    return markdown


def _read_html(markdown) -> None:
    also_ends = {"alt": ["paragraph", "reference", "blockquote"]}
    markdown.block.ruler.at("html_block", html.html_block, also_ends)
    markdown.inline.ruler.at("html_inline", html.html_inline)
    markdown.core.ruler.after("block", "pair_blocks", html.pair_blocks)
    markdown.core.ruler.after("inline", "pair_inlines", html.pair_inlines)


def _with_ours(markdown: MarkdownIt) -> MarkdownIt:
    markdown.validateLink = is_allowed
    markdown.normalizeLink = normalize
    markdown.inline.ruler.push("bare_address", bare_address)
    markdown.add_render_rule("resolved", lambda self, tokens, idx, *_: tokens[idx].content)
    markdown.add_render_rule("shown", lambda self, tokens, idx, *_: escape(tokens[idx].content))
    return markdown


def _footnote_ref(state, silent: bool) -> bool:
    # The plugin looks for the bracket's end up to the end of the text, from every `[^`.
    if state.src.find("]", state.pos, state.pos + MAX_FOOTNOTE_LABEL) < 0:
        return False
    return footnote_ref(state, silent)


@cache
def _lexer_names() -> dict[str, str]:
    # Asking Pygments for a name it does not know searches every lexer and plug-in there is.
    return {
        alias.lower(): aliases[0]
        for _, aliases, _, _ in get_all_lexers(plugins=False)
        for alias in aliases
    }


def _language(info: str) -> str:
    """As it was written: the first word that follows the fence."""
    words = info.split(maxsplit=1)
    return words[0] if words else ""


@simplefilter
def _without_uncoloured(self, lexer, stream, options):
    for kind, value in stream:
        yield (Text if STANDARD_TYPES.get(kind) in UNCOLOURED else kind), value


def _coloured(code: str, language: str, env: dict) -> str:
    name = _lexer_names().get(language.lower())
    left = env.setdefault("highlight_left", HIGHLIGHT_BUDGET) - max(len(code), LEAST_BLOCK) ** 2
    if not name or left < 0:
        return escape(code)
    env["highlight_left"] = left
    try:
        lexer = get_lexer_by_name(name, stripnl=False)
        lexer.add_filter(_without_uncoloured())
        return highlight(code, lexer, _FORMATTER)
    except Exception:  # a lexer is a grammar by anyone: colour is not worth a page
        return escape(code)


def _block(code: str, language: str = "") -> str:
    attribute = f' class="language-{escape(language)}"' if language else ""
    return f'<div class="highlight"><pre tabindex="0"><code{attribute}>{code}</code></pre></div>\n'


def _fence(self, tokens, idx, options, env) -> str:
    language = _language(tokens[idx].info)
    return _block(_coloured(tokens[idx].content, language, env), language)


def _plain_fence(self, tokens, idx, options, env) -> str:
    return _block(escape(tokens[idx].content))


def _list_item(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    opening = self.renderToken(tokens, idx, options, env)
    if "checked" not in token.meta:
        return opening
    is_done = token.meta["checked"]
    label = escape(gettext("done") if is_done else gettext("to do"))
    checked = " checked" if is_done else ""
    return f'{opening}<input type="checkbox" disabled{checked} aria-label="{label}"> '


def _image(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    src, size = str(token.attrs["src"]), token.meta.get("size")
    room = f' width="{size[0]}" height="{size[1]}"' if size else ""
    alt = escape(token.meta.get("alt", token.content))
    return f'<img src="{escape(src)}" alt="{alt}"{room} loading="lazy">'


def _figure(self, tokens, idx, options, env) -> str:
    caption = self.renderInline(caption_of(tokens[idx]), options, env)
    if credit := tokens[idx].children[0].meta.get("credit"):
        caption = f'{caption} <span class="credit">{escape(credit)}</span>'
    caption = f"<figcaption>{caption.strip()}</figcaption>" if caption.strip() else ""
    return f"<figure>{_image(self, tokens[idx].children, 0, options, env)}{caption}</figure>\n"


def _table_open(self, tokens, idx, options, env) -> str:
    number = tokens[idx].meta["number"]
    # Two landmarks of one name are one too many, so only the first goes without its number.
    label = gettext("Table") if number == 1 else gettext("Table %(number)d") % {"number": number}
    return (
        '<div class="table-scroll" tabindex="0" role="region"'
        f' aria-label="{escape(label)}">\n<table>\n'
    )


def _table_close(self, tokens, idx, options, env) -> str:
    return "</table>\n</div>\n"


def _footnote_numbers(meta: dict) -> tuple[int, str]:
    number = meta["id"] + 1
    return number, f"{number}-{meta['subId'] + 1}" if meta.get("subId") else str(number)


def _footnote_mark(self, tokens, idx, options, env) -> str:
    number, reference = _footnote_numbers(tokens[idx].meta)
    part = env["part"]
    label = escape(gettext("Footnote %(number)d") % {"number": number})
    return (
        f'<sup class="footnote-ref"><a href="#fn-{part}{number}" id="fnref-{part}{reference}"'
        f' aria-label="{label}">{number}</a></sup>'
    )


def _footnote_back(self, tokens, idx, options, env) -> str:
    _, reference = _footnote_numbers(tokens[idx].meta)
    part = env["part"]
    label = escape(gettext("Back to reference %(number)s") % {"number": reference})
    return (
        f' <a href="#fnref-{part}{reference}" class="footnote-backref" aria-label="{label}">↩︎</a>'
    )


def _footnotes_open(self, tokens, idx, options, env) -> str:
    label = escape(gettext("Footnotes"))
    return f'<div class="footnotes" role="doc-endnotes" aria-label="{label}">\n<ol>\n'


def _footnotes_close(self, tokens, idx, options, env) -> str:
    return "</ol>\n</div>\n"


def _footnote_open(self, tokens, idx, options, env) -> str:
    return f'<li id="fn-{env["part"]}{tokens[idx].meta["id"] + 1}">'


_ARTICLE_RULES = {
    "fence": _fence,
    "code_block": _plain_fence,
    "image": _image,
    "list_item_open": _list_item,
    "figure": _figure,
    "table_open": _table_open,
    "table_close": _table_close,
    "footnote_ref": _footnote_mark,
    "footnote_anchor": _footnote_back,
    "footnote_block_open": _footnotes_open,
    "footnote_block_close": _footnotes_close,
    "footnote_open": _footnote_open,
}

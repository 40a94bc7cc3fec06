"""Prose: Markdown in, safe HTML and plain text out.

Everything a person writes at length passes here: `render` for article bodies, `render_comment`
for comments. Both take any string, never raise and never hang; what they return has passed an
allow-list, so templates may mark `Prose.html` (and nothing else) as safe.

Links with a scheme of ours (`fact:`, `company:`) never reach the page as addresses: `render` asks
its `resolve` for what to show in their place, `links` lists them, `rewrite_links` changes them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import uuid4

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .allowlist import clean_article, clean_comment
from .blocks import Block, blocks_of
from .document import (
    FoundPicture,
    ProseLink,
    Shown,
    copied,
    plain_text,
    settle_blocks,
    settle_inlines,
)
from .headings import Heading, id_beside
from .quotation import set_quotes
from .syntax import SCHEMES, article_markdown, comment_markdown
from .words import count_words, minutes_to_read

__all__ = [
    "ARTICLE_LIMIT",
    "COMMENT_LIMIT",
    "SCHEMES",
    "Block",
    "FoundPicture",
    "Heading",
    "Oddity",
    "Prose",
    "ProseLink",
    "Shown",
    "blocks",
    "id_beside",
    "links",
    "minutes_to_read",
    "oddities",
    "parse",
    "render",
    "render_comment",
    "rewrite_links",
]

ARTICLE_LIMIT = 200_000
COMMENT_LIMIT = 5_000
# Texts whose parse is remembered: a body and the entries that are saved with it.
MAX_PARSED = 16

Resolver = Callable[[str, str], str | Shown | None]
PictureFinder = Callable[[str], FoundPicture | None]

_ARTICLE = article_markdown()
_COMMENT = comment_markdown()
# Control characters but tab and newline, and the code points that are no characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Letters beyond ASCII go on in combining marks, which `\w` does not know.
_ADDRESS = re.compile(
    rf"(?:{'|'.join(SCHEMES)}):(?:[\w./@+%-]|[^\x00-\x7f\s\u2010-\u205e\u3000-\u303f])+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Prose:
    """`html` is safe to show; `text` is what it says without markup."""

    html: str
    text: str
    word_count: int
    headings: tuple[Heading, ...] = ()
    links: tuple[ProseLink, ...] = ()

    @property
    def reading_minutes(self) -> int:
        return minutes_to_read(self.word_count)


@dataclass(frozen=True, order=True)
class Oddity:
    """What may not become what its author meant: a tag shown as text, a link that leads nowhere.

    `line` is the text's, from 1; `text` is the tag, or `#` and what the link asks for.
    """

    line: int
    text: str

    @property
    def is_link(self) -> bool:
        return self.text.startswith("#")


def render(
    text: str,
    resolve: Resolver | None = None,
    *,
    find_picture: PictureFinder | None = None,
    part: str = "",
    language: str = "en",
) -> Prose:
    """An article body. Beyond `ARTICLE_LIMIT` characters it is cut: validate before.

    `resolve(url, words)` is called for each `fact:`/`company:` link in reading order and answers
    HTML to show in its place (cleaned here: data, time, span, sup, a; or that with the plain text,
    as `Shown`), or None for the bare words.
    `find_picture(url)` answers where the picture that an address means stands today, its width and
    its height, so that it has its room before it comes, its credit, and its own description for
    where the text has no other. Neither is part of what the text says.
    Where one page shows several texts, each `part` (letters, digits, hyphens) keeps its ids apart.
    Quotation marks are those of the `language`, a tag.
    """
    env = {"resolve": resolve, "find_picture": find_picture, "language": language}
    env["part"] = f"{part}--" if part else ""
    tokens = _settled(_tidy(text, ARTICLE_LIMIT), env)
    return _render(_ARTICLE, tokens, clean_article, env)


def render_comment(text: str) -> Prose:
    """A comment: paragraphs, emphasis, code, quotes, lists and links, with line breaks kept."""
    env: dict = {}
    return _render(_COMMENT, _COMMENT.parse(_tidy(text, COMMENT_LIMIT), env), clean_comment, env)


def links(text: str, language: str = "en") -> list[ProseLink]:
    """The `fact:`/`company:` links of an article body, in the order a reader meets them.

    Footnotes come last, as on the page; what is shown as code or in an unused footnote is none.
    """
    return _links(_tidy(text, ARTICLE_LIMIT), language)


def blocks(text: str) -> list[Block]:
    """What an article body says, piece by piece, without its markup."""
    return blocks_of(_parsed(_tidy(text, ARTICLE_LIMIT))[0])


def oddities(text: str) -> list[Oddity]:
    """Of an article body, in the order of its lines."""
    env: dict = {"language": "en"}
    _settled(_tidy(text, ARTICLE_LIMIT), env)
    found = env["prose_tags"] + env["prose_dead_ends"]
    return sorted({Oddity(line, words) for words, line in found})


def rewrite_links(
    text: str, change: Callable[[ProseLink], str | None], language: str = "en"
) -> str:
    """The Markdown with each link of ours pointing where `change` says (None leaves it).

    The answer is a whole address with its scheme. The rest of the text stays as it was written,
    but for characters that cannot be shown. Addresses written with escapes are left alone.
    """
    text = _tidy(text, ARTICLE_LIMIT)
    nonce = uuid4().hex
    found: list[str] = []

    def mark(match: re.Match) -> str:
        found.append(match[0])
        return f"{match[0].partition(':')[0]}:{nonce}-{len(found) - 1}"

    # Only a parse can tell a link from the same letters in a code block: each candidate gets an
    # address of its own, and those that come back from the parse are links.
    marked = _ADDRESS.sub(mark, text)
    answers: dict[int, str] = {}
    for link in _links(marked, language):
        prefix, _, index = link.address.rpartition("-")
        # One whose address went on where the candidate ended is no address of ours.
        if prefix != nonce or not index.isdecimal() or int(index) in answers:
            continue
        address = found[int(index)].partition(":")[2]
        written = ProseLink(link.scheme, address, link.words, link.position, link.line)
        answer = change(written)
        if answer is not None:
            answers[int(index)] = answer
    indexes = iter(range(len(found)))
    return _ADDRESS.sub(lambda match: answers.get(next(indexes), match[0]), text)


def parse(
    text: str,
    resolve: Resolver | None = None,
    *,
    find_picture: PictureFinder | None = None,
    language: str = "en",
) -> list[Token]:
    """An article body's tokens as `render` sees them, for rooms that look for something else."""
    env = {"resolve": resolve, "find_picture": find_picture, "language": language}
    return _settled(_tidy(text, ARTICLE_LIMIT), env)


def _links(text: str, language: str) -> list[ProseLink]:
    env: dict = {"language": language}
    _settled(text, env)
    return env["prose_links"]


@lru_cache(MAX_PARSED)
def _parsed(text: str) -> tuple[list[Token], dict]:
    """A text that is saved is checked, rendered and scanned: it is parsed once for all of these."""
    env: dict = {}
    return _ARTICLE.parse(text, env), env


def _settled(text: str, env: dict) -> list[Token]:
    tokens, found = _parsed(text)
    state = StateCore(text, _ARTICLE, env | found, copied(tokens))
    set_quotes(state.tokens, env["language"])
    settle_inlines(state)
    settle_blocks(state)
    env.update(state.env)
    return state.tokens


def _render(markdown, tokens, clean, env: dict) -> Prose:
    html = clean(markdown.renderer.render(tokens, markdown.options, env))
    plain = plain_text(tokens)
    found = (tuple(env.get(name, ())) for name in ("prose_headings", "prose_links"))
    return Prose(html, plain, count_words(plain), *found)


def _tidy(text: str, limit: int) -> str:
    text = text[:limit].replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _UNWRITABLE.sub("", text))

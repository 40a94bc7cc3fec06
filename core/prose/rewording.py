"""Other words, and another address, for links of ours in a text."""

import re
from collections.abc import Callable
from uuid import uuid4

from core import prose
from core.prose import ProseLink

_BEFORE_ADDRESS = re.compile(r"\]\(\s*<?\Z")
# Whatever CommonMark or our extensions of it would read as more than the character itself.
_MARKUP = re.compile(r"([\\`*_\[\]<>&~!|^])")
_QUOTES = re.compile(r"«\s*|(?<!\s)\s*»|[»“”„‘’‚‹›「」『』\"']")


class Unwritable(ValueError):
    """The link is written in a way that only a person can change."""


def escaped(words: str) -> str:
    """Markdown that shows these very words, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def replace_link_words(
    text: str, change: Callable[[ProseLink], tuple[str, str] | None], language: str = "en"
) -> str:
    """The Markdown with links of ours as `change` says: a whole address and plain words, or None.

    Every other character stays. What comes out is parsed again: unless it shows exactly what was
    asked for, Unwritable is raised. So it is for a link whose words stand away from its address.
    """
    before, nonce = prose.links(text, language), uuid4().hex
    asked: dict[str, tuple[str, str]] = {}
    wanted = [(link.url, link.words) for link in before]

    def mark(link: ProseLink) -> str | None:
        answer = change(link)
        if answer is None:
            return None
        url, words = answer[0], " ".join(answer[1].split())
        wanted[link.position] = (url, words)
        asked[f"{link.scheme}:{nonce}.{link.position}."] = (url, words)
        return f"{link.scheme}:{nonce}.{link.position}."

    marked = prose.rewrite_links(text, mark, language)
    for address, (url, words) in asked.items():
        marked = _reworded(marked, address, url, words)
    if len(marked) > prose.ARTICLE_LIMIT or _said(wanted) != _said(
        (link.url, link.words) for link in prose.links(marked, language)
    ):
        raise Unwritable(text)
    return marked


def _reworded(text: str, address: str, url: str, words: str) -> str:
    start = text.index(address)
    before = _BEFORE_ADDRESS.search(text, max(0, start - 100), start)
    if before is None:
        raise Unwritable(address)
    opening = _opening_bracket(text, before.start())
    return (
        f"{text[:opening]}[{escaped(words)}{text[before.start() : start]}{url}"
        + (text[start + len(address) :])
    )


def _opening_bracket(text: str, closing: int) -> int:
    """Where the bracket that ends at `closing` begins."""
    depth = 0
    for place in range(closing, -1, -1):
        if text[place] not in "[]" or _is_escaped(text, place):
            continue
        depth += 1 if text[place] == "]" else -1
        if not depth:
            return place
    raise Unwritable(text)


def _is_escaped(text: str, place: int) -> bool:
    first = place
    while first and text[first - 1] == "\\":
        first -= 1
    return (place - first) % 2 == 1


def _said(links) -> list[tuple[str, str]]:
    """What links say, whichever way their quotation marks are drawn."""
    return [(url, _QUOTES.sub('"', words)) for url, words in links]

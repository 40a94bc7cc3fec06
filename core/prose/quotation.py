"""Straight quotation marks become those of the text's language."""

import re
from types import SimpleNamespace

from markdown_it.rules_core.smartquotes import process_inlines

from core.text.languages import quotes_of

MAX_QUOTED_PARAGRAPH = 20_000

_STRAIGHT = re.compile("[\"']")
# Where no spaces divide words, nothing else tells what opens a quotation from what closes it.
_UNSPACED = {"ja", "yue", "zh"}
_PAIR = re.compile('"([^"]+)"')


def set_quotes(tokens, language: str) -> None:
    """Changes the tokens, but for the longest paragraphs.

    Each quote copies its paragraph: without a limit one long paragraph takes minutes.
    """
    quotes = quotes_of(language)
    # All that the library's rule asks of its state.
    state = SimpleNamespace(md=SimpleNamespace(options=SimpleNamespace(quotes=quotes)))
    is_unspaced = language.lower().partition("-")[0] in _UNSPACED
    for token in tokens:
        if token.type != "inline" or len(token.content) > MAX_QUOTED_PARAGRAPH:
            continue
        if not _STRAIGHT.search(token.content):
            continue
        if is_unspaced:
            _pair(token.children or (), quotes)
        process_inlines(token.children or [], state)


def _pair(children, quotes) -> None:
    for child in children:
        if child.type == "text":
            child.content = _PAIR.sub(rf"{quotes[0]}\1{quotes[1]}", child.content)

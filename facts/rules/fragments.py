"""Links that lead to a passage: the browser scrolls to the words and marks them.

https://wicg.github.io/scroll-to-text-fragment/
"""

import re
from urllib.parse import quote as percent_encode

import regex

# A longer passage is named by its ends: one word that differs in between would lose the place.
LONGEST_WHOLE, WORDS_AT_AN_END = 8, 4
# Scripts without spaces make one word of a sentence: of such, a few letters are taken for a word.
WORD = regex.compile(r"(?<!\S)\S{1,30}(?!\S)|(?:(?!\s)\X){1,6}")
# Where the editor left something out, the source's own words go on.
LEFT_OUT = re.compile(r"\[?(?:…|\.\.\.)\]?")


def address_of_passage(url: str, passage: str) -> str:
    """The address of a web page, leading to the passage in it."""
    directive = _directive(passage) if url else ""
    # Where somebody gave a passage already, it is theirs that counts.
    if not directive or ":~:" in url:
        return url
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"


def _directive(passage):
    parts = [" ".join(part.split()) for part in LEFT_OUT.split(passage) if part.strip()]
    if not parts:
        return ""
    first, last = ([word.span() for word in WORD.finditer(part)] for part in (parts[0], parts[-1]))
    if len(parts) == 1 and len(first) <= LONGEST_WHOLE:
        return _encode(parts[0])
    start = parts[0][: first[:WORDS_AT_AN_END][-1][1]]
    end = parts[-1][last[-WORDS_AT_AN_END:][0][0] :]
    return f"{_encode(start)},{_encode(end)}"


def _encode(words):
    # A hyphen has a meaning of its own there.
    return percent_encode(words, safe="").replace("-", "%2D")

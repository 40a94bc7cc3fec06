"""Links that lead to a passage: the browser scrolls to the words and marks them.

https://wicg.github.io/scroll-to-text-fragment/
"""

import re
from urllib.parse import quote as percent_encode

# A longer passage is named by its ends: one word that differs in between would lose the place.
LONGEST_WHOLE, WORDS_AT_AN_END = 8, 4
# Where the editor left something out, the source's own words go on.
LEFT_OUT = re.compile(r"\[?(?:…|\.\.\.)\]?")


def address_of_passage(url: str, passage: str) -> str:
    """The address of a web page, leading to the passage in it."""
    return f"{url}#:~:text={_directive(passage)}" if url and passage.strip() else url


def _directive(passage):
    parts = [part.split() for part in LEFT_OUT.split(passage) if part.strip()]
    if not parts:
        return ""
    first, last = parts[0], parts[-1]
    if len(parts) == 1 and len(first) <= LONGEST_WHOLE:
        return _encode(first)
    return f"{_encode(first[:WORDS_AT_AN_END])},{_encode(last[-WORDS_AT_AN_END:])}"


def _encode(words):
    # A hyphen has a meaning of its own there.
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")

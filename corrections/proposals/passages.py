"""Find a passage that a reader quoted in what they saw, despite differences from copying."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

CONTEXT = 200
MOST_WORDS = 120
_WORD = re.compile(r"\w+")
# The date that plain text adds to a figure: “75 million (June 2026)”.
ADDED = re.compile(r"\([^()]{1,40}\)")
# What stands beside a figure on a page, and is no part of the text.
BESIDE = {"as-of", "newer", "figure-card"}
BLOCKS = {"p", "li", "dd", "dt", "td", "th", "tr", "div", "figcaption", "pre", "blockquote"} | {
    f"h{level}" for level in range(1, 7)
}
VOID = {"br", "hr", "img", "input", "wbr", "source", "col"}


@dataclass(frozen=True)
class Passage:
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Seen:
    """A text, and the spans in it that are marks beside figures: (start, end), in order.

    Dates that plain text adds belong to it; what a page shows beside its text does not.
    """

    text: str
    marks: list[tuple[int, int]]
    has_marks_beside: bool = False

    @classmethod
    def of_plain(cls, text: str) -> "Seen":
        return cls(text, [match.span() for match in ADDED.finditer(text)])

    @classmethod
    def of_html(cls, html: str) -> "Seen":
        reader = _Reader()
        reader.feed(html)
        reader.close()
        return cls("".join(reader.parts), reader.marks, has_marks_beside=True)

    def words(self):
        """(what it says, start, end, whether it is a mark's) of each word."""
        at = 0
        for start, end in [*self.marks, (len(self.text), len(self.text))]:
            for first, last, is_mark in ((at, start, False), (start, end, True)):
                for match in _WORD.finditer(self.text, first, last):
                    yield match[0].casefold(), *match.span(), is_mark
            at = end

    def part(self, start, end) -> str:
        """Its words from `start` to `end`, without what stands beside them."""
        if not self.has_marks_beside:
            return self.text[start:end]
        kept, at = [], start
        for first, last in self.marks:
            if last > start and first < end:
                kept.append(self.text[at : max(first, at)])
                at = max(last, at)
        return "".join([*kept, self.text[at:end]])


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts: list[str] = []
        self.marks: list[tuple[int, int]] = []
        self._length, self._depth, self._start = 0, 0, 0

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS or tag in VOID:
            self._add("\n" if tag in BLOCKS else " ")
        if tag in VOID:
            return
        if self._depth:
            self._depth += 1
        elif BESIDE & set((dict(attrs).get("class") or "").split()):
            self._depth, self._start = 1, self._length

    def handle_endtag(self, tag):
        if self._depth and tag not in VOID:
            self._depth -= 1
            if not self._depth:
                self.marks.append((self._start, self._length))

    def handle_data(self, data):
        self._add(data)

    def _add(self, text):
        self.parts.append(text)
        self._length += len(text)


def find_passage(quote: str, text: str | Seen) -> Passage | None:
    """The first match of the quoted words; punctuation, white space and marks may differ."""
    seen = text if isinstance(text, Seen) else Seen.of_plain(text)
    wanted = "".join(_WORD.findall(quote)[:MOST_WORDS]).casefold()
    span = _span_of(wanted, seen) if wanted else None
    if span is None:
        return None
    start, end = span
    before, after = seen.part(max(start - CONTEXT, 0), start), seen.part(end, end + CONTEXT)
    return Passage(
        ("…" if start > CONTEXT else "") + before,
        seen.part(start, end),
        after + ("…" if end + CONTEXT < len(seen.text) else ""),
    )


def _span_of(wanted, seen) -> tuple[int, int] | None:
    """Where whole words of the text say what is wanted, each mark among them said or left out.

    All readings that may still become one are followed at once: how much is said, and since where.
    """
    readings: dict[int, int] = {}
    for word, start, end, is_mark in seen.words():
        said = {
            length + len(word): since
            for length, since in [(0, start), *readings.items()]
            if wanted.startswith(word, length)
        }
        if len(wanted) in said:
            return said[len(wanted)], end
        readings = said | readings if is_mark else said
    return None

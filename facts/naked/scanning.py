"""Figures that a text states without a source.

Finds numbers with a unit, money, shares, ranks, bare numbers with a date and cells of tables that
are a number, in the parsed text and in its captions; not in code, block quotes, quotations, header
cells and the words of `fact:` links. It matches word lists and patterns;
`manage.py measure_naked_figures` measures how well. Every pattern is bounded, so that a scan takes
time linear in the text.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from core import prose
from core.prose.document import MOST_OF_A_SENTENCE, SENTENCE_END, Shown, caption_of
from facts.naked import elsewhere, patterns
from facts.naked.patterns import AS_OF, DAY, NAMEABLE, SCALED, YEAR, English
from facts.naked.tables import BARE_NUMBER, Table
from facts.naked.talk import is_talk
from facts.rules.numerals import straightened

RULES = patterns.RULES | elsewhere.RULES
ABOUT = {"en": English.about} | elsewhere.ABOUT
MOST_OF_A_FIGURE = 120
HIDDEN = "\ufffc"
_NAME_BEFORE = re.compile(r"(?<![\w-])([a-z]{0,3}[A-Z][\w.+’-]{0,30})[ \u00a0]$")
_QUOTATION = re.compile("“[^“”]*”|«[^«»]*»|»[^«»]*«|[„”][^„“”]*[“”]|「[^「」]*」")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}|(?<!\S)\S{1,200}@\S{1,200}")


@dataclass(frozen=True)
class NakedFigure:
    """`text` and its `sentence` as a reader sees them; `line` of the Markdown, counted from 1."""

    text: str
    sentence: str
    line: int
    kind: str


def naked_figures(text: str, language: str = "en") -> list[NakedFigure]:
    """The figures of an article body that no `fact:` link covers, in reading order.

    English has the most word lists; German, French and Spanish have some. In other languages only
    money and percentages with their sign are found.
    """
    code = language.partition("-")[0].lower()
    code = code if code in RULES else ""
    found: list[NakedFigure] = []
    quoted, line, table = 0, 1, Table()
    for token in prose.parse(text, _hide, language=language):
        if token.map:
            line = token.map[0] + 1
        if token.type in ("blockquote_open", "blockquote_close"):
            quoted += token.nesting
        table.read(token)
        if quoted:
            continue
        if token.type == "figure":
            found += _in_paragraph(caption_of(token), line, code)
        elif token.type == "inline" and not table.is_head:
            in_words = _in_paragraph(token.children or (), line, code)
            found += in_words or _in_cell(token.children or (), line, table)
    return found


def _in_cell(children, line: int, table: Table) -> list[NakedFigure]:
    """A cell that is a number and nothing else: what it counts, its column's head says."""
    if not table.is_counted:
        return []
    shown, seen, _breaks = _two_readings(children)
    number = seen.strip()
    if not BARE_NUMBER.fullmatch(number) or YEAR.fullmatch(number):
        return []
    head = " ".join(table.heads.get(table.column, "").split())
    words = " ".join(shown.split())[:MOST_OF_A_FIGURE]
    return [NakedFigure(words, f"{head}: {words}" if head else words, line, "cell")]


def _hide(url: str, words: str) -> Shown | None:
    """A resolver that hides the words a `fact:` link covers."""
    return Shown("", words or "…") if url.startswith("fact:") else None


def _in_paragraph(children, line: int, code: str) -> list[NakedFigure]:
    shown, seen, breaks = _two_readings(children)
    spans = _spans(seen, code)
    starts = [0, *(match.end() for match in SENTENCE_END.finditer(shown)), len(shown) + 1]
    if code == "en":
        spans = sorted(spans + _with_date(seen, starts, spans))
    return [
        NakedFigure(
            " ".join(shown[start:end].split())[:MOST_OF_A_FIGURE],
            _sentence(shown, starts, start),
            line + bisect_right(breaks, start),
            kind,
        )
        for start, end, kind in spans
    ]


def _two_readings(children) -> tuple[str, str, list[int]]:
    """The text shown, the same text with what is not scanned masked, and where its lines end."""
    shown, seen, breaks, at = [], [], [], 0
    address = None
    for child in children:
        words = child.meta.get("words", child.content) if child.meta else child.content
        if child.type in ("softbreak", "hardbreak"):
            words = " "
            breaks.append(at + 1)
        elif child.type == "link_open":
            address = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            address = None
        elif child.type in ("image", "footnote_ref", "footnote_anchor"):
            words = ""
        is_hidden = child.type in ("code_inline", "resolved") or words == address
        shown.append(words)
        seen.append(HIDDEN * len(words) if is_hidden else words)
        at += len(words)
    text = "".join(seen)
    for pattern in (_QUOTATION, _ADDRESS):
        text = pattern.sub(lambda match: HIDDEN * len(match[0]), text)
    return "".join(shown), text, breaks


def _spans(text: str, code: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    for kind, pattern in RULES[code]:
        for match in pattern.finditer(text):
            start, end = match.span()
            if start == end or any(taken[start:end]):
                continue
            if kind in NAMEABLE and _is_name(text, start, end, code):
                continue
            taken[start:end] = b"\1" * (end - start)
            if not _is_talk(text, start, end, kind, code):
                found.append((start, end, kind))
    return sorted((start - _width_of_about(text, start, code), *rest) for start, *rest in found)


def _width_of_about(text: str, start: int, code: str) -> int:
    """How many letters of “more than” and the like stand before the figure."""
    if code not in ABOUT:
        return 0
    before = ABOUT[code].search(straightened(text[max(0, start - 20) : start]))
    return len(before[0]) if before else 0


def _is_talk(text: str, start: int, end: int, kind: str, code: str) -> bool:
    if code in elsewhere.RULES:
        return elsewhere.is_talk(text, start, end, kind, code)
    return code == "en" and is_talk(text, start, end, kind)


def _is_name(text: str, start: int, end: int, code: str = "en") -> bool:
    """Whether the number is a date, or part of the name or label before it."""
    if code in elsewhere.RULES:
        return elsewhere.is_name(text, start, end, code)
    number = text[start:end]
    if SCALED.search(number):
        return False
    if YEAR.match(number) or DAY.match(number):
        return True
    before = text[max(0, start - 32) : start]
    if English.labels.search(before):
        return True
    name = _NAME_BEFORE.search(before)
    return bool(name) and not English.openers.fullmatch(before[: name.end(1)])


def _with_date(text: str, starts: list[int], spans) -> list[tuple[int, int, str]]:
    """The first bare number of each sentence that has an “as of” date and no other figure."""
    found: list[tuple[int, int, str]] = []
    taken = [start for start, _end, _kind in spans]
    looked_at = 0
    for phrase in English.as_of.finditer(text):
        number = bisect_right(starts, phrase.start())
        start, end = starts[number - 1], min(starts[number], len(text))
        if number == looked_at or bisect_right(taken, start - 1) != bisect_right(taken, end):
            continue
        looked_at = number
        for match in AS_OF.finditer(text, start, min(end, start + MOST_OF_A_SENTENCE)):
            if len(match[0]) > 1 and not _is_name(text, *match.span()):
                found.append((*match.span(), "as of"))
                break
    return found


def _sentence(text: str, starts: list[int], at: int) -> str:
    number = bisect_right(starts, at)
    start, end = starts[number - 1], starts[number]
    if end - start > MOST_OF_A_SENTENCE:
        start = max(start, at - MOST_OF_A_SENTENCE // 2)
        end = min(end, start + MOST_OF_A_SENTENCE)
    return " ".join(text[start:end].split())

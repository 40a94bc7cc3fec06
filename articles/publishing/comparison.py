"""Two texts beside each other: what left is marked <del>, what came is marked <ins>."""

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

import regex
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.publishing.describing import Field
from core.text.comparing import pairs, passages

# A letter and the marks that it bears are one.
WORD = regex.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Row:
    """A piece of a field as it was and as it is. One side is None: it came, or it went."""

    kind: str
    old: SafeString | None
    new: SafeString | None
    both: SafeString
    is_changed: bool


@dataclass(frozen=True)
class FieldChange:
    field: Field
    rows: list[Row] = field(default_factory=list)
    is_changed: bool = False

    @property
    def reads_the_same(self) -> bool:
        """What differs is only how it was written."""
        return self.is_changed and not any(row.is_changed for row in self.rows)

    @property
    def runs(self):
        """Rows that follow one another, each run (are changed, its rows)."""
        for is_changed, rows in groupby(self.rows, lambda row: row.is_changed):
            yield is_changed, list(rows)


def compare(old: list[Field], new: list[Field]) -> list[FieldChange]:
    """One for each field. Both are `describing.described(...)`."""
    return [
        FieldChange(after, list(_rows(before.blocks, after.blocks)), before.raw != after.raw)
        for before, after in zip(old, new, strict=True)
    ]


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, escaped, with the differences marked in each."""
    before, after, _both = _marked(old, new)
    return before, after


def _rows(old, new):
    for before, after in pairs(old, new, attrgetter("text")):
        kind = (after or before).kind
        if before == after:
            text = escape(after.text)
            yield Row(kind, text, text, text, is_changed=False)
            continue
        sides = _marked(before.text if before else "", after.text if after else "")
        old_side, new_side, both = sides
        yield Row(
            *(kind, old_side if before else None, new_side if after else None, both),
            is_changed=True,
        )


def _marked(old, new) -> tuple[SafeString, SafeString, SafeString]:
    """Each with its own marks, and both in one text."""
    before, after, both = [], [], []
    for is_same, left, right in _joined(_pieces(old, new)):
        gone, come = _wrap("del", left, is_same), _wrap("ins", right, is_same)
        before.append(gone)
        after.append(come)
        both += [come] if is_same else [gone, come]
    # Built of escaped pieces and the two tags alone.
    return tuple(mark_safe("".join(parts)) for parts in (before, after, both))  # noqa: S308


def _pieces(old, new):
    for is_same, before, after in passages(old.splitlines(True), new.splitlines(True)):
        if is_same:
            yield True, "".join(before), "".join(after)
            continue
        words = WORD.findall("".join(before)), WORD.findall("".join(after))
        for same, left, right in passages(*words):
            yield same, "".join(left), "".join(right)


def _joined(pieces):
    """Words that differ one after another are one difference: the space between them is in it."""
    waiting, space = None, ""
    for is_same, left, right in pieces:
        if is_same and waiting and not left.strip() and "\n" not in left:
            space = left
        elif is_same or waiting is None:
            yield from _told(waiting, space)
            waiting, space = (None, "") if is_same else ((left, right), "")
            if is_same:
                yield True, left, right
        else:
            waiting = waiting[0] + space + left, waiting[1] + space + right
            space = ""
    yield from _told(waiting, space)


def _told(waiting, space):
    if waiting:
        yield False, *waiting
    if space:
        yield True, space, space


def _wrap(tag, text, is_same) -> str:
    return escape(text) if is_same or not text else f"<{tag}>{escape(text)}</{tag}>"

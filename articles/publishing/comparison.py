"""Two texts side by side, word by word: what left is marked <del>, what came is marked <ins>."""

from dataclasses import dataclass

import regex
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.text.comparing import passages

# A letter and the marks that it bears are one.
WORD = regex.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: SafeString
    new: SafeString
    is_changed: bool


def compare(old: dict[str, str], new: dict[str, str]) -> list[FieldChange]:
    """One row for each field, the changed ones marked. Both are `snapshots.described(...)`."""
    return [
        FieldChange(label, *marked(old.get(label, ""), text), old.get(label, "") != text)
        for label, text in new.items()
    ]


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, escaped, with the differences marked in each."""
    old_parts, new_parts = [], []
    for same, before, after in passages(old.splitlines(True), new.splitlines(True)):
        if same:
            pieces = [(True, before, after)]
        else:
            pieces = passages(WORD.findall("".join(before)), WORD.findall("".join(after)))
        for is_same, left, right in pieces:
            old_parts.append(_wrap("del", left, is_same))
            new_parts.append(_wrap("ins", right, is_same))
    # Built of escaped pieces and the two tags alone.
    return mark_safe("".join(old_parts)), mark_safe("".join(new_parts))  # noqa: S308


def _wrap(tag, pieces, is_same) -> str:
    text = escape("".join(pieces))
    return text if is_same or not text else f"<{tag}>{text}</{tag}>"

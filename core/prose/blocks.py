"""A text piece by piece as somebody reads it, for whoever compares it with another."""

from typing import NamedTuple

# What a piece that stands in one of these is called; the innermost counts.
KINDS = {"blockquote": "quote", "list_item": "item", "dt": "term", "dd": "item", "footnote": "note"}


class Block(NamedTuple):
    """A heading, paragraph, item, row of a table …, in words. Links say where they lead."""

    kind: str
    text: str


def blocks_of(tokens) -> list[Block]:
    """Of tokens as markdown-it made them, before they are settled."""
    found, inside, cells = [], [], None
    for token in tokens:
        name, _, turn = token.type.rpartition("_")
        if turn == "open":
            inside.append(name)
        elif turn == "close" and name in inside:
            inside.pop()
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            found.append(Block("row", " | ".join(cells or ())))
            cells = None
        elif token.type == "inline":
            words = _words(token.children or ())
            if cells is None:
                found.append(Block(_kind(inside), words))
            else:
                cells.append(words)
        elif token.type in ("fence", "code_block"):
            found.append(Block("code", f"{token.info.strip()}\n{token.content.rstrip()}".strip()))
        elif token.type == "hr":
            found.append(Block("rule", "* * *"))
    return found


def _kind(inside) -> str:
    if "heading" in inside:
        return "heading"
    return next((KINDS[name] for name in reversed(inside) if name in KINDS), "paragraph")


def _words(children) -> str:
    parts, targets = [], []
    for child in children:
        match child.type:
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "link_open":
                targets.append(child.attrGet("href") or "")
            case "link_close":
                target = targets.pop() if targets else ""
                if target != "".join(parts[-1:]):
                    parts.append(f" ({target})")
            case "image":
                caption = child.attrGet("title")
                said = [child.content, *([f"“{caption}”"] if caption else [])]
                parts.append(f"{' '.join(filter(None, said))} ({child.attrGet('src')})")
            case "footnote_ref":
                parts.append(f"[{child.meta.get('label', '')}]")
            case _:
                parts.append(child.content)
    return "".join(parts).strip()

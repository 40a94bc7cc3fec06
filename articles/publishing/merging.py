"""What was changed of a live text meanwhile, brought into the text that is to take its place."""

from itertools import pairwise

from core.text.comparing import passages

# Sets of keys; all other fields are one thing each, but for the body, which has paragraphs.
SETS = ("topics", "companies")
# When a live article was published is no matter of a later text.
APART = {"published_at"}


def merged(base: dict, live: dict, planned: dict) -> tuple[dict, list[str]]:
    """The `planned` content with what `live` changed of `base`, and where both changed the same."""
    content, torn = dict(planned), []
    for name in base.keys() - APART:
        before, here, there = (one.get(name) for one in (base, live, planned))
        if here in (before, there):
            continue
        if there == before:
            content[name] = here
        elif name in SETS:
            content[name] = sorted(
                (set(there) | set(here) - set(before)) - (set(before) - set(here))
            )
        else:
            text = _merged_text(before, here, there) if name == "body" else None
            if text is None:
                torn.append(name)
            else:
                content[name] = text
    return content, sorted(torn)


def is_same(one: dict, other: dict) -> bool:
    return all(one.get(name) == other.get(name) for name in one.keys() - APART)


def _merged_text(before, here, there) -> str | None:
    pieces = before.split("\n\n")
    theirs = _edits(pieces, there.split("\n\n"))
    ours = [edit for edit in _edits(pieces, here.split("\n\n")) if edit not in theirs]
    edits = sorted([*ours, *theirs])
    if any(_meet(one, other) for one, other in pairwise(edits)):
        return None
    for start, end, new in reversed(edits):
        pieces[start:end] = new
    return "\n\n".join(pieces)


def _edits(before, after) -> list[tuple]:
    """(start, end, what stands there instead), in places of `before`."""
    found, place = [], 0
    for are_same, old, new in passages(before, after):
        if not are_same:
            found.append((place, place + len(old), new))
        place += len(old)
    return found


def _meet(one, other) -> bool:
    """Whether they change the same paragraphs, or it is unclear which of them comes first."""
    is_addition = one[0] == one[1] or other[0] == other[1]
    return other[0] < one[1] or (is_addition and other[0] == one[1])

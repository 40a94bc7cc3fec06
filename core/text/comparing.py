"""Two texts in pieces, side by side: what both have, and what stands where they differ."""

from itertools import groupby

from rapidfuzz.distance import Indel

# The work grows with the product of both lengths. Beyond this all that differs is one passage.
MOST_COMPARED = 25_000_000


def passages(old: list[str], new: list[str]):
    """Yields (are the same, part of `old`, part of `new`) in order. One of them may be empty."""
    first = shared_at_start(old, new)
    last = shared_at_start(old[first:][::-1], new[first:][::-1])
    old_end, new_end = len(old) - last, len(new) - last
    yield from _named(True, old[:first], new[:first])
    yield from _compared(old[first:old_end], new[first:new_end])
    yield from _named(True, old[old_end:], new[new_end:])


def _named(is_same, old, new):
    if old or new:
        yield is_same, old, new


def shared_at_start(old, new) -> int:
    """How many pieces both begin with."""
    for count, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return count
    return min(len(old), len(new))


def _compared(old, new):
    if len(old) * len(new) > MOST_COMPARED:
        yield False, old, new
        return
    for is_same, group in groupby(Indel.opcodes(old, new), lambda step: step.tag == "equal"):
        steps = list(group)
        before = old[steps[0].src_start : steps[-1].src_end]
        yield is_same, before, new[steps[0].dest_start : steps[-1].dest_end]

"""Two texts in pieces, side by side: what both have, and what stands where they differ."""

from itertools import groupby, zip_longest

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


# Of two passages with more pieces than this between them each is taken with the one in its place.
MOST_PAIRED = 2_500
# Of a piece so many words say whether it is another's new wording.
LOOKED_AT = 300
ALIKE = 0.4


def pairs(old: list, new: list, text=str):
    """Yields (piece of `old`, piece of `new`) in order. One is None: it is gone, or it is new.

    `text` is what a piece says.
    """
    for is_same, before, after in passages(old, new):
        if is_same:
            yield from zip(before, after, strict=True)
        elif len(before) == len(after) == 1 or len(before) * len(after) > MOST_PAIRED:
            yield from zip_longest(before, after)
        else:
            yield from _matched(before, after, text)


def _matched(before, after, text):
    """Those that are alike beside each other, as many as their order allows."""
    kept = _likeness(*([text(piece) for piece in part] for part in (before, after)))
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            together = kept[i][j] and kept[i][j] + best[i + 1][j + 1]
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(before) and j < len(after):
        if kept[i][j] and best[i][j] == kept[i][j] + best[i + 1][j + 1]:
            yield before[i], after[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield before[i], None
            i += 1
        else:
            yield None, after[j]
            j += 1
    yield from ((piece, None) for piece in before[i:])
    yield from ((None, piece) for piece in after[j:])


def _likeness(before, after) -> list[list[float]]:
    """What share of their words two pieces have in common; 0 where it is too little."""
    left, right = ([set(_first_words(piece)) for piece in part] for part in (before, after))

    def share(one, other):
        common = 2 * len(one & other) / (len(one) + len(other) or 1)
        return common if common >= ALIKE else 0.0

    return [[share(one, other) for other in right] for one in left]


def _first_words(piece) -> list[str]:
    return piece.split(maxsplit=LOOKED_AT)[:LOOKED_AT]

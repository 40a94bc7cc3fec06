"""In which sentence of a page some quoted words stand."""

from bisect import bisect
from itertools import accumulate

from articles.publishing.shown import split
from corrections.proposals.passages import ADDED


class Sentences:
    """The sentences of a plain text, by letters and digits alone: the rest differs in copying.

    They are looked through twice: with the dates that plain text adds to figures, and without.
    """

    def __init__(self, text: str):
        sentences = split(text)
        self._readings = [
            _Joined(map(folded, sentences)),
            _Joined(folded(ADDED.sub("", sentence)) for sentence in sentences),
        ]

    def holding(self, words: str) -> int | None:
        """The number of the sentence in which the first such passage begins; `words` are folded."""
        found = (reading.holding(words) for reading in self._readings)
        return next((number for number in found if number is not None), None)


class _Joined:
    def __init__(self, parts):
        parts = list(parts)
        self.text = "".join(parts)
        self.starts = [0, *accumulate(map(len, parts))]

    def holding(self, words) -> int | None:
        at = self.text.find(words)
        return None if at < 0 else bisect(self.starts, at) - 1


def folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))

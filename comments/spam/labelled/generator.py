import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from comments.spam.scoring import written

SEED, EACH = 20, 1200
_HERE = Path(__file__).parent
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_LOOK_ALIKE = str.maketrans("aceopxyi", "асеорхуі")
_LEET = str.maketrans("aeios", "43105")


class Labelled(NamedTuple):
    text: str
    is_spam: bool
    group: str
    kind: str


class Sentence(NamedTuple):
    pattern: str
    group: str
    kind: str
    name: str


@cache
def words() -> dict[str, list[str]]:
    lines = (_HERE / "words.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line)
    return {slot: choices.split("|") for slot, choices in pairs}


@cache
def sentences(half: str) -> list[Sentence]:
    found, kind, name = [], "", ""
    for line in (_HERE / f"{half}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind, _bar, name = line[3:].partition(" | ")
        elif line:
            group = f"{half}-{kind}-{len(found)}"
            found.append(Sentence(line.replace("\\n", "\n"), group, kind, name or "{reader}"))
    return found


class Writer:
    def __init__(self, seed):
        self.random = Random(seed).random  # noqa: S311  not for secrets: the same every time

    def chance(self, share):
        return self.random() < share

    def pick(self, choices):
        # Of `random()` alone Python promises that it stays the same between its versions.
        return choices[int(self.random() * len(choices))]

    def slot(self, match):
        name = match[1]
        if name in {"n", "m", "p", "d", "year"}:
            low, high = {"n": (100, 999), "m": (11, 99), "p": (2, 12), "d": (0, 9)}.get(
                name, (2009, 2026)
            )
            return str(low + int(self.random() * (high - low + 1)))
        return self.fill(self.pick(words()[name]))

    def fill(self, pattern):
        chosen = _CHOICE.sub(lambda match: self.pick(match[1].split("|")), pattern)
        return _SLOT.sub(self.slot, chosen)

    def slip(self, text):
        """Two letters swapped or one lost, no capitals, or no full stop."""
        at = int(self.random() * (len(text) - 2)) + 1
        return self.pick(
            [
                text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
                text[:at] + text[at + 1 :],
                text.lower(),
                text.replace(". ", " ").rstrip("."),
            ]
        )

    def disguise(self, text):
        def one_word(how):
            parts = text.split(" ")
            long = [at for at, part in enumerate(parts) if part.isalpha() and len(part) > 3]
            for at in long[:1] + long[2:4]:
                parts[at] = how(parts[at])
            return " ".join(parts)

        way = self.pick(["alike", "leet", "hidden", "spaced", "capitals"])
        if way == "capitals":
            return text.upper()
        separator = self.pick([" ", ".", "-", "_"])
        return one_word(
            {
                "alike": lambda word: word.lower().translate(_LOOK_ALIKE),
                "leet": lambda word: word.lower().translate(_LEET),
                "hidden": "\u200b".join,
                "spaced": separator.join,
            }[way]
        )

    def write(self, sentence, is_spam):
        body = self.fill(sentence.pattern)
        if self.chance(0.2):
            body = self.slip(body)
        if is_spam and self.chance(0.12):
            body = self.disguise(body)
        name = self.fill(sentence.name)
        is_quoting = self.chance(0.06 if is_spam else 0.12)
        quote = self.fill(self.pick(words()["quote"])) if is_quoting else ""
        is_reply = sentence.kind == "reply" or self.chance(0.2)
        return body, written(name, body, quote=quote, is_reply=is_reply)


def _half(half, count, seed) -> Iterator[Labelled]:
    writer, seen, is_spam = Writer(f"{half}-{seed}"), set(), half == "spam"
    # A short sentence runs out of variations; the others go on.
    for sentence in islice(cycle(sentences(half)), count * 20):
        body, text = writer.write(sentence, is_spam)
        said = "".join(filter(str.isalnum, body.casefold()))
        if said not in seen:
            seen.add(said)
            yield Labelled(text, is_spam, sentence.group, sentence.kind)


def labelled(each: int = EACH, seed: int = SEED) -> list[Labelled]:
    """`each` honest comments, then as many of spam; the same for the same seed."""
    return [row for half in ("honest", "spam") for row in islice(_half(half, each, seed), each)]

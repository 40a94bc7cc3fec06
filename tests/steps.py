"""Counts what a function does, so that tests need no clock.

`lines_run` counts lines of Python. `matching_steps` counts the positions that a regular expression
is tried at, by matching as CPython's engine does: greedy, from left to right, with every way back.
"""

import sys
from re import _constants as codes
from re import _parser as parser


class TooMany(Exception):
    """More steps than anything of use needs."""


def lines_run(function, *args, most=1_000_000) -> int:
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        if event == "line":
            count += 1
            if count > most:
                raise TooMany
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(former)
    return count


CATEGORIES = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}
NEGATED = {
    codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
    codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
    codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
}
REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


def tree_of(pattern):
    return parser.parse(pattern.pattern, pattern.flags)


class Matcher:
    """Tries one pattern on one text. Case counts only where the pattern says so."""

    def __init__(self, pattern, text, most):
        self.tree = tree_of(pattern)
        self.folds = bool(pattern.flags & 2)
        self.text = text
        self.most = most
        self.steps = 0
        self.groups = {}

    def step(self):
        self.steps += 1
        if self.steps > self.most:
            raise TooMany

    def search(self) -> int:
        at = 0
        while at <= len(self.text):
            end = next(self.ends(list(self.tree), at), None)
            at = at + 1 if end is None else max(end, at + 1)
        return self.steps

    def fullmatch(self) -> int:
        any(end == len(self.text) for end in self.ends(list(self.tree), 0))
        return self.steps

    def ends(self, nodes, at):
        """Every position where a match of these nodes from `at` ends, the preferred first."""
        if not nodes:
            yield at
            return
        (code, value), rest = nodes[0], nodes[1:]
        for end in self.ends_of(code, value, at):
            yield from self.ends(rest, end)

    def ends_of(self, code, value, at):
        self.step()
        if code in REPEATS:
            yield from self.ends_of_repeat(code, *value, at)
        elif code is codes.SUBPATTERN:
            for end in self.ends(list(value[3]), at):
                self.groups[value[0]] = at, end
                yield end
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from self.ends(list(branch), at)
        elif code is codes.ATOMIC_GROUP:
            yield from first_of(self.ends(list(value), at))
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            if self.looks(value, at) == (code is codes.ASSERT):
                yield at
        elif code is codes.GROUPREF:
            start, end = self.groups.get(value, (0, 0))
            if self.text.startswith(self.text[start:end], at):
                yield at + end - start
        elif code is codes.AT:
            if self.is_at(value, at):
                yield at
        elif at < len(self.text) and self.takes(code, value, self.text[at]):
            yield at + 1

    def ends_of_repeat(self, code, least, most, nodes, at):
        nodes = list(nodes)
        ways = self.repeated(nodes, least, most, at, is_lazy=code is codes.MIN_REPEAT)
        yield from first_of(ways) if code is codes.POSSESSIVE_REPEAT else ways

    def repeated(self, nodes, least, most, at, *, is_lazy):
        """Without recursion: each entry is a position and the ways to go on from it."""
        if least == 0 and is_lazy:
            yield at
        waiting = [(at, self.ends(nodes, at))] if most else []
        if not waiting:
            yield at
        while waiting:
            start, ways = waiting[-1]
            end = next(ways, None)
            if end is None or (end == start and len(waiting) > least):
                waiting.pop()
                if not is_lazy and len(waiting) >= least:
                    yield start
                continue
            if is_lazy and len(waiting) >= least:
                yield end
            if len(waiting) < most:
                waiting.append((end, self.ends(nodes, end)))
            elif not is_lazy:
                yield end

    def looks(self, value, at) -> bool:
        direction, nodes = value
        nodes = list(nodes)
        if direction > 0:
            return next(self.ends(nodes, at), None) is not None
        least, _most = parser.SubPattern(self.tree.state, nodes).getwidth()
        return at >= least and next(self.ends(nodes, at - least), None) == at

    def is_at(self, value, at) -> bool:
        text = self.text
        if value in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
            return at == 0
        if value in (codes.AT_END, codes.AT_END_STRING):
            return at == len(text)
        is_word = CATEGORIES[codes.CATEGORY_WORD]
        before, after = at > 0 and is_word(text[at - 1]), at < len(text) and is_word(text[at])
        return (before != after) == (value is codes.AT_BOUNDARY)

    def takes(self, code, value, char) -> bool:
        chars = {char, char.lower(), char.upper()} if self.folds else {char}
        if code is codes.ANY:
            return char != "\n"
        if code is codes.LITERAL:
            return any(ord(one) == value for one in chars if len(one) == 1)
        if code is codes.NOT_LITERAL:
            return ord(char) != value
        return any(is_in(value, one) for one in chars if len(one) == 1)


def first_of(ways):
    for one in ways:
        yield one
        return


def is_in(items, char) -> bool:
    is_negated = items[0][0] is codes.NEGATE
    return any(belongs(*item, char) for item in items[is_negated:]) != is_negated


def belongs(code, value, char) -> bool:
    if code is codes.RANGE:
        return value[0] <= ord(char) <= value[1]
    if code is codes.LITERAL:
        return ord(char) == value
    if value in NEGATED:
        return not CATEGORIES[NEGATED[value]](char)
    return CATEGORIES[value](char)


def matching_steps(pattern, text, how="search", most=1_000_000) -> int:
    """How often a node of the pattern is tried: until no more match is found, or on the whole."""
    return getattr(Matcher(pattern, text, most), how)()


# Characters of every kind that a class may ask for.
KINDS = " \n\u00a0aZé語0_9.,;:-–—/\\@#()[]{}<>“”„«»‘’'\"!?…%$€£₹¥&=+*|~`^\u0301\u200b\u20ac~\x00⟦⟧"


def sample_of(tree, choice=0) -> str:
    """A text that the nodes match, but for what they look at."""
    return "".join(sample_of_node(code, value, choice) for code, value in tree)


def sample_of_node(code, value, choice) -> str:
    if code in REPEATS:
        return sample_of(value[2], choice) * max(value[0], 1 if value[1] else 0)
    if code is codes.SUBPATTERN:
        return sample_of(value[3], choice)
    if code is codes.ATOMIC_GROUP:
        return sample_of(value, choice)
    if code is codes.BRANCH:
        return sample_of(value[1][choice % len(value[1])], choice)
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
        found = taken_by(code, value)
        return found[choice % len(found)]
    return ""


def taken_by(code, value) -> str:
    if code is codes.ANY:
        return KINDS.replace("\n", "")
    if code is codes.NOT_LITERAL:
        return KINDS.replace(chr(value), "")
    inside = "".join(char for char in KINDS if is_in(value, char))
    return inside or chr(first_in(value))


def first_in(items) -> int:
    code, value = items[0]
    return value[0] if code is codes.RANGE else value


def repeats_in(tree):
    """Every part that may stand many times, with what comes before it."""
    for number, (code, value) in enumerate(tree):
        parts = []
        if code in REPEATS:
            if value[1] > 8:
                yield tree[:number], value[2]
            parts = [value[2]]
        elif code is codes.SUBPATTERN:
            parts = [value[3]]
        elif code is codes.BRANCH:
            parts = value[1]
        elif code is codes.ATOMIC_GROUP:
            parts = [value]
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            parts = [value[1]]
        for part in parts:
            for before, inner in repeats_in(part):
                yield [*tree[:number], *before], inner


def attacks(pattern, choices=6):
    """(beginning, what is repeated): texts that lead the pattern into each of its repeats."""
    tree, found = tree_of(pattern), set()
    for choice in range(choices):
        whole = sample_of(tree, choice)
        found |= {("", whole), ("", whole[:1]), ("", whole[:-1])}
        for before, part in repeats_in(list(tree)):
            start, unit = sample_of(before, choice), sample_of(part, choice)
            found |= {(start, unit), ("", start + unit), ("", start)}
            found |= {(start, unit[:1]), (start, unit + sample_of(part, choice + 1))}
    return sorted((start, unit) for start, unit in found if unit)

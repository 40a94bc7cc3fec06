"""Nobody's words take long to read: the work grows no faster than the text, counted in steps.

Regular expressions keep the interpreter to themselves, so no time limit cuts them off. Each one in
our modules is tried on texts made to lead it astray, and each function that reads what people write
on texts that grow.
"""

import ast
import re
import sys
import unicodedata
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
import regex
from django.conf import settings

from articles.publishing import changes, shown
from articles.publishing.comparison import marked
from comments.forms import NameField, ReadableField
from comments.screening import banned_words, lookalikes
from comments.threads import may_turn_direction
from core import prose
from core.pagestore.checks import rooms
from core.prose import headings, rewording, words
from core.text import comparing, slugs
from corrections import differences
from corrections.proposals import passages, quoted_figures
from desk.suggestions import NUMBER
from facts.exchange import csv_lines, dates, one_line
from facts.models import Metric
from facts.naked import elsewhere
from facts.naked.scanning import naked_figures
from facts.prose import naming
from facts.rules import numerals
from facts.rules.cells import plain_cell, safe_cell
from search.views import words_of
from tests.browser.tools import LOOKED_AT_ONCE
from tests.steps import TooMany, attacks, lines_run, matching_steps

pytestmark = LOOKED_AT_ONCE

# Twice the text may take twice the steps, and what a beginning costs.
TWICE = 2.3
MANY = 120_000

# Nothing there reads what people write.
UNSERVED = {"bench", "demo", "migrations", "tests"}
# Nobody can write what would lead them astray.
UNREACHED = {
    "core.prose.html._SUMMARY": "held against the beginning of a line, once",
    "facts.prose.filling.PLACEHOLDER": "stored HTML, in which every tag is closed",
}


@cache
def our_modules():
    """(name, module) of all that the rooms hold, whatever was imported before."""
    found = []
    for path in sorted(path for room in rooms() for path in Path(room.path).rglob("*.py")):
        parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
        if not UNSERVED.intersection(parts):
            name = ".".join(parts).removesuffix(".__init__")
            found.append((name, import_module(name)))
    return found


def patterns_in(value, depth=0):
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, regex.Pattern) and "&&" not in value.pattern:
        # As `re` would read it: what is asked here is where it turns back, not at which letters.
        plain = re.sub(r"\\p\{[\w=]+\}", r"\\w", value.pattern.removeprefix("(?V1)"))
        yield re.compile(plain.replace(r"\X", "(?s:.)"), value.flags & re.IGNORECASE)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 4:
        yield from chain.from_iterable(patterns_in(one, depth + 1) for one in value)
    elif isinstance(value, dict) and depth < 4:
        yield from patterns_in(list(value.values()), depth)


@cache
def calls_in(module):
    """The names and methods of `NAME.method()` and `Class.NAME.method()`."""
    calls = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = node.func.value
            calls.add((getattr(asked, "id", None) or getattr(asked, "attr", None), node.func.attr))
    return calls


def how_asked(name, owner):
    """Whether a pattern is only ever held against a whole text."""
    users = [module for _name, module in our_modules() if is_known_in(module, name, owner)]
    asked = {method for user in users for known, method in calls_in(user) if known == name}
    return "fullmatch" if asked and asked <= {"fullmatch", "match"} else "search"


def is_known_in(module, name, owner):
    known = vars(module)
    if isinstance(owner, type):
        return known.get(owner.__name__) is owner
    return known.get(name) is vars(owner)[name]


METHODS = {"search", "match", "fullmatch", "split", "findall", "finditer", "sub"}


def written_in(module):
    """Patterns that functions write where they ask them."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("re" | "regex"), attr=asked),
                args=[ast.Constant(str() as pattern), *_],
            ) if asked in METHODS:
                yield node.lineno, "fullmatch" if "match" in asked else "search", pattern


def our_patterns():
    """(where, how it is asked, pattern) of each that a module or a class of ours holds."""
    for place, module in our_modules():
        for line, how, pattern in written_in(module):
            yield f"{place}:{line}", how, re.compile(pattern)
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == place:
                for attribute, held in vars(value).items():
                    for pattern in patterns_in(held):
                        yield f"{place}.{name}.{attribute}", how_asked(attribute, value), pattern
            for pattern in patterns_in(value):
                yield f"{place}.{name}", how_asked(name, module), pattern


def steps(pattern, beginning, unit, size, how):
    text = beginning + (unit * (size // len(unit) + 1))[:size] + "\x00"
    try:
        return matching_steps(pattern, text, how, most=MANY)
    except TooMany:
        return MANY


def grows_too_fast(pattern, how):
    """The text that leads it astray, or None."""
    for beginning, unit in attacks(pattern, choices=2):
        counted = partial(steps, pattern, beginning, unit, how=how)
        # Where so many are allowed and no more, only a longer text tells.
        if doubles(counted, 60) and doubles(counted, 300):
            return beginning, unit
    return None


def doubles(counted, size):
    twice = counted(2 * size)
    return twice == MANY or twice > TWICE * counted(size)


@pytest.mark.long
def test_no_pattern_of_ours_goes_astray():
    seen, wrong, sys_limit = set(), {}, sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        for place, how, pattern in our_patterns():
            if pattern.pattern not in seen and place not in UNREACHED:
                seen.add(pattern.pattern)
                if found := grows_too_fast(pattern, how):
                    wrong[place] = how, *found
    finally:
        sys.setrecursionlimit(sys_limit)
    assert wrong == {}
    assert len(seen) > 50


@pytest.mark.parametrize(
    ("pattern", "goes_astray"),
    [
        (r"(a+)+b", True),
        (r"(a|a)*b", True),
        (r"\s*\n", True),
        (r"a.*b.*c", True),
        (r"(?:x(?:\s*\(.{1,40}\))?\W{0,8})+y", True),
        (r"(?>a+)b", True),
        (r"(?<!a)a+b", False),
        (r"(?<![a-z])[a-z]{1,20}\d", False),
        (r"[ab]c?", False),
    ],
)
def test_pattern_that_goes_astray_would_be_noticed(pattern, goes_astray):
    """The positive control of the test above, with near misses."""
    assert (grows_too_fast(re.compile(pattern), "search") is not None) == goes_astray


# What people write, and what is done with it.

UNITS = (
    *("a ", "a", " ", "\n", "a\n", "a\n\n", "“a” ", '"a ', "(a) ", "(", "[", "![", "[](", "]("),
    *("**a", "*a_ ", "`", "> ", "- a\n", "|a", "&amp;", "<a ", "~~", "^[", "[^1]", "#\n", "."),
    *("http://a.b ", "a@b.c ", "75 % ", "$1,000 ", "1,000 ", "ten ", "as of 1 ", "the first "),
    *("A. ", "語", "é\u0301", "\u200b", "[a](fact:b/c) ", "[](fact:b/c)\n", "fact:b/c "),
    *("\\", "\\]", "]", "a,", "'", "\t", "a | "),
    *("<details>\n", "</details>", "<summary>", "<!--", "-->", "<b>", "</b>", "{#a}", "# a {#b}\n"),
    *("12,5 Prozent ", "5 millions d’", "dos mil y ", "einundzwanzig"),
    *(": a\n", "- [ ] a\n", "[a](#a)\n", "«", " »", "ا", "नि "),
)
METRIC = Metric(key="m", label="M", unit="USD", value_type="money")
CSV = "company,metric,value\n"


def renamed(text):
    with suppress(rewording.Unwritable):
        rewording.replace_link_words(text, lambda link: ("fact:d/e", "words"))


def unreadable(function, *args):
    with suppress(ValueError):
        function(*args)


READERS = {
    "article": prose.render,
    "comment": prose.render_comment,
    "direction of a comment": may_turn_direction,
    "oddities": prose.oddities,
    "links": prose.links,
    "addresses": lambda text: prose.rewrite_links(text, lambda link: "fact:d/e"),
    "words": renamed,
    "naked figures": naked_figures,
    **{
        f"naked figures in {code}": partial(naked_figures, language=code)
        for code in elsewhere.RULES
    },
    "versions": lambda text: marked(text, text[1:] + "b"),
    "versions side by side": lambda text: marked(text + "b\n", "b\n" + text.replace("a", "c")),
    "corrections": lambda text: changes.differences(
        shown.split(text), shown.split(f"B. {text} C.")
    ),
    "one long change": lambda text: differences.trimmed([{"before": text, "after": text + "b"}]),
    "banned words": lambda text: banned_words._holds(banned_words._read(text), "a b*"),
    "names": lookalikes.squashed,
    "text in a form": ReadableField(max_length=MANY, is_line=False, required=False).clean,
    "name in a form": NameField(max_length=MANY, required=False).clean,
    "slugs": lambda text: slugs.spell(text, 60),
    "headings": headings.slug_of,
    "count of words": words.count_words,
    "quotes": lambda text: quoted_figures._says(text, text),
    "quoted passages": lambda text: passages.find_passage(f"{text[:100]}end", text),
    "passages of a page": lambda text: passages.Seen.of_html(text),
    "one line": lambda text: unreadable(one_line.parse_line, text, METRIC),
    "date": lambda text: unreadable(dates.parse_as_of, text),
    "CSV": lambda text: unreadable(csv_lines.read, CSV + text),
    "CSV's header": lambda text: unreadable(csv_lines.read, text),
    "cells": lambda text: plain_cell(safe_cell(text)),
    "search": words_of,
    "proposed words": NUMBER.findall,
    "numbers in words": lambda text: numerals.read(text, "en"),
}


@pytest.mark.parametrize("name", READERS)
def test_work_grows_no_faster_than_what_is_written(name):
    read, wrong = READERS[name], {}
    for unit in UNITS:
        # What is looked up once is not counted.
        read(unit)
        once, twice = (lines_run(read, unit * (size // len(unit))) for size in (400, 800))
        if twice > TWICE * once + 200:
            wrong[unit] = once, twice
    assert wrong == {}


@pytest.mark.parametrize(
    ("unit", "text"),
    [("a ", "a (.) "), ("a ", "a "), ("a ", "a (a) "), ("a ", "a (a a (a) "), ("a b ", "a (b) b ")],
)
def test_quoted_passage_is_looked_for_once_from_each_word(unit, text):
    quote, text = unit * 22 + "end", text * 24
    assert passages.find_passage(quote, text) is None
    most = 8 * len(quote.split()) * len(text.split())
    assert lines_run(passages.find_passage, quote, text, most=most) <= most


def test_marks_are_put_in_order_in_short_texts_alone(monkeypatch):
    """`unicodedata.normalize` takes the square of the marks that a letter bears."""
    lengths, normalize = [], unicodedata.normalize

    def count(form, text):
        lengths.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", count)
    marks = "a" + "\u0301\u0327" * 3000
    prose.render(f"# {marks}\n\n[a](#{marks}) [b](fact:{marks}/{marks}) {marks}")
    naming.Address.parse(f"{marks}/{marks}")
    slugs.fold(marks)
    slugs.spell(marks, 60)
    slugs.composed(marks)
    assert max(lengths) <= 1000


def test_what_is_compared_in_compiled_code_is_bounded():
    """Two texts of the longest: one part differs as a whole, and no table is made of it."""
    old, new = ["a", "b"] * 50_000, ["b", "a"] * 50_000
    assert len(old) * len(new) > comparing.MOST_COMPARED
    assert len(list(comparing.passages(old, new))) == 1

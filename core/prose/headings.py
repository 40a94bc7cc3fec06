"""The headings of a text: their levels, their ids, and the links of the text that lead to them."""

from collections import Counter
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import quote, unquote

import regex
from markdown_it.token import Token

from core.text.slugs import MOST_COMPOSED, composed

LONGEST_ID = 60
# At the end of a heading, but not where a backslash takes its meaning away.
_OWN_ID = regex.compile(r"(?<!\s)\s*(?<!\\)\{#([\w.:-]{1,100})\}\s*$")
# The ids that the pages around a text have for themselves, and those that are made here.
_TAKEN = regex.compile(
    r"content|comments|join|unsent|sources|source-\d+|corrections(-title)?|toc|related|hearts"
    r"|top|preview|figures?|(margin|id|c|h|fn|fnref|source|figure|fact|card|entry)[-_].*",
    regex.IGNORECASE,
)


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


def is_taken(fragment: str) -> bool:
    """Whether it leads, or may lead, to what a page shows around its text."""
    return bool(_TAKEN.fullmatch(fragment))


def id_beside(html: str, slug: str) -> str:
    """Of a part that stands on a page with this text: its slug, unless that is an id already."""
    return f"entry-{slug}" if is_taken(slug) or f' id="{slug}"' in html else slug


def slug_of(words: str) -> str:
    """The letters of any script with their marks, and numbers; of other signs their codes."""
    kept = (
        "-" if char.isspace() or char == "-" else char
        for char in composed(words[:MOST_COMPOSED]).lower()
        if char.isspace() or char in "-_" or category(char)[0] in "LMN"
    )
    slug = regex.sub("-+", "-", "".join(kept))[:LONGEST_ID].strip("-_")
    return slug or "-".join(f"{ord(char):x}" for char in words if not char.isspace())[:LONGEST_ID]


@dataclass(frozen=True)
class _Found:
    """A heading that has no id yet. `path`: its own name, after those of the headings above it."""

    opening: Token
    level: int
    words: str
    own_id: str
    path: tuple[str, ...]


class Headings:
    """Levels from h2 down without a gap, ids that no other part of a page has.

    A name that several headings have is no id: each then takes the names above it as well, so that
    none takes the id of another that stood there before. A number is the last resort. Neither sign
    that joins them is part of a name.
    """

    def __init__(self, part: str):
        self.part = part
        self.contents: list[Heading] = []
        self.ids: set[str] = set()
        self.level = 1
        self.counts: dict[str, int] = {}
        self._found: list[_Found] = []
        self._above: list[tuple[int, str]] = []
        self._first: dict[str, str] = {}

    def take_own_id(self, inline: Token) -> str:
        """The author's `{#id}`, which is taken off the heading."""
        last = inline.children[-1] if inline.children else None
        if last is None or last.type != "text" or not _OWN_ID.search(inline.content):
            return ""
        if not (match := _OWN_ID.search(last.content)):
            return ""
        last.content = last.content[: match.start()]
        return composed(match[1])

    def settle(self, opening: Token, closing: Token, words: str, own_id: str) -> None:
        self.level = min(max(int(opening.tag[1]), 2), self.level + 1)
        opening.tag = closing.tag = f"h{self.level}"
        while self._above and self._above[-1][0] >= self.level:
            self._above.pop()
        self._above.append((self.level, own_id or slug_of(words)))
        path = tuple(name for _level, name in self._above)
        self._found.append(_Found(opening, self.level, words, own_id, path))

    def give_ids(self) -> None:
        """Once all of them are known."""
        for one in self._found:
            if self._is_honoured(one.own_id):
                self.ids.add(one.own_id)
                one.opening.attrSet("id", one.own_id)
        unnamed = [one for one in self._found if "id" not in one.opening.attrs]
        times = Counter(one.path[-1] for one in unnamed)
        for one in unnamed:
            name = one.path[-1]
            made = self._unique(".".join(one.path) if times[name] > 1 else name)
            self._first.setdefault(name, made)
            one.opening.attrSet("id", made)
        self.contents = [
            Heading(one.level, str(one.opening.attrs["id"]), one.words)
            for one in self._found
            if one.level <= 3 and not one.opening.level
        ]

    def _is_honoured(self, own_id: str) -> bool:
        return bool(own_id) and not (self.part or is_taken(own_id) or own_id in self.ids)

    def _unique(self, name: str) -> str:
        base = made = f"h-{self.part}{name}"
        while made in self.ids:
            self.counts[base] = self.counts.get(base, 1) + 1
            made = f"{base}:{self.counts[base]}"
        self.ids.add(made)
        return made

    def id_for(self, fragment: str) -> str | None:
        """Of the heading that a link means: by its id, or by its words, the first that has them."""
        for one in (fragment, f"h-{self.part}{fragment}"):
            if one in self.ids:
                return one
        return self._first.get(fragment) or self._first.get(slug_of(fragment))


def find_targets(tokens, headings: Headings) -> list[tuple[str, int]]:
    """Lead links to `#something` to its heading. Answers those that lead nowhere, with lines."""
    dead, line = [], 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        here = line
        for child in token.children or () if token.type == "inline" else ():
            if child.type in ("softbreak", "hardbreak"):
                here += 1
            href = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if not href.startswith("#") or href == "#":
                continue
            # What is told at the desk is looked for among slugs, and PostgreSQL takes no NUL.
            fragment = composed(unquote(href[1:])).replace("\x00", "")
            if found := headings.id_for(fragment):
                child.attrs["href"] = "#" + quote(found)
            elif not is_taken(fragment):
                dead.append((f"#{fragment}", here))
    return dead

"""The headings of a text: their levels, their ids, and the links of the text that lead to them."""

from dataclasses import dataclass
from unicodedata import category
from urllib.parse import quote, unquote

import regex
from markdown_it.token import Token

from core.slugs import MOST_COMPOSED, composed

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


class Headings:
    """Levels from h2 down without a gap, ids that no other part of a page has."""

    def __init__(self, part: str):
        self.part = part
        self.contents: list[Heading] = []
        self.ids: set[str] = set()
        self.level = 1
        self.counts: dict[str, int] = {}

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
        opening.attrSet("id", self._unique(words, own_id))
        if self.level <= 3 and not opening.level:
            self.contents.append(Heading(self.level, str(opening.attrs["id"]), words))

    def _unique(self, words: str, own_id: str) -> str:
        if own_id and not self.part and not is_taken(own_id) and own_id not in self.ids:
            self.ids.add(own_id)
            return own_id
        base = slug = f"h-{self.part}{own_id or slug_of(words)}"
        while slug in self.ids:
            self.counts[base] = self.counts.get(base, 1) + 1
            slug = f"{base}-{self.counts[base]}"
        self.ids.add(slug)
        return slug

    def id_for(self, fragment: str) -> str | None:
        """Of the heading that a link means: by its id, or by its words."""
        made = f"h-{self.part}"
        wanted = (fragment, made + fragment, made + slug_of(fragment))
        return next((one for one in wanted if one in self.ids), None)


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

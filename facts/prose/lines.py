"""One line of words with fact links in it: a title, a standfirst, the heading of a list's entry.

Nothing else in it is Markdown. A row keeps the words as readers see them under the line's own name,
for lists, feeds and search, and in `linked` what was written, with its HTML and what it quotes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.validators import MaxLengthValidator
from django.utils.deconstruct import deconstructible

from core import prose
from core.prose import ProseLink
from core.prose.rewording import escaped
from facts.prose.filling import Quoted, quoted_in
from facts.prose.naming import FactResolver, LinkTargets, Use

LINK = re.compile(r"\[([^\[\]]{0,200})\]\((fact:[^\s()<>]{1,200})\)", re.IGNORECASE)
# What would begin a heading or a list where a line begins.
OPENING = re.compile(r"^(\d{0,9})([-#+=.)])")


@deconstructible
class LineLengthValidator(MaxLengthValidator):
    """Of the words that readers see: what stands behind a link is not counted."""

    def clean(self, value):
        return len(words_of(value))


@dataclass(frozen=True)
class Line:
    written: str
    text: str
    html: str
    quoted: list[Quoted]
    uses: list[Use]

    def stored(self) -> dict:
        figures = [one.stored() for one in self.quoted]
        return {
            "written": self.written,
            "text": self.text,
            "html": self.html,
            "figures": figures,
        }


def has_links(line: str) -> bool:
    return "](" in line and LINK.search(line) is not None


def words_of(line: str) -> str:
    """Without the addresses."""
    return LINK.sub(lambda match: match[1], line)


def as_markdown(line: str) -> str:
    """What parses to these words and links, and to nothing else."""
    parts, at = [], 0
    for match in LINK.finditer(line):
        parts += [_plain(line[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*parts, _plain(line[at:])]).strip()


def _plain(words: str) -> str:
    before = " " if words[:1].isspace() else ""
    after = " " if words[-1:].isspace() else ""
    return before + OPENING.sub(r"\1\\\2", escaped(words)) + after


def with_heading(heading: str, blurb: str) -> str:
    """An entry of a list as one Markdown text."""
    heading = as_markdown(heading) if has_links(heading) else heading
    return "\n\n".join(filter(None, (heading, blurb)))


def pin_line(line: str, targets: LinkTargets) -> str:
    return LINK.sub(lambda match: targets.pin_ids(match[0]), line)


def render_line(line: str, resolver: FactResolver, most: int) -> Line:
    """`most` characters are kept as text: what a live figure says may come to be longer."""
    rendered = prose.render(as_markdown(line), resolver.resolve, language=resolver.language)
    html = rendered.html.strip().removeprefix("<p>").removesuffix("</p>")
    text = " ".join(rendered.text.split())[:most]
    return Line(line, text, html, resolver.quoted, resolver.uses(rendered.links))


def read_line(line: str, resolver: FactResolver, most: int) -> tuple[str, list[Quoted]]:
    """What readers would see of it now, and what it quotes."""
    if not has_links(line):
        return line, []
    rendered = render_line(line, resolver, most)
    return rendered.text, rendered.quoted


def replace_links(line: str, change: Callable[[ProseLink], tuple[str, str] | None]) -> str:
    """The line with links as `change` says: a whole address and plain words, or None."""

    def replaced(match):
        address = match[2].partition(":")[2]
        answer = change(ProseLink("fact", address, match[1], position=0, line=1))
        if answer is None:
            return match[0]
        words = answer[1].replace("[", "(").replace("]", ")")
        return f"[{words}]({answer[0]})"

    return LINK.sub(replaced, line)


class HasLines:
    """For models with `LINES`, the names of such fields, and a JSON field `linked`."""

    LINES: tuple[str, ...] = ()

    def written(self, name: str) -> str:
        """A line with its links, as editors write it."""
        line = self.linked.get(name)
        # Whoever writes other words over it means those.
        is_linked = line and line["text"] == getattr(self, name)
        return line["written"] if is_linked else getattr(self, name)

    def quoted_in_lines(self) -> list[list[Quoted]]:
        return [quoted_in(line["figures"]) for line in self.linked.values()]

    def render_lines(self, targets: LinkTargets, new_resolver) -> list[Use]:
        uses, linked = [], {}
        for name in self.LINES:
            written = self.written(name)
            if has_links(written):
                most = self._meta.get_field(name).max_length
                line = render_line(pin_line(written, targets), new_resolver(), most)
                setattr(self, name, line.text)
                linked[name] = line.stored()
                uses += line.uses
        self.linked = linked
        return uses

    def fill_lines(self, figures, language: str):
        """Today's figures in memory, as HTML under `<name>_html` and in the words themselves."""
        for name, line in self.linked.items():
            quoted = quoted_in(line["figures"])
            setattr(self, f"{name}_html", figures.fill(line["html"], quoted, language))
            text = figures.fill_text(line["html"], quoted, language, is_dated=False)
            setattr(self, name, text)
            line["text"] = text

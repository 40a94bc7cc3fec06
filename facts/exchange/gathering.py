"""The figures of a file, each with all its lines, and the lines that cannot be read."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from facts.exchange.building import build_fact
from facts.exchange.conflicts import find_conflicts
from facts.exchange.csv_lines import Line
from facts.exchange.unreadable import Unreadable
from facts.models import Fact


@dataclass(eq=False)
class Figure:
    """`lines` are all that the file says of it, `sources` those that name one.

    `rivals` are figures of the file that contradict it.
    """

    line: Line
    fact: Fact
    lines: list[Line] = field(default_factory=list)
    sources: list[Line] = field(default_factory=list)
    rivals: list["Figure"] = field(default_factory=list)

    @property
    def is_withdrawn(self) -> bool:
        return self.line["state"] == "withdrawn"


class Gathered:
    """`figures` in an order in which each comes after the one it supersedes.

    `errors` are (line, message).
    """

    def __init__(self, lines, record, decimal):
        self.record, self.decimal = record, decimal
        self.errors: list[tuple[Line, str]] = []
        self._by_identity: dict[tuple, Figure] = {}
        self._ids: dict[str, int] = {}
        for line in lines:
            try:
                self._take(line)
            except (Unreadable, ValidationError) as error:
                self.errors.append((line, said_by(error)))
        self.figures = list(self._superseded_first())
        find_conflicts(self.figures)

    def _take(self, line):
        fact = build_fact(line, self.record, self.decimal)
        # What was withdrawn may have been said again, and stand.
        new = Figure(line, fact)
        key = (*fact.identity, new.is_withdrawn, line["id"] if new.is_withdrawn else "")
        figure = self._by_identity.setdefault(key, new)
        if line["id"]:
            self._refuse_two_of_one_id(figure, line)
        figure.lines.append(line)
        if line["source_url"] or line["source_title"]:
            figure.sources.append(line)

    def _refuse_two_of_one_id(self, figure, line):
        if figure.line["id"] != line["id"]:
            message = _("Line %(line)d has the same figure under another id.")
            raise ValidationError(message % {"line": figure.line.number})
        first = self._ids.setdefault(line["id"], figure.line.number)
        if first != figure.line.number:
            message = _("Line %(line)d says something else of %(id)s.")
            raise ValidationError(message % {"line": first, "id": line["id"]})

    def _superseded_first(self):
        waiting = {figure.line["id"]: figure for figure in self._by_identity.values()}
        done: set[int] = set()
        # Of two that say the same, the withdrawn one makes room for the other.
        for figure in sorted(self._by_identity.values(), key=lambda one: not one.is_withdrawn):
            chain = []
            while figure and id(figure) not in done:
                done.add(id(figure))
                chain.append(figure)
                figure = waiting.get(figure.line["supersedes"] or None)
            yield from reversed(chain)


def said_by(error) -> str:
    """The error's messages in one line, each with the column it is about."""
    if isinstance(error, Unreadable):
        return str(error)
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        message if name == "__all__" else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )

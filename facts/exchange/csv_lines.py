"""Figures as CSV, written and read: one line per figure and source.

Values and dates are written the way an editor types them in a quick entry (`one_line`), with the
precision they are known to. No cell is a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from facts.exchange import history
from facts.exchange.numbers import COMMA, POINT
from facts.models import Fact
from facts.reading.records import state_of
from facts.rules.cells import plain_cell, safe_cell
from facts.rules.dating import Precision

# What a line says about its figure, and about a source of it.
FIGURE_COLUMNS = (
    *("id", "state", "company", "metric", "scope", "comparator", "value", "unit", "as_of"),
    *("basis", "supersedes", "reason", *history.COLUMNS),
)
SOURCE_COLUMNS = (
    *("source_url", "source_title", "source_publisher", "source_published"),
    *("quote", "locator", "retrieved_on"),
)
COLUMNS = (*FIGURE_COLUMNS, *SOURCE_COLUMNS)
NEEDED = ("company", "metric", "value")
MOST_BYTES = 20_000_000


class UnusableFile(ValueError):
    """The file cannot be read at all; the message says how to fix it."""


@dataclass(frozen=True)
class Line:
    """`number` counts from the header as line 1; missing cells are empty."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column) -> str:
        return self.cells.get(column, "")


def write(facts: Iterable[Fact]) -> Iterator[str]:
    """The lines of the file, header first. Load the facts `for_export`."""
    yield _csv_line(COLUMNS)
    for fact in facts:
        figure = {
            "id": fact.public_id,
            "state": state_of(fact),
            "company": fact.company.slug,
            "metric": fact.metric.key,
            "scope": fact.scope,
            "comparator": fact.comparator,
            "value": fact.machine_value,
            "unit": fact.metric.unit,
            "as_of": fact.partial_as_of,
            "basis": fact.basis,
            "supersedes": fact.supersedes and fact.supersedes.public_id,
            **history.written(fact),
        }
        for cited in [*map(_cited, fact.references.all())] or [{}]:
            row = figure | cited
            yield _csv_line(safe_cell(str(row.get(name) or "")) for name in COLUMNS)


def _cited(reference):
    source = reference.source
    return {
        "source_url": source.url,
        "source_title": source.title,
        "source_publisher": source.publisher,
        "source_published": Precision(source.published_precision).partial(source.published_on),
        "quote": reference.quote,
        "locator": reference.locator,
        "retrieved_on": reference.retrieved_on and reference.retrieved_on.isoformat(),
    }


def _csv_line(cells) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def decode(content: bytes) -> str:
    """Raises UnusableFile."""
    if len(content) > MOST_BYTES:
        raise UnusableFile(_("The file is too large: 20 MB at most. Split it."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = _("The file is not in UTF-8: save it as “CSV UTF-8” and try again.")
        raise UnusableFile(message) from None


def read(text: str) -> list[Line]:
    """The lines below the header. Raises UnusableFile."""
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise UnusableFile(_("This is no text file: save it as CSV and try again."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = _columns(next(reader, []))
        # A quoted passage may span several lines, so note where each record begins.
        lines, begun = [], reader.line_num + 1
        for cells in reader:
            if any(map(str.strip, cells)):
                lines.append(Line(begun, _named(columns, cells, begun)))
            begun = reader.line_num + 1
    except csv.Error as error:
        message = _("Line %(line)d is no CSV: %(error)s.")
        raise UnusableFile(message % {"line": reader.line_num, "error": error}) from None
    if not lines:
        raise UnusableFile(_("There is no figure in it: write a line for each below the header."))
    return lines


def _delimiter(text) -> str:
    header, _newline, _rest = text.partition("\n")
    return max(",;\t", key=header.count)


def sign_of_decimals(text: str) -> str:
    """The sign before the decimals of its numbers; empty where only its author can tell.

    With commas between cells a file is written as in English; semicolons come from countries that
    have the comma for decimals, and tabs from anywhere.
    """
    return POINT if _delimiter(text) == COMMA else ""


def _columns(header):
    columns = [name.strip().lower() for name in header]
    while columns and not columns[-1]:
        columns.pop()
    if missing := [name for name in NEEDED if name not in columns]:
        message = _("The first line must name the columns; missing: %(names)s.")
        raise UnusableFile(message % {"names": ", ".join(missing)})
    if unknown := [name for name in columns if name not in COLUMNS]:
        message = _("There is no such column: %(names)s. Known are %(known)s.")
        names = ", ".join(name[:40] or "–" for name in unknown[:10])
        raise UnusableFile(message % {"names": names, "known": ", ".join(COLUMNS)})
    if len(set(columns)) < len(columns):
        raise UnusableFile(_("A column is named twice in the first line."))
    return columns


def _named(columns, cells, number):
    if any(map(str.strip, cells[len(columns) :])):
        message = _("Line %(line)d has more cells than the first line names.")
        raise UnusableFile(message % {"line": number})
    return {
        name: plain_cell(cell).strip() for name, cell in zip(columns, cells, strict=False) if cell
    }

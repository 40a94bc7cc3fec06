"""Cells of tables that are a number and nothing else."""

import re

BARE_NUMBER = re.compile(
    r"[-−+~≈<>]?[ \u00a0]?(?:\d{1,3}(?:[., '\u00a0\u202f]\d{3}){1,5}|\d{1,15})(?:[.,]\d{1,6})?"
)
# Columns whose numbers name a row instead of counting something.
UNCOUNTED_HEAD = re.compile(
    r"(?i)^\W*$|\b(?:years?|ranks?|no|nos|number|date|version|port|line|page|step|chapter|quarter|id"
    r"|jahr|rang|nr|nummer|datum|seite|zeile|année|rang|numéro|date|page|ligne|año|puesto|número|fecha"
    r"|página|línea)\b"
)


class Table:
    """Where in a table the reading is: `column` counts from 1, and is 0 outside of one."""

    def __init__(self):
        self.column, self.is_head, self.heads = 0, False, {}

    def read(self, token):
        if token.type == "table_open":
            self.heads = {}
        elif token.type in ("tr_open", "table_close"):
            self.column = 0
        elif token.type in ("th_open", "td_open"):
            self.column += 1
            self.is_head = token.type == "th_open"
        elif token.type in ("th_close", "td_close"):
            self.is_head = False
        elif token.type == "inline" and self.is_head:
            self.heads[self.column] = "".join(child.content for child in token.children or ())

    @property
    def is_counted(self) -> bool:
        """Whether a bare number here is a figure: not in a column of names or of years."""
        return self.column > 1 and not UNCOUNTED_HEAD.search(self.heads.get(self.column, ""))

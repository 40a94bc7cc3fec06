"""Cells of CSV that no spreadsheet takes for a formula."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe_cell(text: str) -> str:
    """With an apostrophe before what would be read as a formula; a number stays a number."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text

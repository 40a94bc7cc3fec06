"""CSV cells that no spreadsheet evaluates as a formula."""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would evaluate it."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def plain_cell(text: str) -> str:
    """The text that was given to `safe_cell`."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text

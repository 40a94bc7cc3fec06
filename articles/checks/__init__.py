"""What is looked for in a text before it goes out; none of it keeps anybody from saving.

A check is a row of `CHECKS`; its section says whether it is off, asked about once, or keeps the
text from being published. Import from here.
"""

from articles.checks.asking import (
    CHECKS,
    Result,
    asked_of,
    digest_of,
    found_by,
    refuse_blocked,
    refuse_doubts,
    results_of,
)
from articles.checks.figures import UNSOURCED
from articles.checks.manuscript import Manuscript
from articles.checks.registry import Check, Finding, place_of

__all__ = [
    "CHECKS",
    "UNSOURCED",
    "Check",
    "Finding",
    "Manuscript",
    "Result",
    "asked_of",
    "digest_of",
    "found_by",
    "place_of",
    "refuse_blocked",
    "refuse_doubts",
    "results_of",
]

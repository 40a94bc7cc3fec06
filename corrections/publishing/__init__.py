"""The verbs that put a correction on record. Import them from here."""

from corrections.publishing.verbs import (
    MOST_OF_A_REASON,
    OF_THE_WHOLE,
    add,
    kinds_for,
    owe,
    publish_correction,
    redact,
    withdraw,
)

__all__ = [
    "MOST_OF_A_REASON",
    "OF_THE_WHOLE",
    "add",
    "kinds_for",
    "owe",
    "publish_correction",
    "redact",
    "withdraw",
]

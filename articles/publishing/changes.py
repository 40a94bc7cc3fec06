"""What a change of sentences that readers have seen is called: its kind, and a note for them."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles.models import Version
from core.text.comparing import passages, shared_at_start
from core.text.languages import speaking
from facts.models import Fact
from facts.rules.numerals import read

Kind = Version.Change
MOST_OF_A_NOTE = Version._meta.get_field("note").max_length
NUMBER = re.compile(r"(?:(?<!\w)[-−])?\d+(?:[.,\u202f\u00a0]\d+)*")
# So many words beside a difference may belong to a number in it: “1 234 567 million”.
AROUND = 3
# What may be said of a text that loses a figure which was found wrong.
OF_WRONG_FIGURES = (Kind.CORRECTION, Kind.RETRACTION, Kind.REINSTATEMENT)


class Unnamed(ValidationError):
    """Sentences that readers have seen would change, and nobody has said what kind of change."""


@dataclass(frozen=True)
class Change:
    """`said` is what rooms above keep with it."""

    kind: str
    note: str = ""
    fact_before: Fact | None = None
    fact_after: Fact | None = None
    said: dict = field(default_factory=dict)

    @classmethod
    def of_figure(cls, old: Fact, new: Fact | None, *, language="", is_rival=False) -> "Change":
        """What follows from the figures: a newer one is an update, a wrong one a correction.

        Its note is in the language of the text. `is_rival`: the new one is not newer, it says
        otherwise of the same time.
        """
        kind = Kind.CORRECTION if old.is_deprecated else Kind.UPDATE
        with speaking(language):
            return cls(kind, note_of(old, new, is_rival=is_rival), old, new)


def note_of(old: Fact, new: Fact | None, *, is_rival=False) -> str:
    """One sentence for readers."""
    if new is None:
        note = _("%(figure)s: %(old)s was wrong. %(reason)s")
    elif old.is_deprecated:
        note = _("%(figure)s: %(new)s. %(old)s was wrong. %(reason)s")
    elif is_rival:
        note = _("%(figure)s: %(new)s; another source says %(old)s.")
    else:
        note = _("%(figure)s: %(new)s; before, %(old)s.")
    scope = f", {old.scope}" if old.scope else ""
    words = {
        "figure": f"{old.company.name}, {old.metric.label}{scope}",
        "old": _dated(old),
        "new": _dated(new) if new else "",
        "reason": old.deprecated_reason,
    }
    return Truncator((note % words).strip()).chars(MOST_OF_A_NOTE)


def _dated(fact) -> str:
    return f"{fact.display_value} ({fact.as_of_label})"


def differences(before: list[str], after: list[str]) -> list[dict]:
    """The sentences that differ, each as {"before": …, "after": …}.

    One side is empty where a sentence came or went.
    """
    return [
        {"before": " ".join(old), "after": " ".join(new)}
        for old, new in changed_sentences(before, after)
    ]


def changed_sentences(before: list[str], after: list[str]) -> list[tuple[list, list]]:
    """The same, not joined: as many as there were beside as many as there are now."""
    found = []
    for is_same, old, new in passages(before, after):
        if is_same:
            continue
        # The same number: pair them one to one.
        is_paired = len(old) == len(new)
        found += [([a], [b]) for a, b in zip(old, new, strict=True)] if is_paired else [(old, new)]
    return found


def check(change: Change | None, changes: list[dict], lost: list[Fact], language: str = ""):
    """ValidationError where the change has no name, or one that hides what it is.

    `lost` are figures found wrong that the new text quotes no more; they are named as it says them.
    """
    if change is None:
        raise Unnamed(
            _("Readers have seen sentences that change: say what kind of change it is."),
            code="unnamed",
        )
    if lost and change.kind not in OF_WRONG_FIGURES:
        with speaking(language):
            names = {"figure": f"{lost[0].metric.label}, {lost[0].display_value}"}
        raise ValidationError(
            _("A figure that was found wrong leaves the text (%(figure)s): that is a correction.")
            % names
        )
    if change.kind == Kind.MINOR and any(_moves_a_number(one, language) for one in changes):
        raise ValidationError(_("A number changes: that is no slip of the pen."))
    if change.kind not in (Kind.FIRST, Kind.MINOR) and not change.note.strip():
        raise ValidationError(_("Say in a sentence what has changed."))


def _moves_a_number(change, language) -> bool:
    """In digits, with their signs, or in words: “two million”, “more than”, “per cent”, “€”."""
    before, after = change["before"], change["after"]
    if _in_digits(before) != _in_digits(after):
        return True
    one, other = (
        read(part, language or settings.LANGUAGE_CODE)
        for part in _where_they_differ(before.split(), after.split())
    )
    return (
        len(one.numerals) != len(other.numerals)
        or any(map(_are_two_numbers, one.numerals, other.numerals))
        or _are_both_said(one.currencies, other.currencies)
    )


def _in_digits(text) -> list[str]:
    return [number.replace("−", "-") for number in NUMBER.findall(text)]


def _where_they_differ(before, after) -> tuple[str, str]:
    """The words from the first difference to the last, with some around them."""
    first = shared_at_start(before, after)
    last = shared_at_start(before[first:][::-1], after[first:][::-1])
    start, end = max(first - AROUND, 0), max(last - AROUND, 0)
    return tuple(" ".join(words[start : len(words) - end]) for words in (before, after))


def _are_two_numbers(one, other) -> bool:
    if (one.amount, one.sign) != (other.amount, other.sign):
        return True
    return _are_both_said(one.bound, other.bound)


def _are_both_said(one, other) -> bool:
    """A word of it may have been misspelt: then it is said once."""
    return bool(one and other) and one != other

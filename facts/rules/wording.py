"""The words beside a figure that a newcomer cannot know, and what they mean."""

from django.utils.translation import gettext_lazy as _

# In the order in which they are explained.
MEANINGS = {
    "undated": (_("undated"), _("its source does not say of what day it speaks.")),
    "stale": (_("stale"), _("older than such a figure keeps: true once, perhaps no longer.")),
    "self": (_("self-reported"), _("the company’s own word; nobody else has counted.")),
    "estimated": (_("estimated"), _("worked out by somebody, not counted.")),
    "projected": (_("projected"), _("expected by somebody: it had not happened yet.")),
    "none": (_("none"), _("there is no such thing: the source says so.")),
    "unknown": (_("unknown"), _("nobody can say: the source says so.")),
    "undisclosed": (_("not disclosed"), _("known to somebody who keeps it secret.")),
    "disputed": (
        _("disputed"),
        _("another source says otherwise of the same time, and nobody has decided."),
    ),
    "preferred": (
        _("preferred"),
        _("our editors show it before newer ones, until a day they set."),
    ),
    "on record": (_("on record"), _("kept because it was said; another figure is shown now.")),
    "withdrawn": (_("withdrawn"), _("found wrong. It stays, struck through, with the reason.")),
}


def words_of(fact) -> list[str]:
    """Which of them are said of a fact when it is shown."""
    if fact.is_deprecated:
        return ["withdrawn"]
    said = {
        "undated": fact.as_of is None,
        "stale": fact.is_stale,
        "self": fact.basis == "self",
        "estimated": fact.basis == "estimated",
        "projected": fact.basis == "projected",
        fact.value_state: not fact.is_given,
    }
    return [word for word, is_said in said.items() if is_said]


def meanings_of(words) -> list[tuple]:
    """Each word once, with its meaning."""
    said = set(words)
    return [meaning for word, meaning in MEANINGS.items() if word in said]

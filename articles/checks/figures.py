from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.checks.registry import Check, Finding
from facts.prose.misfits import MISFIT


def _find_unsourced(manuscript):
    for one in manuscript.asked_figures:
        if one["kind"] != MISFIT:
            told = _("No source: link it to a fact, or say among its figures why it needs none.")
            yield Finding(told, one["text"], one["part"], one["line"], one["sentence"])


def _find_misfits(manuscript):
    for one in manuscript.asked_figures:
        if one["kind"] == MISFIT:
            told = _("The fact that it links says %(value)s.") % {"value": one["says"]}
            yield Finding(told, one["text"], one["part"], one["line"], one["sentence"])


UNSOURCED = Check(
    "unsourced",
    gettext_lazy("Figures without a source"),
    gettext_lazy("Every figure has its source"),
    _find_unsourced,
)
MISQUOTED = Check(
    "misquoted",
    gettext_lazy("Words that say something else than their figure"),
    gettext_lazy("Words and figures say the same"),
    _find_misfits,
)
CHECKS = [UNSOURCED, MISQUOTED]

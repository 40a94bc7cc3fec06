"""What a reader proposes, read for the form of a figure and shown beside it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from facts.admin.forms import known_source, typed
from facts.exchange.proposed import Proposal, read_date, read_value
from facts.models import Metric, Source

# More than a reader's form takes of any of them.
MOST_SHOWN = 500


@dataclass(frozen=True)
class Part:
    """One thing that a reader said; `doubt` is why it is not in the form, or how it got there."""

    label: str
    words: str
    doubt: str = ""


class Reading:
    """What could be read is `initial`, for the form; all that was said is in `parts`."""

    def __init__(self, proposal: Proposal, metric: Metric | None = None):
        self.name = _shortened(proposal.name)
        self.initial: dict = {}
        self.parts: list[Part] = []
        if proposal.value and metric:
            read = read_value(proposal.value, metric, proposal.language)
            self._take(_("Value"), proposal.value, *read)
        elif proposal.value:
            self._take(_("Value"), proposal.value, {}, _("Choose the metric, then type it."))
        if proposal.date:
            self._take(_("As of"), proposal.date, *read_date(proposal.date))
        if proposal.link:
            self._take(_("Source"), proposal.link, *_read_link(proposal.link))

    def _take(self, label, words, fields, doubt):
        self.initial |= {name: typed(value) for name, value in fields.items()}
        self.parts.append(Part(label, _shortened(words), doubt))


def _shortened(words) -> str:
    return Truncator(words).chars(MOST_SHOWN)


def _read_link(link) -> tuple[dict, str]:
    try:
        Source._meta.get_field("url").clean(link, None)
    except ValidationError as error:
        return {}, " ".join(error.messages)
    if source := known_source(link, ""):
        return {"source": source.pk}, _("That source is on record already: %s") % source
    return {"new_source_url": link}, ""

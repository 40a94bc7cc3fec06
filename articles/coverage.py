"""How many of an article's figures have a source, and which have none.

A row's `naked_figures` are those still asked about: what an editor let stand is not among them, so
that readers' pages, tasks and lists need not look the dismissals up. A dismissal names the figure
and its sentence and holds as long as both stand in the text.
"""

from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import prose
from facts.naked.scanning import naked_figures

MOST_NAMED = 3
# To be raised when the scan comes to find other figures in the same text.
SCAN_VERSION = 2


@dataclass(frozen=True)
class Coverage:
    """`sourced` are links, `naked` plain data as stored, `dismissed` rows (each with `figure`)."""

    sourced: list = field(default_factory=list)
    naked: list = field(default_factory=list)
    dismissed: list = field(default_factory=list)

    @property
    def total(self) -> int:
        """Those that need a source: an editor has said of the dismissed ones that they do not."""
        return len(self.sourced) + len(self.naked)

    @property
    def label(self) -> str:
        text = ngettext(
            "%(sourced)d of %(total)d figure sourced",
            "%(sourced)d of %(total)d figures sourced",
            self.total,
        )
        return text % {"sourced": len(self.sourced), "total": self.total}


def scan(parts, language: str) -> list[dict]:
    """The figures without a source in a body (part 0) and its list's entries, as plain data."""
    return [
        {**asdict(figure), "part": number}
        for number, text in enumerate(parts)
        for figure in naked_figures(text, language)
    ]


def asked_about(article, parts) -> list[dict]:
    """What `scan` finds, without what an editor let stand."""
    found = scan(parts, article.language)
    return _settled(article, found)[0] if found else []


def scan_changed(article, parts):
    """The row's own list, of texts that were not looked through before."""
    digest = _digest(parts, article.language)
    if article.scanned != digest:
        article.naked_figures, article.scanned = asked_about(article, parts), digest


def _digest(parts, language) -> str:
    text = repr((SCAN_VERSION, language, *parts))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _settled(article, found) -> tuple[list, list]:
    known = {}
    if found and article.pk:
        known = {(one.text, one.sentence): one for one in article.figure_dismissals.all()}
    naked, dismissed = [], []
    for figure in found:
        dismissal = known.get((figure["text"], figure["sentence"]))
        if dismissal is None:
            naked.append(figure)
        elif dismissal not in dismissed:
            dismissal.figure = figure
            dismissed.append(dismissal)
    return naked, dismissed


def coverage_of_parts(article, parts) -> Coverage:
    sourced = [link for text in parts for link in prose.links(text) if link.scheme == "fact"]
    return Coverage(sourced, *_settled(article, scan(parts, article.language)))


def coverage_of_content(article, content) -> Coverage:
    return coverage_of_parts(article, parts_of(content))


def parts_of(content) -> list[str]:
    entries = content["entries"] if content["kind"] == "list" else []
    texts = ("\n\n".join(filter(None, (one["heading"], one["blurb"]))) for one in entries)
    return [content["body"], *texts]


def check_gate(article, content, gate):
    """Refuse what the section does not let out: figures that nobody sourced or let stand."""
    if gate != "block":
        return
    parts = parts_of(content)
    if article.scanned == _digest(parts, article.language):
        naked = article.naked_figures
    else:
        naked = coverage_of_parts(article, parts).naked
    if not naked:
        return
    named = ", ".join(f"“{figure['text']}”" for figure in naked[:MOST_NAMED])
    text = ngettext(
        "%(count)d figure has no source (%(named)s). In this section such a text is not published:"
        " link it to a fact, or say on the page of its figures why it needs none.",
        "%(count)d figures have no source (%(named)s). In this section such a text is not"
        " published: link each to a fact, or say on the page of its figures why it needs none.",
        len(naked),
    )
    if len(naked) > MOST_NAMED:
        named = _("%(named)s and others") % {"named": named}
    raise ValidationError(text % {"count": len(naked), "named": named}, code="naked")


def dismiss(article, figure, *, reason, by):
    """Let a figure stand without a source. Idempotent: a second reason replaces the first."""
    dismissal, _created = article.figure_dismissals.update_or_create(
        text=figure["text"], sentence=figure["sentence"], defaults={"reason": reason, "by": by}
    )
    refresh(article)
    return dismissal


def undo(dismissal):
    article = dismissal.article
    dismissal.delete()
    refresh(article)


def refresh(article):
    """The row's own list, after a decision about one of them."""
    article.naked_figures = asked_about(article, [article.body, *article.entry_texts()])
    article.save(update_fields=["naked_figures"])

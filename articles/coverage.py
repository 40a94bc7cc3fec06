"""How many of an article's figures have a source, and which have none, or one that says otherwise.

A row's `naked_figures` are those still asked about: what an editor let stand is not among them, so
that readers' pages, tasks and lists need not look the dismissals up. A dismissal names the figure
and its sentence and holds as long as both stand in the text.
"""

from dataclasses import asdict, dataclass, field
from hashlib import blake2b

from django.utils.translation import ngettext

from core import prose
from facts.naked.scanning import MOST_OF_A_FIGURE, naked_figures
from facts.prose.lines import as_markdown, with_heading
from facts.prose.misfits import MISFIT, misfits
from facts.prose.naming import Address, LinkTargets

# To be raised when the scan comes to find other figures in the same text.
SCAN_VERSION = 7


@dataclass(frozen=True)
class Coverage:
    """`sourced` and `fallen` are links, `naked` plain data, `dismissed` rows (each with `figure`).

    What the fallen links lead to was found wrong, or is not published.
    """

    sourced: list = field(default_factory=list)
    naked: list = field(default_factory=list)
    dismissed: list = field(default_factory=list)
    fallen: list = field(default_factory=list)

    @property
    def total(self) -> int:
        """Those that need a source: an editor has said of the dismissed ones that they do not."""
        return len(self.sourced) + len(self.naked) + len(self.fallen)

    @property
    def label(self) -> str:
        text = ngettext(
            "%(sourced)d of %(total)d figure sourced",
            "%(sourced)d of %(total)d figures sourced",
            self.total,
        )
        return text % {"sourced": len(self.sourced), "total": self.total}


def scan(parts, language: str, targets: LinkTargets) -> list[dict]:
    """What asks for a source, or for other words, in the `parts_of` an article."""
    return [
        {**asdict(figure), "part": number}
        for number, text in parts.items()
        for figure in sorted(
            [*naked_figures(text, language), *misfits(text, language, targets)],
            key=lambda figure: figure.line,
        )
    ]


def asked_about(article, parts, targets=None) -> list[dict]:
    """What `scan` finds, without what an editor let stand."""
    found = scan(parts, article.language, targets or LinkTargets(*parts.values()))
    return _settled(article, found)[0] if found else []


def scan_changed(article, parts, targets):
    """The row's own list, of texts that were not looked through before.

    A published figure says the same for good, so words that fit it once fit it always.
    """
    digest = digest_of(parts, article.language)
    if article.scanned != digest:
        article.naked_figures, article.scanned = asked_about(article, parts, targets), digest


def digest_of(parts, language) -> str:
    text = repr((SCAN_VERSION, language, *parts.items()))
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


def coverage_of_parts(article, parts, language=None, targets=None) -> Coverage:
    targets = targets or LinkTargets(*parts.values())
    language = language or article.language
    naked, dismissed = _settled(article, scan(parts, language, targets))
    asked = {(one["text"], one["sentence"]) for one in naked if one["kind"] == MISFIT}
    sourced, fallen = [], []
    for link in (link for text in parts.values() for link in prose.links(text, language)):
        if link.scheme != "fact" or (link.words[:MOST_OF_A_FIGURE], link.sentence) in asked:
            continue
        (sourced if targets.stands(Address.parse(link.address)) else fallen).append(link)
    return Coverage(sourced, naked, dismissed, fallen)


def coverage_of_content(article, content) -> Coverage:
    return coverage_of_parts(article, parts_of(content))


def parts_of(content) -> dict:
    """Markdown by its place: title, standfirst, the body (0) and a list's entries (from 1 on)."""
    lines = {name: as_markdown(content[name]) for name in ("title", "standfirst")}
    return lines | dict(enumerate(texts_of(content)))


def texts_of(content) -> list[str]:
    """What is written in Markdown: the body, and the entries of a list."""
    entries = content["entries"] if content["kind"] == "list" else []
    return [content["body"], *(with_heading(one["heading"], one["blurb"]) for one in entries)]


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
    article.naked_figures = asked_about(article, article.parts())
    article.save(update_fields=["naked_figures"])

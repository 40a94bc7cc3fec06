"""Measure precision and recall of the search for figures without a source."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from facts.naked.scanning import NakedFigure, naked_figures

LABELLED = Path(settings.BASE_DIR) / "facts" / "tests" / "naked_prose"
STORIES = Path(settings.BASE_DIR) / "fixtures" / "demo" / "articles"
_LABEL = re.compile("⟦([^⟦⟧]*)⟧")
_FACT = re.compile(r"\[([^\[\]]*)\]\(fact:[^()]*\)")
# Words of a hit that no label needs to share.
UNLABELLED = {"about", "the", "a", "of"}
_WORD = re.compile(r"[\w.,]*\w|[%$€£₦]")


@dataclass
class Measured:
    """`right` of the `hits` overlap a labelled figure; `found` of the `labels` overlap a hit."""

    hits: int = 0
    right: int = 0
    labels: int = 0
    found: int = 0
    words: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.hits if self.hits else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.labels if self.labels else 1.0

    def __str__(self):
        return (
            f"{self.words} words, {self.labels} figures; "
            f"precision {self.precision:.1%} ({self.right} of {self.hits}), "
            f"recall {self.recall:.1%} ({self.found} of {self.labels})"
        )

    def add(self, marked: str):
        """Measure a text whose figures are labelled with ⟦brackets⟧."""
        labels = [
            (number, set(_WORD.findall(label[1].lower())))
            for number, line in enumerate(marked.splitlines(), start=1)
            for label in _LABEL.finditer(line)
        ]
        text = _LABEL.sub(r"\1", marked)
        matched: set[int] = set()
        for figure in naked_figures(text):
            self._match(figure, labels, matched)
        self.labels += len(labels)
        self.found += len(matched)
        self.words += len(text.split())
        self.missed += [
            f"{line}: {' '.join(sorted(words))}"
            for number, (line, words) in enumerate(labels)
            if number not in matched
        ]

    def _match(self, figure: NakedFigure, labels: list[tuple[int, set]], matched: set[int]):
        """Count a hit, and add the label of its line with most words in common to `matched`."""
        words = set(_WORD.findall(figure.text.lower())) - UNLABELLED
        common = {
            number: len(label & words)
            for number, (line, label) in enumerate(labels)
            if line == figure.line and label & words
        }
        self.hits += 1
        if not common:
            self.false.append(f"{figure.line}: {figure.text}")
            return
        self.right += 1
        # Prefer one not matched yet: the same words may appear twice in a line.
        matched.add(max(common, key=lambda i: (common[i], i not in matched, -i)))


def on_unseen_prose() -> Measured:
    """On prose that was labelled before the rules were written, and not used to tune them."""
    return _on(LABELLED / "unseen")


def on_varied_prose() -> Measured:
    """On single sentences of many kinds, most of them with a number that is no figure."""
    return _on(LABELLED / "varied")


def _on(directory: Path) -> Measured:
    measured = Measured()
    for path in sorted(directory.glob("*.md")):
        measured.add(path.read_text(encoding="utf-8"))
    return measured


def on_the_demo() -> Measured:
    """On the demo's stories, as if none of their figures had a source."""
    wanted: dict[str, list[str]] = {}
    for line in (LABELLED / "demo.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, words = line.partition("\t")
            wanted.setdefault(name, []).append(words)
    measured = Measured()
    for path in sorted(STORIES.glob("*.md")):
        measured.add(_marked(_prose_of(path), wanted.get(path.stem, [])))
    return measured


def _prose_of(path: Path) -> str:
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    entries = tomllib.loads(head).get("entries", [])
    parts = [body, *(f"{entry['heading']}\n\n{entry['blurb']}" for entry in entries)]
    return _FACT.sub(r"\1", "\n\n".join(parts))


def _marked(text: str, labels: list[str]) -> str:
    for label in labels:
        at = 0
        while (at := text.find(label, at)) >= 0 and text[at - 1] == "⟦":
            at += len(label)
        if at < 0:
            raise ValueError(f"No story says “{label}” any more.")
        text = f"{text[:at]}⟦{label}⟧{text[at + len(label) :]}"
    return text

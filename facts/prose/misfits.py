"""Words that a text pins to a figure which says something else."""

from dataclasses import dataclass

from core import prose
from core.text.languages import speaking
from facts.naked.scanning import MOST_OF_A_FIGURE
from facts.prose.naming import Address, LinkTargets
from facts.rules.fitting import do_fit

MISFIT = "misfit"


@dataclass(frozen=True)
class Misfit:
    """As a figure without a source, with what the linked one says and its public id."""

    text: str
    sentence: str
    line: int
    kind: str
    says: str
    fact: str


def misfits(text: str, language: str, targets: LinkTargets) -> list[Misfit]:
    """In reading order; `targets` hold what the text links to.

    What a figure says is said as the text would say it.
    """
    pinned = [link for link in prose.links(text, language) if link.scheme == "fact" and link.words]
    found = [(link, targets.fact(Address.parse(link.address))) for link in pinned]
    wrong = [
        (link, fact) for link, fact in found if fact and not do_fit(link.words, fact, language)
    ]
    with speaking(language):
        return [
            Misfit(
                text=link.words[:MOST_OF_A_FIGURE],
                sentence=link.sentence,
                line=link.line,
                kind=MISFIT,
                says=fact.display_value,
                fact=fact.public_id,
            )
            for link, fact in wrong
        ]

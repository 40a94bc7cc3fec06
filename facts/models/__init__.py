"""Every sourced claim about a company: Wikidata's statement, cut to an editor's size.

Import from here. Within, sources and metrics know nothing of the claims that rest on them.
"""

from facts.models.decisions import Distinction, Overruling
from facts.models.facts import Fact, Reference, new_public_id
from facts.models.metrics import Metric
from facts.models.sources import Source
from facts.models.tech_uses import TechUse, TechUseReference

__all__ = [
    "Distinction",
    "Fact",
    "Metric",
    "Overruling",
    "Reference",
    "Source",
    "TechUse",
    "TechUseReference",
    "new_public_id",
]

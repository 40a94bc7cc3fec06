"""Sourced claims about companies, modelled on Wikidata's statements.

Import models from here. Inside the package, sources, scopes and metrics do not import claims.
"""

from facts.models.decisions import Distinction, Overruling
from facts.models.events import EventRedaction, FactEvent
from facts.models.facts import Fact, new_public_id
from facts.models.imports import FigureImport, ImportedFigure
from facts.models.metrics import Metric, MetricVersion
from facts.models.references import Reference
from facts.models.scopes import Scope
from facts.models.sources import Source, SourceVersion
from facts.models.tech_uses import TechUse, TechUseReference

__all__ = [
    "Distinction",
    "EventRedaction",
    "Fact",
    "FactEvent",
    "FigureImport",
    "ImportedFigure",
    "Metric",
    "MetricVersion",
    "Overruling",
    "Reference",
    "Scope",
    "Source",
    "SourceVersion",
    "TechUse",
    "TechUseReference",
    "new_public_id",
]

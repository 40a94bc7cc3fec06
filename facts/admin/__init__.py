"""The desk's pages of this room. Django finds them by importing this package."""

from facts.admin import companies, facts, metrics, scopes, sources, tech_uses

__all__ = ["companies", "facts", "metrics", "scopes", "sources", "tech_uses"]

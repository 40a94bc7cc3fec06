"""The articles part of the desk; importing it registers the models."""

from articles.admin import articles, taxonomy

__all__ = ["articles", "taxonomy"]

"""What checks look at: a content of an article, read and parsed once for all of them."""

from dataclasses import dataclass
from functools import cached_property

from articles import coverage
from articles.models import Article, Section
from core import prose
from facts.prose.naming import LinkTargets


@dataclass
class Manuscript:
    """`parts` are those of `articles.coverage.parts_of`; `content` may lack what was not typed."""

    article: Article
    content: dict
    parts: dict

    @classmethod
    def of(cls, article, content):
        return cls(article, content, coverage.parts_of(content))

    @property
    def language(self) -> str:
        return self.content["language"]

    @cached_property
    def section(self) -> Section | None:
        key = self.content.get("section")
        if key == self.article.section_id:
            return self.article.section
        return Section.objects.filter(pk=key).first()

    @cached_property
    def targets(self) -> LinkTargets:
        return LinkTargets(*self.parts.values())

    @cached_property
    def tokens(self) -> dict:
        return {part: prose.parse(markdown) for part, markdown in self.parts.items()}

    @cached_property
    def figures(self) -> coverage.Coverage:
        return coverage.coverage_of_parts(self.article, self.parts, self.language, self.targets)

    @cached_property
    def asked_figures(self) -> list[dict]:
        """As the row has them, where it is of these texts."""
        if self.article.scanned == coverage.digest_of(self.parts, self.language):
            return self.article.naked_figures
        return self.figures.naked

    def inlines(self):
        """(part, line, token) of each paragraph, heading and cell."""
        for part, tokens in self.tokens.items():
            line = 1
            for token in tokens:
                line = token.map[0] + 1 if token.map else line
                if token.children:
                    yield part, line, token

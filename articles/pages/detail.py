"""What an article's page shows, and how it is read from the database.

A page that no store holds yet is still read by somebody: its queries are prepared, and what is
made of their rows is kept for as long as the database gives the same ones.
"""

import datetime
from dataclasses import dataclass, field

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from articles.models import Article, Byline, ListEntry, Section, Topic
from articles.pages import ranking, structured
from articles.pages.feeds import site_feed_urls
from articles.publishing.quoting import fill, texts_of
from companies.models import Company
from core.pagination import older_than
from core.prepared import Prepared, Rows
from core.structured import absolute
from facts.models import Fact, Reference
from facts.prose.filling import Figures, figures_of, quoted_in, references_of

MOST_RELATED = 4
FEWEST_HEADINGS = 3


def _published(slug):
    joined = "section", "cover", "audience", "ranking", "correction_notes"
    articles = Article.objects.published().select_related(*joined)
    return articles.defer("body").filter(slug=slug)[:1]


def _around(article, published_at, topics, companies):
    here = Article(pk=article, published_at=published_at)
    rows = [Topic(pk=pk) for pk in topics], [Company(pk=pk) for pk in companies]
    is_shown = Q(status="published", published_at__lte=timezone.now())
    return Article.objects.around(here, *rows).annotate(
        is_shown=ExpressionWrapper(is_shown, BooleanField()),
        is_older=ExpressionWrapper(older_than(published_at, article), BooleanField()),
    )


def _references(companies):
    return (
        Reference.objects.filter(fact__in=Fact.objects.current().filter(company__in=companies))
        .select_related("source", "fact__company", "fact__metric")
        .order_by("fact__metric__position", "fact__metric__label", "fact__scope", "fact", "pk")
    )


PUBLISHED = Prepared(_published)
SECTIONS = Prepared(lambda: Section.objects.all())
TOPICS = Prepared(lambda article: Topic.objects.filter(articles=article))
COMPANIES = Prepared(
    lambda article: Company.objects.visible().filter(articles=article).select_related("industry")
)
ENTRIES = Prepared(
    lambda article: ListEntry.objects.filter(article=article).select_related("company__industry")
)
REFERENCES = Prepared(_references)
AROUND = Prepared(_around)
BYLINES = Prepared(
    lambda articles: Byline.objects.filter(article__in=articles).select_related("author")
)


@dataclass
class ArticleParts:
    """What hangs on an article: its live rows, or what a revision says for a preview."""

    authors: list
    topics: list
    companies: list
    entries: list
    # What is said above and below the entries of an assembled list.
    assembled: dict | None = None


@dataclass(frozen=True)
class Neighbours:
    """The nearest older, the nearest newer and the related articles, best first.

    `bylines` are those of the article itself and of the related ones.
    """

    older: Rows
    newer: Rows
    related: Rows
    bylines: Rows

    @classmethod
    def of(cls, article, published_at, topics, companies):
        found = AROUND(
            article=article, published_at=published_at, topics=topics, companies=companies
        )
        names = "published_at", "id", "is_shown", "is_older", "shared_companies", "shared_topics"
        older, newer, related = [], [], []
        # Plain values first: of dozens of rows a handful is shown.
        for row, moment, pk, is_shown, is_older, *shared in zip(
            found, *map(found.column, names), strict=True
        ):
            if is_shown:
                (older if is_older else newer).append((moment, pk, row))
                if any(shared):
                    related.append((*shared, moment, pk, row))
        related = found.only(row[-1] for row in sorted(related, reverse=True)[:MOST_RELATED])
        return cls(
            found.only([max(older)[-1]] if older else []),
            found.only([min(newer)[-1]] if newer else []),
            related,
            BYLINES(articles=[article, *related.column("id")]),
        )

    def bylines_by_article(self) -> dict:
        bylines = {}
        for byline in self.bylines.objects():
            bylines.setdefault(byline.article_id, []).append(byline)
        return bylines

    def context(self) -> dict:
        bylines, related = self.bylines_by_article(), self.related.objects()
        for article in related:
            # As prefetch_related leaves them: they are here already.
            article._prefetched_objects_cache = {"bylines": bylines.get(article.pk, [])}
        return {
            "previous": next(iter(self.older.objects()), None),
            "next": next(iter(self.newer.objects()), None),
            "related": related,
        }


@dataclass(frozen=True)
class Reading:
    """The rows that an article's page is made of; its counts, ads and discussion stand apart."""

    found: Rows = field(compare=False, repr=False)
    words: tuple
    topics: Rows
    companies: Rows | None
    entries: Rows | None
    places: Rows | None
    references: Rows | None
    quoted: tuple
    figures: Rows | None
    around: Neighbours
    sections: Rows
    # What is preferred, or stale, is so until a day.
    today: datetime.date = field(default_factory=timezone.localdate)

    @classmethod
    def of(cls, found, article):
        """`found` is what PUBLISHED gave, and `article` made of it."""
        topics, companies = TOPICS(article=article.pk), None
        entries = ENTRIES(article=article.pk) if article.kind == Article.Kind.LIST else None
        places = ranking.matching(article)
        if not (entries or places):
            companies = COMPANIES(article=article.pk)
        keys = _company_keys(entries, places, companies)
        stored = [article.figures, *(entries.column("figures") if entries else ())]
        quoted = tuple(one for text in stored for one in quoted_in(text))
        return cls(
            found=found,
            words=found.without(Article._meta.get_field("audience").related_model),
            topics=topics,
            companies=companies,
            entries=entries,
            places=places,
            references=REFERENCES(companies=keys) if companies is None else None,
            quoted=quoted,
            figures=references_of(quoted),
            around=Neighbours.of(article.pk, article.published_at, topics.column("id"), keys),
            sections=SECTIONS(),
        )

    def keys(self, article):
        """What the page shows beside itself: its discussion, and what is on the same matters."""
        yield from (f"article:{article.pk}", f"discussion:article:{article.pk}")
        yield from (f"topic:{pk}" for pk in self.topics.column("id"))
        keys = _company_keys(self.entries, self.places, self.companies)
        yield from (f"company:{pk}" for pk in {*keys, *(one.company for one in self.quoted)})
        if ranking.of(article):
            # Any company may come to match, and any figure to move it.
            yield from ("companies", "technologies")

    def context(self) -> dict:
        article = self.found.objects()[0]
        entries, assembled = self.entries.objects() if self.entries else [], None
        if ranking.of(article):
            companies = self.places.objects() if self.places else []
            entries = ranking.arrange(article.ranking, companies, entries)
        if entries:
            give_facts(entries, self.references.objects())
        if ranking.of(article):
            assembled = ranking.finish(article.ranking, entries)
        companies = self.companies.objects() if self.companies else []
        bylines = self.around.bylines_by_article().get(article.pk, [])
        parts = ArticleParts(
            authors=[byline.author for byline in bylines],
            topics=self.topics.objects(),
            companies=companies or [entry.company for entry in entries],
            entries=entries,
            assembled=assembled,
        )
        sections = {"nav_sections": self.sections.objects()}
        figures = Figures(
            texts_of(article, entries), self.figures.objects() if self.figures else []
        )
        context = detail_context(article, parts, figures)
        return context | self.around.context() | sections


def _company_keys(entries, places, companies) -> list:
    """Of those that a page is about: a list's, a hundred at most, or a story's."""
    if companies is not None:
        return companies.column("id")
    listed = entries.column("company") if entries else []
    return sorted({*listed, *(places.column("id") if places else ())})


def preview_context(article, parts, asked=None) -> dict:
    """The same of what may never have been live, and of whatever is live around it.

    `asked` is the ranking that the text asks for.
    """
    if asked:
        matching = ranking.Query.of(asked).rows().objects()
        parts.entries = ranking.arrange(asked, matching, parts.entries)
        parts.companies = [entry.company for entry in parts.entries]
    companies = [company.pk for company in parts.companies]
    if parts.entries:
        give_facts(parts.entries, REFERENCES(companies=companies).objects())
    if asked:
        parts.assembled = ranking.finish(asked, parts.entries)
    topics = [topic.pk for topic in parts.topics]
    around = Neighbours.of(article.pk, article.published_at, topics, companies)
    figures = figures_of(*texts_of(article, parts.entries))
    return detail_context(article, parts, figures) | around.context()


def detail_context(article, parts, figures) -> dict:
    """What `articles/article_detail.html` shows of an article itself."""
    fill(article, parts.entries, figures)
    # In a list, what stands below its first rule is said after the entries.
    opening, closing = article.body_html, ""
    if parts.entries:
        opening, _rule, closing = opening.partition("<hr>")
    sourced = sum(len(text.figures) for text in (article, *parts.entries))
    headings = article.headings if len(article.headings) >= FEWEST_HEADINGS else []
    return {
        "article": article,
        "opening_html": opening,
        "closing_html": closing,
        "authors": parts.authors,
        "topics": parts.topics,
        "companies": parts.companies,
        "entries": parts.entries,
        "assembled": parts.assembled,
        "headings": headings,
        "sources": figures.sources,
        "figures_sourced": sourced,
        "figures_in_all": sourced + len(article.naked_figures),
        "meta_title": article.title,
        "og_type": "article",
        "description": structured.description_of(article),
        "canonical_url": absolute(article.get_absolute_url()),
        "og_image": structured.image_of(article),
        "json_ld": structured.news_article(article, parts.authors, parts.entries),
        "feed_urls": site_feed_urls(),
    }


def give_facts(entries, references):
    """Give each entry its company's current `facts`, each with the `source` it rests on."""
    by_company = {}
    for reference in references:
        facts = by_company.setdefault(reference.fact.company_id, {})
        fact = facts.setdefault(reference.fact_id, reference.fact)
        if fact is reference.fact:
            fact.source = reference.source
    for entry in entries:
        entry.facts = list(by_company.get(entry.company_id, {}).values())

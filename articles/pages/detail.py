"""What an article's page shows, and how it is read from the database."""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from articles.labels import author_links
from articles.models import Article, Byline, Listing
from articles.pagekeys import keys_of_bylines
from articles.pages import ranking, structured
from articles.pages.feeds import site_feed_urls
from articles.publishing.quoting import fill, texts_of
from core.text.languages import has_initial
from facts.models import Fact, Reference
from facts.prose.filling import Figures, figures_of, references_of
from facts.prose.misfits import MISFIT

RELATED_SHOWN = 4
FEWEST_HEADINGS = 3
BYLINES = Prefetch("bylines", Byline.objects.select_related("author"))


@dataclass
class ArticleParts:
    """What hangs on an article: its live rows, or what a revision says for a preview."""

    authors: list
    topics: list
    companies: list
    entries: list
    # What is said above and below the entries of an assembled list.
    assembled: dict | None = None


@dataclass
class Beside:
    """The nearest older, the nearest newer and the related articles, best first."""

    previous: Article | None
    next: Article | None
    related: list

    @classmethod
    def of(cls, article):
        """`related_ids` say which are related: they need not be public any more."""
        # Two small queries take two thirds of the time of one that finds both.
        titles = Article.objects.only("title", "slug", "language", "retracted_at")
        found = Article.objects.published().filter(pk__in=article.related_ids).with_cards()
        rows = {row.pk: row for row in found} if article.related_ids else {}
        return cls(
            previous=titles.older_than(article).first(),
            next=titles.newer_than(article).first(),
            related=[rows[pk] for pk in article.related_ids if pk in rows][:RELATED_SHOWN],
        )


class ArticlePage:
    """The rows of a live article's page; its ads and discussion are rendered apart."""

    @classmethod
    def load(cls, slug) -> "ArticlePage | None":
        try:
            return cls(Article.objects.published().for_page().get(slug=slug))
        except Article.DoesNotExist:
            return None

    def __init__(self, article):
        self.article = article
        self.topics = list(article.topics.all())
        self.entries, self.companies, self.assembled = [], [], None
        if article.kind == Article.Kind.LIST:
            self._read_list()
        texts = texts_of(article, self.entries)
        quoted = [one for text in texts for one in text]
        self.quoted_companies = {one.company for one in quoted}
        self.figures = Figures(texts, references_of(quoted), article.language)
        # The margin of a story shows its figures, or else its companies.
        if not (self.entries or self.figures.sources):
            self.companies = list(article.companies.visible().select_related("industry"))
        self.beside = Beside.of(article)
        prefetch_related_objects([article, *self.beside.related], BYLINES)

    def _read_list(self):
        asked = ranking.of(self.article)
        entries = list(self.article.entries.select_related("company__industry"))
        self.entries = ranking.shown_entries(self.article, entries)
        self.companies = [entry.company for entry in self.entries]
        give_facts(self.entries, references_about(self.company_keys()))
        if asked:
            self.assembled = ranking.finish(asked, self.entries)

    def company_keys(self) -> list:
        """Of those that the page is about: a list's, a hundred at most, or a story's."""
        return sorted({company.pk for company in self.companies})

    def keys(self):
        """What the page is made of: see `core.pagestore`."""
        yield f"article:{self.article.pk}"
        yield from (f"topic-name:{topic.pk}" for topic in self.topics)
        yield from keys_of_bylines([self.article, *self.beside.related])
        yield from (f"teaser:{pk}" for pk in self.article.related_ids)
        companies = {*self.company_keys(), *self.quoted_companies}
        yield from (f"company:{pk}" for pk in companies)
        if self.assembled:
            # Any company may come to match, and any figure to move it.
            yield from ("companies", "technologies")
            # Its rule names the metric, also where no company has a figure of it; what else it
            # names, the companies have.
            if self.article.ranking.metric_id:
                yield f"metric:{self.article.ranking.metric_id}"

    def context(self) -> dict:
        parts = ArticleParts(
            authors=[byline.author for byline in self.article.bylines.all()],
            topics=self.topics,
            companies=self.companies,
            entries=self.entries,
            assembled=self.assembled,
        )
        return detail_context(self.article, parts, self.figures) | vars(self.beside)


def references_about(companies) -> list[Reference]:
    """The current figures of companies with their sources."""
    facts = Fact.objects.current().filter(company__in=companies)
    references = Reference.objects.filter(fact__in=facts)
    return list(
        references.select_related("source", "fact__company", "fact__metric").order_by(
            "fact__metric__position", "fact__metric__label", "fact__scope", "fact", "pk"
        )
    )


def preview_context(article, parts, asked=None) -> dict:
    """The same of what may never have been live, and of whatever is live around it.

    `asked` is the ranking that the text asks for.
    """
    if asked:
        parts.entries = ranking.arrange(asked, ranking.matching(asked), parts.entries)
        parts.companies = [entry.company for entry in parts.entries]
    companies = [company.pk for company in parts.companies]
    if parts.entries:
        give_facts(parts.entries, references_about(companies))
    if asked:
        parts.assembled = ranking.finish(asked, parts.entries)
    topics = [topic.pk for topic in parts.topics]
    article.related_ids = Listing.objects.that_share_most(article, topics, companies)
    beside = Beside.of(article)
    prefetch_related_objects(beside.related, BYLINES)
    figures = figures_of(*texts_of(article, parts.entries), language=article.language)
    return detail_context(article, parts, figures) | vars(beside)


def detail_context(article, parts, figures) -> dict:
    """What `articles/article_detail.html` shows of an article itself."""
    fill(article, parts.entries, figures)
    # In a list, what stands below its first rule is said after the entries.
    opening, closing = article.body_html, ""
    if parts.entries or parts.assembled:
        opening, _rule, closing = opening.partition("<hr>")
    quoted = [one for text in texts_of(article, parts.entries) for one in text]
    sourced = [one for one in quoted if figures.is_sourced(one)]
    # Words that say something else than their figure stand in both.
    misfits = [one["fact"] for one in article.naked_figures if one["kind"] == MISFIT]
    standing = {figures.fact_of(one).public_id for one in sourced}
    headings = article.headings if len(article.headings) >= FEWEST_HEADINGS else []
    return {
        "article": article,
        "correction_notes": getattr(article, "correction_notes", None),
        "opening_html": opening,
        "closing_html": closing,
        "has_initial": has_initial(article.body_text, article.language),
        "author_links": author_links(parts.authors),
        "topics": parts.topics,
        "companies": parts.companies,
        "entries": parts.entries,
        "assembled": parts.assembled,
        "headings": headings,
        "sources": figures.sources,
        "figures_sourced": len(sourced) - sum(one in standing for one in misfits),
        "figures_in_all": len(quoted) + len(article.naked_figures) - len(misfits),
        "meta_title": article.search_headline,
        "og_type": "article",
        "description": structured.search_description_of(article),
        "canonical_url": structured.canonical_of(article),
        "og_image": structured.image_of(article),
        "json_ld": structured.news_article(article, parts.authors, parts.entries, figures.sources),
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

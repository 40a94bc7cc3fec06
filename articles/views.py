from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import archives, structured
from articles.feeds import section_feed_urls, site_feed_urls
from articles.models import Article, Author, Byline, Section, Topic
from core.pagination import paginate
from core.structured import absolute
from facts.models import Fact, Reference

MOST_RELATED = 4
FEWEST_HEADINGS = 3


@require_safe
def article_detail(request, slug):
    articles = Article.objects.published().select_related("section", "cover", "audience")
    article = articles.filter(slug=slug).first()
    if article is None:
        return _redirect_from_former(slug)
    parts = ArticleParts.of(article)
    return render(request, "articles/article_detail.html", detail_context(article, parts))


def _redirect_from_former(slug):
    target = Article.objects.published().filter(former_slugs__slug=slug).first()
    if target is None:
        raise Http404("No such article.")
    return HttpResponsePermanentRedirect(target.get_absolute_url())


@dataclass
class ArticleParts:
    """What hangs on an article: its live rows, or what a revision says for a preview.

    Without `authors`, the bylines are fetched together with those of the related articles.
    """

    authors: list | None
    topics: list
    companies: list
    entries: list

    @classmethod
    def of(cls, article):
        topics = list(article.topics.all())
        entries = []
        if article.kind == Article.Kind.LIST:
            entries = list(article.entries.select_related("company__industry"))
        companies = [entry.company for entry in entries] or list(
            article.companies.visible().select_related("industry")
        )
        return cls(None, topics, companies, entries)


def detail_context(article, parts):
    """Everything `articles/article_detail.html` shows of an article, live or previewed."""
    add_current_facts(parts.entries)
    around = Article.objects.around(article, parts.topics, parts.companies)
    public = [row for row in around if row.is_published]
    previous, following, related = _sorted_around(article, public)
    bylines = Prefetch("bylines", Byline.objects.select_related("author"))
    prefetch_related_objects([article, *related], bylines)
    authors = parts.authors
    if authors is None:
        authors = [byline.author for byline in article.bylines.all()]
    # In a list, what stands below its first rule is said after the entries.
    opening, closing = article.body_html, ""
    if parts.entries:
        opening, _rule, closing = article.body_html.partition("<hr>")
    headings = article.headings if len(article.headings) >= FEWEST_HEADINGS else []
    return {
        "article": article,
        "opening_html": opening,
        "closing_html": closing,
        "authors": authors,
        "topics": parts.topics,
        "companies": parts.companies,
        "entries": parts.entries,
        "previous": previous,
        "next": following,
        "related": related,
        "headings": headings,
        "sources": article.sources,
        "meta_title": article.title,
        "og_type": "article",
        "description": structured.description_of(article),
        "canonical_url": absolute(article.get_absolute_url()),
        "og_image": structured.image_of(article),
        "json_ld": structured.news_article(article, authors),
        "feed_urls": site_feed_urls(),
    }


def add_current_facts(entries):
    """Give each entry its company's `facts`, each with the `source` it rests on, in one query."""
    if not entries:
        return
    companies = {entry.company_id for entry in entries}
    references = (
        Reference.objects.filter(fact__in=Fact.objects.current().filter(company__in=companies))
        .select_related("source", "fact__company", "fact__metric")
        .order_by("fact__metric__position", "fact__metric__label", "fact__scope", "fact", "pk")
    )
    by_company = {}
    for reference in references:
        facts = by_company.setdefault(reference.fact.company_id, {})
        fact = facts.setdefault(reference.fact_id, reference.fact)
        if fact is reference.fact:
            fact.source = reference.source
    for entry in entries:
        entry.facts = list(by_company.get(entry.company_id, {}).values())


def _sorted_around(article, rows):
    """The nearest older, the nearest newer and the related ones, best first."""

    def place(row):
        return row.published_at, row.pk

    here = place(article)
    previous = max((row for row in rows if place(row) < here), key=place, default=None)
    following = min((row for row in rows if place(row) > here), key=place, default=None)
    related = [row for row in rows if row.shared_companies or row.shared_topics]
    related.sort(
        key=lambda row: (row.shared_companies, row.shared_topics, *place(row)), reverse=True
    )
    return previous, following, related[:MOST_RELATED]


def _render_list(request, template, articles, **context):
    page = paginate(articles.with_card_data(), request, visible=lambda rows: rows.published())
    return _render_page(request, template, page, **context)


def _render_listings(request, template, row, **context):
    """The articles of a topic or an author, by what the database keeps of their places."""
    listings = row.listings.with_articles()
    page = paginate(listings, request, visible=lambda rows: rows.published(), key="article_id")
    page = replace(page, object_list=[listing.article for listing in page])
    return _render_page(request, template, page, **context)


def _render_page(request, template, page, *, path=None, **context):
    cursor = {key: request.GET[key] for key in ("before", "after") if key in request.GET}
    query = f"?{urlencode(cursor)}" if cursor else ""
    defaults = {
        "page": page,
        "object_list": page.object_list,
        "feed_urls": site_feed_urls(),
        "canonical_url": absolute((path or request.path) + query),
    }
    return render(request, template, defaults | context)


@require_safe
def article_list(request):
    return _render_list(
        request,
        "articles/article_list.html",
        Article.objects,
        years=archives.years(),
        meta_title=_("Archive"),
    )


@require_safe
def archive_year(request, year):
    period = archives.year_period(year)
    months = archives.months(year)
    if not months:
        raise Http404("Nothing was published in that year.")
    return _render_archive(request, period, months)


@require_safe
def archive_month(request, year, month):
    period = archives.month_period(year, month)
    months = archives.months(year, current=month)
    if not any(one.current for one in months):
        raise Http404("Nothing was published in that month.")
    return _render_archive(request, period, months)


def _render_archive(request, period, months):
    return _render_list(
        request,
        "articles/article_archive.html",
        period.articles,
        path=period.url,
        period=period,
        months=months,
        meta_title=period.label,
    )


@require_safe
def section_detail(request, slug):
    section = get_object_or_404(Section, slug=slug)
    return _render_list(
        request,
        "articles/section_detail.html",
        section.articles,
        section=section,
        feed_urls=section_feed_urls(section),
        meta_title=section.name,
        description=section.description,
    )


@require_safe
def topic_detail(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    return _render_listings(
        request,
        "articles/topic_detail.html",
        topic,
        topic=topic,
        meta_title=topic.name,
        description=topic.description,
    )


@require_safe
def author_detail(request, slug):
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    return _render_listings(
        request,
        "articles/author_detail.html",
        author,
        author=author,
        meta_title=author.name,
        description=author.role,
    )

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Section, Topic
from articles.pagekeys import keys_of_bylines
from articles.pages import archives
from articles.pages.detail import ArticlePage
from articles.pages.feeds import section_feed_urls, site_feed_urls
from articles.pages.sections import nav_sections
from articles.pages.withdrawn import show_withdrawn
from core.fragments import PageWithPlaces
from core.pagestore import made_of, page_part, stored_page
from core.web.pagination import PLACE_PARAMS, paginate
from core.web.structured import absolute


class NoSuchArticle(Exception):
    pass


@require_safe
@stored_page("ads")
def article_detail(request, slug):
    try:
        article, page = page_part(request, ("article", slug), partial(_article_part, request, slug))
    except NoSuchArticle:
        return show_withdrawn(request, slug=slug) or _redirect_from_former(slug)
    return HttpResponse(page.html(article=article, request=request))


def _article_part(request, slug):
    """The page without its ads and its discussion, and what it is made of."""
    page = ArticlePage.load(slug)
    if page is None:
        # Nothing is kept of addresses that lead nowhere.
        raise NoSuchArticle
    context = page.context() | {"nav_sections": nav_sections(request)}
    html = PageWithPlaces("articles/article_detail.html", context)
    return (page.article, html), page.keys()


def _redirect_from_former(slug):
    target = Article.objects.once_public().filter(former_slugs__slug=slug).first()
    if target is None:
        raise Http404("No such article.")
    return HttpResponsePermanentRedirect(target.get_absolute_url())


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
    made_of(request, *keys_of_bylines(page.object_list))
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
@stored_page("articles", params=PLACE_PARAMS)
def article_list(request):
    return _render_list(
        request,
        "articles/article_list.html",
        Article.objects,
        years=archives.years(),
        meta_title=_("Archive"),
    )


@require_safe
@stored_page("articles", params=PLACE_PARAMS)
def archive_year(request, year):
    period = archives.year_period(year)
    months = archives.months(year)
    if not months:
        raise Http404("Nothing was published in that year.")
    return _render_archive(request, period, months)


@require_safe
@stored_page("articles", params=PLACE_PARAMS)
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
@stored_page(params=PLACE_PARAMS)
def section_detail(request, slug):
    section = get_object_or_404(Section, slug=slug)
    made_of(request, f"section:{section.pk}")
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
@stored_page(params=PLACE_PARAMS)
def topic_detail(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    made_of(request, f"topic:{topic.pk}")
    return _render_listings(
        request,
        "articles/topic_detail.html",
        topic,
        topic=topic,
        meta_title=topic.name,
        description=topic.description,
    )


@require_safe
@stored_page(params=PLACE_PARAMS)
def author_detail(request, slug):
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    made_of(request, f"author:{author.pk}")
    return _render_listings(
        request,
        "articles/author_detail.html",
        author,
        author=author,
        meta_title=author.name,
        description=author.role,
    )

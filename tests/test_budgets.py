"""Whole pages, with everything that hangs on them, in a number of queries that rows do not move."""

from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

import images.models
from ads.factories import AdFactory
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, TopicFactory
from articles.models import Article, Author, Section, Topic
from bench.article import make_article
from comments.factories import CommentFactory
from comments.models import Comment, Discussion
from companies.models import Company, Technology
from core.tests.readers import LOG_QUERIES, Site
from core.web.pagination import write_cursor
from corrections.factories import CorrectionFactory
from facts.factories import FactFactory
from facts.models import Fact
from images.models import Picture
from tests.browser.tools import LOOKED_AT_ONCE
from tests.bulk import publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_article(request):
    """An article with a cover's worth of everything, and a discussion of fifty comments."""
    kind = request.param
    topics = TopicFactory.create_batch(3)
    article = ArticleFactory(kind=kind, authors=AuthorFactory.create_batch(2), topics=topics)
    for _number in range(6):
        company = FactFactory().company
        if kind == "list":
            ListEntryFactory(article=article, company=company)
        article.companies.add(company)
        ArticleFactory(companies=[company], topics=topics)
    AdFactory(placement="above")
    AdFactory(placement="below")
    root = CommentFactory(discussion__article=article)
    for _number in range(24):
        CommentFactory(discussion=root.discussion)
        CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root)
    CommentFactory(discussion=root.discussion)
    CorrectionFactory.create_batch(3, article=article)
    return article


@pytest.mark.parametrize("full_article", ["story", "list"], indirect=True)
def test_article_with_fifty_comments_stays_within_its_budget(
    full_article, django_assert_max_num_queries
):
    """In a process that has the parts that all pages share: its ads, and the list of sections."""
    site = Site()
    site.get(ArticleFactory(section=full_article.section).get_absolute_url())
    with django_assert_max_num_queries(9 + LOG_QUERIES):
        response = site.ask(full_article.get_absolute_url())
    assert response.body.count(b'id="c-') == 50


@LOOKED_AT_ONCE
def test_measured_article_with_fifty_comments_weighs_no_more_than_50_kb(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(images.models, "draw_all", lambda file: None)
    call_command("seed_demo", stdout=StringIO())
    Picture.objects.update(has_renditions=True)
    with django_capture_on_commit_callbacks(execute=True):
        article = make_article()
    assert article.cover.has_renditions
    html = client.get(article.get_absolute_url()).content
    assert b'<section class="related"' in html
    assert html.count(b'id="c-') == 50
    assert len(html) <= 50_000


def test_list_of_articles_stays_within_its_budget(client, django_assert_max_num_queries):
    topic = TopicFactory()
    section = ArticleFactory().section
    for _number in range(30):
        ArticleFactory(section=section, topics=[topic], authors=[AuthorFactory()])
    for path in ("/articles/", section.get_absolute_url(), topic.get_absolute_url()):
        with django_assert_max_num_queries(8):
            response = client.get(path)
        assert len(response.context["object_list"]) == 20


# The most queries a page may run, whatever the tables hold.
BUDGETS = {
    "front": 10,
    "article": 10,
    "archive": 8,
    "archive, deep": 8,
    "year": 8,
    "month": 8,
    "section": 8,
    "topic": 8,
    "author": 8,
    "company": 15,
    "directory": 8,
    "figure": 12,
    "comparison": 8,
    "technologies": 4,
    "technology": 8,
    "feed": 6,
    "comment feed": 4,
    "sitemap index": 13,
    "metric": 10,
    "metrics": 3,
    "figures of a company": 8,
    "figures of a metric": 10,
    "sitemap part": 4,
    "discussion": 8,
    "comment": 6,
    "corrections": 8,
    "correction feed": 4,
}


def addresses() -> dict:
    """One page of each kind, of rows with as much on them as there is."""
    discussion = Discussion.objects.exclude(article=None).order_by("pk").first()
    comment = Comment.objects.visible().filter(discussion=discussion).first()
    oldest = Article.objects.published().order_by("published_at")[:2][1]
    names = {
        model: model.objects.filter(slug__startswith="bulk-").order_by("pk").first()
        for model in (Section, Topic, Company, Technology)
    }
    names[Author] = discussion.article.authors.first()
    bulk = Company.objects.filter(slug__startswith="bulk-", is_public=True).order_by("pk")[:4]
    pair = "&".join(f"c={company.slug}" for company in bulk)
    fact = Fact.objects.current().filter(company=names[Company]).order_by("pk").first()
    listed = {model: row.get_absolute_url() for model, row in names.items()}
    return {
        "front": "/",
        "article": discussion.article.get_absolute_url(),
        "archive": "/articles/",
        "archive, deep": f"/articles/?before={write_cursor(oldest.published_at, oldest.pk)}",
        "year": f"/articles/{oldest.published_at.year}/",
        "month": f"/articles/{oldest.published_at:%Y/%m}/",
        "section": listed[Section],
        "topic": listed[Topic],
        "author": listed[Author],
        "company": listed[Company],
        "figure": fact.get_absolute_url(),
        "metric": fact.metric.get_absolute_url(),
        "metrics": "/metrics/",
        "figures of a company": f"{listed[Company]}figures.json",
        "figures of a metric": f"{fact.metric.get_absolute_url()}figures.csv",
        "comparison": f"/companies/compare/?{pair}",
        "directory": "/companies/",
        "technologies": "/technologies/",
        "technology": listed[Technology],
        "feed": "/feeds/articles.atom",
        "comment feed": "/feeds/comments.atom",
        "sitemap index": "/sitemap.xml",
        "sitemap part": "/sitemap-articles.xml",
        "discussion": f"/discussions/article/{discussion.article_id}/",
        "comment": f"/discussions/comment/{comment.public_id}/",
        "corrections": "/corrections/",
        "correction feed": "/feeds/corrections.atom",
    }


def queries_by_page(client) -> dict[str, int]:
    counts = {}
    for name, url in addresses().items():
        # Once before it counts: what a process keeps for its whole life is no page's query.
        client.get(url)
        for cache in caches.all():
            cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code in (200, 302), url
        counts[name] = len(queries)
    return counts


@pytest.mark.usefixtures("statistics_taken_back")
@pytest.mark.xdist_group("bulk")
def test_pages_run_the_same_few_queries_with_ten_rows_and_with_ten_thousand(
    client, django_db_setup, django_db_blocker
):
    counts = {}
    for rows in (10, 10_000):
        size = {"articles": rows, "companies": max(10, rows // 20), "comments": max(40, rows)}
        with publication(django_db_blocker, **size, with_search=False):
            counts[rows] = queries_by_page(client)
    assert counts[10] == counts[10_000]
    over = {name: count for name, count in counts[10].items() if count > BUDGETS[name]}
    assert over == {}

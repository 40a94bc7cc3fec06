"""No list page reads a whole table or sorts one: the database says so itself, of every query."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Author, Topic
from comments.models import Discussion
from core.web.pagination import write_cursor
from tests.bulk import publication

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("statistics_taken_back"),
    pytest.mark.xdist_group("bulk"),
]

# What grows without end. The others hold tens or hundreds of rows.
LARGE = [
    "articles_article",
    "articles_article_companies",
    "articles_article_topics",
    "articles_byline",
    "articles_listing",
    "articles_revision",
    "audience_audience",
    "audience_dailyviews",
    "comments_comment",
    "comments_discussion",
    "desk_reviewtask",
    "facts_fact",
    "facts_reference",
    "facts_source",
]
PAGES = {
    "front": "/",
    "article": "/articles/{article}/",
    "archive": "/articles/",
    "archive, deep": "/articles/?before={place}",
    "archive, backwards": "/articles/?after={place}",
    "year": "/articles/{year}/",
    "month": "/articles/{year}/03/",
    "section": "/sections/bulk-section-1/",
    "section, deep": "/sections/bulk-section-1/?before={place}",
    "topic": "/topics/{topic}/",
    "topic, deep": "/topics/{topic}/?before={place}",
    "author": "/authors/{author}/",
    "author, backwards": "/authors/{author}/?after={place}",
    "company": "/companies/bulk-1/",
    "figures of a company": "/companies/bulk-1/figures.json",
    "metrics": "/metrics/",
    "feed": "/feeds/articles.atom",
    "section feed": "/sections/bulk-section-1/feeds/articles.atom",
    "comment feed": "/feeds/comments.atom",
    "sitemap index": "/sitemap.xml",
    "sitemap part": "/sitemap-articles.xml?p=1",
    "sitemap of topics": "/sitemap-topics.xml",
    "sitemap of authors": "/sitemap-authors.xml",
    "discussion": "/discussions/article/{discussed}/",
}
DESK = {
    "today": "/admin/",
    "calendar": "/admin/calendar/?month={year}-03",
    "find": "/admin/find/?q=bulk+article",
    "articles": "/admin/articles/article/",
    "articles of a section": "/admin/articles/article/?section__id__exact={section}",
    "articles in review": "/admin/articles/article/?state=review",
    "articles of a kind": "/admin/articles/article/?kind__exact=list",
    "articles of a language": "/admin/articles/article/?language=en-gb",
    "articles of a year": "/admin/articles/article/?year={year}",
    "comments": "/admin/comments/comment/",
    "comments that wait": "/admin/comments/comment/?state__exact=pending",
    "comments of a year": "/admin/comments/comment/?year={year}",
    "discussions": "/admin/comments/discussion/",
    "facts": "/admin/facts/fact/",
    "sources": "/admin/facts/source/",
    "review tasks": "/admin/desk/reviewtask/",
    "review tasks of a kind": "/admin/desk/reviewtask/?kind__exact=stale",
    "snoozed review tasks": "/admin/desk/reviewtask/?state=snoozed",
    "answered review tasks": "/admin/desk/reviewtask/?state=done",
}
SCAN = re.compile(rf"SCAN (?:{'|'.join(LARGE)})(?!\w)(?: USING)?")
# What waits for the desk, however many comments there are: this index has nothing else.
OF_WHAT_WAITS = re.compile(r"SCAN \w+ USING (?:COVERING )?INDEX comments_comment_to_decide\b")
IN_KEYS = re.compile(r'ORDER BY (?:"\w+"\."id"|1) (?:ASC|DESC) LIMIT \d+$')
SEQUENTIAL = re.compile(rf"Seq Scan on (?:{'|'.join(LARGE)})(?!\w)")


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    with publication(django_db_blocker, articles=3000, companies=60, comments=4000) as size:
        middle = Article.objects.published().order_by("-published_at")[size.articles // 2]
        discussed = Discussion.objects.exclude(article=None).order_by("pk").first()
        yield {
            "article": discussed.article.slug,
            "section": middle.section_id,
            "topic": Topic.objects.filter(slug__startswith="bulk-").first().slug,
            "author": Author.objects.filter(slug__startswith="bulk-").first().slug,
            "place": write_cursor(middle.published_at, middle.pk),
            "year": middle.published_at.year,
            "discussed": discussed.article_id,
        }


def queries_of(client, url) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


def plan_of(sql) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[3] for row in cursor.fetchall())
        # The few thousand rows of a test are read faster whole: what is asked is whether an index
        # would do.
        for name in ("seqscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{name} = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        for name in ("seqscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{name} = on")
        return plan


def fault_in(sql, plan) -> str:
    """What the plan does that would grow with the table."""
    if connection.vendor == "sqlite":
        plan = OF_WHAT_WAITS.sub("", plan)
        scanned, is_sorted = SCAN.search(plan), "TEMP B-TREE FOR ORDER BY" in plan
        # In the order of an index, or of the keys, a page is read from its top and no further.
        if scanned and " LIMIT " in sql and (" USING" in scanned[0] or IN_KEYS.search(sql)):
            scanned = None
        is_sorted |= "TEMP B-TREE FOR LAST TERM" in plan or "TERMS OF ORDER BY" in plan
    else:
        scanned, is_sorted = SEQUENTIAL.search(plan), "Sort Key:" in plan
    if scanned:
        return scanned[0]
    return "sorts the list" if is_sorted and is_page_of_a_list(sql) else ""


def is_page_of_a_list(sql) -> bool:
    """Whether it takes one page from the top of a large table in its order."""
    table = re.search(r' FROM "(\w+)"', sql)[1]
    return table in LARGE and bool(re.search(r"ORDER BY .* LIMIT \d+$", sql))


def faults(client, url) -> list[str]:
    found = []
    for sql in queries_of(client, url):
        if fault := fault_in(sql, plan_of(sql)):
            found.append(f"{fault}: {sql[:2000]}")
    return found


@pytest.mark.parametrize("page", PAGES)
def test_page_reads_its_rows_by_index(client, places, page):
    assert faults(client, PAGES[page].format(**places)) == []


@pytest.mark.parametrize("page", DESK)
def test_list_of_the_desk_reads_its_rows_by_index(client, places, page):
    if page == "find" and connection.vendor == "postgresql":
        pytest.skip("what matches there is ranked beside all articles")
    user = get_user_model().objects.create_superuser("desk", password="x")
    client.force_login(user)
    assert faults(client, DESK[page].format(**places)) == []


def test_a_sort_and_a_scan_are_told_from_an_index(places):
    newest = Article.objects.published().in_order()[:20]
    by_title = Article.objects.order_by("word_count", "pk")[:20]
    scan = Article.objects.filter(word_count=1).order_by()
    with CaptureQueriesContext(connection) as queries:
        list(newest), list(by_title), list(scan)
    told = [bool(fault_in(query["sql"], plan_of(query["sql"]))) for query in queries]
    assert told == [False, True, True]

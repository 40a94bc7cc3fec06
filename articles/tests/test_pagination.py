import datetime
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.factories import ArticleFactory, SectionFactory
from articles.models import Article
from core.web.pagination import write_cursor

pytestmark = pytest.mark.django_db
START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def fill(count, *, per_moment=1):
    section = SectionFactory()
    Article.objects.bulk_create(
        Article(
            section=section,
            title=f"Number {number}",
            slug=f"number-{number}",
            status="published",
            published_at=START + datetime.timedelta(minutes=number // per_moment),
        )
        for number in range(count)
    )


def walk(client, url, direction):
    titles = []
    while url:
        response = client.get(url)
        assert response.status_code == 200
        titles.append([article.title for article in response.context["object_list"]])
        url = getattr(response.context["page"], direction)
    return titles, response


@pytest.mark.parametrize("per_moment", [1, 7, 100])
def test_walking_down_and_up_shows_every_article_once(client, per_moment):
    fill(45, per_moment=per_moment)
    pages, last = walk(client, "/articles/", "older_url")
    assert list(chain(*pages)) == [f"Number {number}" for number in reversed(range(45))]
    assert [len(page) for page in pages] == [20, 20, 5]
    back, first = walk(client, last.context["page"].newer_url, "newer_url")
    assert [len(page) for page in back] == [20, 20]
    assert back[-1] == pages[0]
    assert first.context["page"].newer_url == ""


@pytest.mark.parametrize(("count", "has_older"), [(0, False), (20, False), (21, True)])
def test_older_page_is_offered_only_when_there_is_one(client, count, has_older):
    fill(count)
    page = client.get("/articles/").context["page"]
    assert bool(page.older_url) is has_older
    assert page.newer_url == ""


@pytest.mark.parametrize("cursor", ["x", "1.1", "1.1:", "%00", "٣.١:abc", "9" * 500, "1.1:a:b"])
@pytest.mark.parametrize("name", ["before", "after"])
def test_bad_cursor_is_404(client, name, cursor):
    fill(1)
    assert client.get("/articles/", {name: cursor}).status_code == 404


def test_cursor_beyond_the_end_is_404_and_beyond_the_start_is_the_first_page(client):
    fill(3)
    oldest = write_cursor(START, 0)
    newest = write_cursor(START + datetime.timedelta(days=9), 1)
    assert client.get("/articles/", {"before": oldest}).status_code == 404
    first = client.get("/articles/", {"after": newest})
    assert len(first.context["object_list"]) == 3


def test_page_far_down_costs_what_the_first_one_costs(client):
    fill(10_000)
    far = Article.objects.get(title="Number 40")
    urls = ["/articles/", f"/articles/?before={write_cursor(far.published_at, far.pk)}"]
    counts = []
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url).context["object_list"]) == 20
        assert not any("OFFSET" in query["sql"] for query in queries)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_page_is_read_from_the_index_without_sorting(client):
    if connection.vendor != "sqlite":
        pytest.skip("plans are written differently elsewhere")
    fill(50)
    ArticleFactory()
    far = Article.objects.get(title="Number 40")
    with CaptureQueriesContext(connection) as queries:
        client.get("/articles/", {"before": write_cursor(far.published_at, far.pk)})
    sql = next(
        query["sql"]
        for query in queries
        if "Number" not in query["sql"] and "LIMIT 21" in query["sql"]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "articles_article_latest" in plan
    assert "TEMP B-TREE" not in plan
    # SQLite seeks by the first bound of several.
    assert sql.index("2020-01-01 00:40:00") < sql.index("'published'")

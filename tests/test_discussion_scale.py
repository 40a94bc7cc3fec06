"""Long discussions and long queues: what a page costs does not grow with them."""

import gzip

import pytest
from django.db import connection
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from comments.factories import DiscussionFactory
from comments.models import Comment
from core.tests.readers import LOG_QUERIES, Site

pytestmark = pytest.mark.django_db
LONG, QUEUE = 5_000, 100_000


def fill(discussion, number, **fields):
    """Every tenth comment is a question."""
    now = timezone.now()
    said = {"discussion": discussion, "state": "published", "published_at": now, **fields}
    return Comment.objects.bulk_create(
        (
            Comment(
                name=f"Reader {n}",
                body=f"Comment number {n} has something to say about this.",
                body_html=f"<p>Comment number {n} has something to say about this.</p>",
                kind="question" if n % 10 == 0 else "note",
                **said,
            )
            for n in range(number)
        ),
        batch_size=2000,
    )


@pytest.fixture
def long_discussion():
    """The newest threads are the longest: whatever a first page shows, there is too much of it."""
    discussion = DiscussionFactory()
    for root in fill(discussion, 500)[-30:]:
        fill(discussion, LONG * 9 // 300, thread=root, in_reply_to=root)
    return discussion


def test_article_with_five_thousand_comments_stays_small(
    long_discussion, django_assert_max_num_queries
):
    """In a process that has the parts that all pages share: its ads, and the list of sections."""
    site, article = Site(), long_discussion.article
    site.get(ArticleFactory(section=article.section).get_absolute_url())
    with django_assert_max_num_queries(9 + LOG_QUERIES):
        response = site.ask(article.get_absolute_url())
    html = response.text
    assert "5000 comments" in html
    assert "All replies" in html
    assert html.count('id="c-') == 30 * 26
    assert len(response.body) < 900_000
    assert len(gzip.compress(response.body)) < 40_000


def test_pages_of_a_long_discussion_stay_within_their_budget(
    client, long_discussion, django_assert_max_num_queries
):
    for query in ("", "?sort=best", "?sort=oldest&page=7", "?kind=question"):
        with django_assert_max_num_queries(8):
            assert client.get(long_discussion.get_page_url() + query).status_code == 200


def multiply_by_hundred():
    """In the database: a hundred thousand objects would take most of a minute."""
    names = [field.column for field in Comment._meta.local_fields]
    copied = ", ".join(f'"{name}"' for name in names if name not in ("id", "public_id", "nonce"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM comments_comment")
        [last] = cursor.fetchone()
        for number in range(99):
            cursor.execute(
                f"INSERT INTO comments_comment (public_id, {copied})"
                f" SELECT public_id || %s, {copied} FROM comments_comment WHERE id <= %s",
                [f"{number:02d}", last],
            )


def test_queue_of_a_hundred_thousand_stays_within_its_budget(client, django_assert_max_num_queries):
    fill(DiscussionFactory(), QUEUE // 100, state="pending", published_at=None)
    multiply_by_hundred()
    assert Comment.objects.count() == QUEUE
    fill(DiscussionFactory(), 50, link_count=3, report_count=2)
    client.force_login(UserFactory(groups=["Moderator"]))
    client.get("/admin/comments/comment/")
    for query in ("", "?state=all", "?links=yes", "?question=open&state=all", "?state=reported"):
        with django_assert_max_num_queries(12):
            assert client.get(f"/admin/comments/comment/{query}").status_code == 200

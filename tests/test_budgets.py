"""Whole pages, with everything that hangs on them, in a number of queries that rows do not move."""

import pytest

from ads.factories import AdFactory
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, TopicFactory
from comments.factories import CommentFactory
from facts.factories import FactFactory

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
    return article


@pytest.mark.parametrize("full_article", ["story", "list"], indirect=True)
def test_article_with_fifty_comments_stays_within_its_budget(
    client, full_article, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        response = client.get(full_article.get_absolute_url())
    assert response.content.count(b'id="comment-') == 50


@pytest.mark.parametrize("path", ["/articles/", "/sections/{section}/", "/topics/{topic}/"])
def test_list_of_articles_stays_within_its_budget(client, path, django_assert_max_num_queries):
    topic = TopicFactory()
    section = ArticleFactory().section
    for _number in range(30):
        ArticleFactory(section=section, topics=[topic], authors=[AuthorFactory()])
    with django_assert_max_num_queries(8):
        response = client.get(path.format(section=section.slug, topic=topic.slug))
    assert len(response.context["object_list"]) == 20

"""Every way in which an article comes to a list, moves in it and leaves it."""

import datetime

import pytest
from django.utils import timezone

from articles import listing
from articles.factories import ArticleFactory, AuthorFactory, TopicFactory
from articles.models import Article, Byline, Listing
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return {
        "topics": [TopicFactory()],
        "authors": [AuthorFactory()],
        "companies": [CompanyFactory()],
    }


def listed() -> set:
    rows = Listing.objects.values_list("article", "topic", "author", "company", "published_at")
    return set(rows)


def expected(article, places) -> set:
    topic, author, company = (places[name][0].pk for name in ("topics", "authors", "companies"))
    at = article.published_at
    return {
        (article.pk, topic, None, None, at),
        (article.pk, None, author, None, at),
        (article.pk, None, None, company, at),
    }


def test_published_article_is_listed_under_everything_it_is_linked_to(places):
    article = ArticleFactory(**places)
    assert listed() == expected(article, places)


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_article_that_is_not_published_is_not_listed(places, state):
    ArticleFactory(**places, **{state: True})
    assert listed() == set()


def test_article_is_listed_when_it_is_published_and_leaves_when_it_is_taken_down(places):
    article = ArticleFactory(draft=True, **places)
    article.published_at = timezone.now()
    article.status = Article.Status.PUBLISHED
    article.save()
    assert listed() == expected(article, places)
    Article.objects.update(status=Article.Status.ARCHIVED)
    assert listed() == set()


def test_article_that_moves_in_time_moves_in_its_lists(places):
    article = ArticleFactory(**places)
    article.published_at -= datetime.timedelta(days=9)
    Article.objects.filter(pk=article.pk).update(published_at=article.published_at)
    assert listed() == expected(article, places)


def test_link_that_goes_takes_its_listing_along(places):
    article = ArticleFactory(**places)
    article.topics.clear()
    article.companies.set([])
    article.bylines.all().delete()
    assert listed() == set()


def test_byline_that_changes_hands_is_listed_under_the_new_name(places):
    article = ArticleFactory(**places)
    other = AuthorFactory()
    Byline.objects.update(author=other)
    assert listed() == expected(article, {**places, "authors": [other]})


def test_deleted_article_leaves_no_listing(places):
    ArticleFactory(**places).delete()
    assert listed() == set()


def test_deleted_topic_leaves_no_listing(places):
    ArticleFactory(topics=places["topics"])
    places["topics"][0].delete()
    assert listed() == set()


def test_scheduled_article_is_listed_but_not_shown(client, places):
    article = ArticleFactory(scheduled=True, **places)
    assert listed() == expected(article, places)
    assert not Listing.objects.published().exists()
    response = client.get(places["topics"][0].get_absolute_url())
    assert article.title not in response.content.decode()


def test_install_lists_what_was_linked_before(places):
    article = ArticleFactory(**places)
    Listing.objects.all().delete()
    listing.install(using="default")
    listing.install(using="default")
    assert listed() == expected(article, places)
    assert Listing.objects.count() == 3


@pytest.mark.parametrize("kind", ["topics", "authors"])
def test_list_pages_backwards_and_forwards_in_order(client, places, kind):
    now = timezone.now()
    for number in range(45):
        ArticleFactory(published_at=now - datetime.timedelta(hours=number // 2), **places)
    url, seen = places[kind][0].get_absolute_url(), []
    while url:
        page = client.get(url).context["page"]
        seen += [article.pk for article in page]
        url = page.older_url
    assert seen == list(Article.objects.in_order().values_list("pk", flat=True))
    newer = client.get(page.newer_url).context["page"]
    assert [article.pk for article in newer] == seen[20:40]

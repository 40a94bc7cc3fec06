"""What stands under an article as "Read next"."""

import datetime

import pytest
from django.utils import timezone

from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, TopicFactory
from articles.models import Article
from articles.related import refresh_related
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def related(client, article) -> list:
    return client.get(article.get_absolute_url()).context["related"]


def article_on(*topics, hours=2, **values):
    return ArticleFactory(
        topics=topics,
        published_at=timezone.now() - hours * HOUR,
        authors=[AuthorFactory()],
        **values,
    )


def test_related_articles_are_those_that_share_most_then_the_newest(client):
    one, two = TopicFactory.create_batch(2)
    company = CompanyFactory()
    article = article_on(one, two, companies=[company])
    newest, older = article_on(one, hours=3), article_on(one, hours=9)
    both, about = article_on(one, two, hours=20), article_on(hours=30, companies=[company])
    article_on(TopicFactory(), hours=1)
    assert related(client, article) == [about, both, newest, older]


def test_publishing_relates_both_articles(client):
    topic = TopicFactory()
    old = article_on(topic)
    new = ArticleFactory(draft=True, topics=[topic], authors=[AuthorFactory()])
    publishing.publish(new, by=None)
    assert related(client, new) == [old]
    assert related(client, old) == [new]


def test_article_taken_down_is_related_no_more(client):
    topic = TopicFactory()
    article, other, rest = (article_on(topic, hours=hours) for hours in (2, 3, 4))
    assert related(client, article) == [other, rest]
    publishing.withdraw(other, by=None)
    assert related(client, article) == [rest]


def test_scheduled_article_is_related_from_its_hour_on(client, monkeypatch):
    topic = TopicFactory()
    article = article_on(topic)
    later = article_on(topic, hours=-5)
    assert related(client, article) == []
    tomorrow = timezone.now() + 24 * HOUR
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert related(client, article) == [later]


def test_topic_given_or_taken_changes_what_is_related(client):
    topic = TopicFactory()
    article, other = article_on(topic), article_on(hours=3)
    topic.articles.add(other)
    assert related(client, article) == [other]
    article.topics.clear()
    assert related(client, article) == related(client, other) == []


def test_draft_keeps_no_relatives():
    topic = TopicFactory()
    draft = ArticleFactory(draft=True, topics=[topic])
    article_on(topic)
    refresh_related.call([draft.pk])
    assert Article.objects.get(pk=draft.pk).related_ids == []

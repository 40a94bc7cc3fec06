"""Reads may be sent to another database than writes, from one request to the next."""

from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from ads.factories import AdFactory
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, TopicFactory
from articles.related import refresh_related
from comments.factories import CommentFactory
from core.fragments import clear_fragments
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db


class ReadsFromReplica:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, *rows, **hints):
        return True


@pytest.fixture
def queries():
    """How many statements each alias got. "replica" sees what the test's transaction wrote."""
    replica = connection.copy("replica")
    for name in ("connection", "in_atomic_block", "autocommit", "savepoint_ids", "features"):
        setattr(replica, name, getattr(connection, name))
    connections.settings["replica"] = connection.settings_dict
    connections["replica"] = replica
    counts = Counter()

    def count(execute, sql, params, many, context):
        counts[context["connection"].alias] += 1
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count), replica.execute_wrapper(count):
            yield counts
    finally:
        replica.connection = None
        del connections["replica"], connections.settings["replica"]


@pytest.fixture
def publication():
    fact, topic = FactFactory(), TopicFactory()
    company = fact.company
    linked = {"topics": [topic], "companies": [company], "authors": [AuthorFactory()]}
    address = f"[](fact:{company.slug}/{fact.metric.key})"
    article = ArticleFactory(body=f"It has {address}.", **linked)
    listing = ArticleFactory(kind="list", **linked)
    ListEntryFactory(article=listing, company=company)
    refresh_related.call([article.pk, listing.pk])
    CommentFactory(discussion__article=article)
    AdFactory(placement="above")
    rows = article, listing, topic, company, article.section
    return ["/", "/articles/", "/feeds/articles.atom", *(row.get_absolute_url() for row in rows)]


@contextmanager
def reads_from_replica(settings):
    settings.DATABASE_ROUTERS = ["tests.test_replica.ReadsFromReplica"]
    yield
    settings.DATABASE_ROUTERS = []


def test_pages_ask_the_database_that_the_router_names(client, publication, queries, settings):
    before = {url: client.get(url).content for url in publication}
    for url in publication:
        clear_fragments()
        queries.clear()
        with reads_from_replica(settings):
            assert client.get(url).content == before[url]
        assert queries["replica"] > 0, url
        assert queries["default"] == 0, url
        queries.clear()
        assert client.get(url).content == before[url]
        assert queries["replica"] == 0, url

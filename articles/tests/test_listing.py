"""Every way in which an article comes to a list, moves in it and leaves it."""

import datetime
from contextlib import suppress
from io import StringIO

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, TopicFactory, named
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
    ArticleFactory(scheduled=True, **places).delete()
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


def test_byline_moved_to_another_article_leaves_the_first(places):
    first, second = ArticleFactory(**places), ArticleFactory()
    byline = first.bylines.get()
    byline.article = second
    byline.save()
    listed_under = Listing.objects.filter(author=places["authors"][0])
    assert list(listed_under.values_list("article", flat=True)) == [second.pk]


def test_loaded_rows_are_listed_once(places):
    # JSON knows milliseconds.
    ArticleFactory(**places, published_at=timezone.now().replace(microsecond=0))
    rows = [*Article.objects.all(), *Byline.objects.all(), *Listing.objects.all()]
    text, before = serializers.serialize("json", rows), listed()
    Listing.objects.all().delete()
    for row in serializers.deserialize("json", text):
        row.save()
    assert listed() == before
    assert Listing.objects.count() == 3


def test_check_finds_what_is_wrong_and_repairs_it(places):
    ArticleFactory(**places)
    right = listed()
    Listing.objects.filter(topic__isnull=False).delete()
    Listing.objects.filter(author__isnull=False).update(published_at=timezone.now())
    with pytest.raises(CommandError):
        call_command("check_listings", stdout=(said := StringIO()))
    assert said.getvalue().strip().endswith(": 3")
    call_command("check_listings", repair=True, stdout=StringIO())
    assert listed() == right
    call_command("check_listings", stdout=StringIO())


def derived() -> set:
    """From articles and links alone, one by one."""
    rows = set()
    for article in Article.objects.filter(status="published"):
        at = article.published_at
        rows |= {(article.pk, one.pk, None, None, at) for one in article.topics.all()}
        rows |= {(article.pk, None, one.pk, None, at) for one in article.authors.all()}
        rows |= {(article.pk, None, None, one.pk, at) for one in article.companies.all()}
    return rows


ARTICLE, NAME = st.integers(0, 2), st.integers(0, 1)
ACTIONS = st.one_of(
    st.tuples(st.just("status"), ARTICLE, st.sampled_from(Article.Status.values)),
    st.tuples(st.just("update"), st.sampled_from(Article.Status.values)),
    st.tuples(st.just("bulk_update"), st.integers(-9, 9)),
    st.tuples(st.just("date"), ARTICLE, st.integers(-9, 9)),
    st.tuples(st.just("add"), st.sampled_from(["topics", "companies"]), ARTICLE, NAME),
    st.tuples(st.just("set"), st.sampled_from(["topics", "companies"]), NAME, st.sets(ARTICLE)),
    st.tuples(st.just("clear"), st.sampled_from(["topics", "companies"]), st.booleans(), NAME),
    st.tuples(st.just("byline"), ARTICLE, NAME),
    st.tuples(st.just("bylines"), st.sets(ARTICLE), NAME),
    st.tuples(st.just("hand_over"), NAME, NAME),
    st.tuples(st.just("unsign"), NAME),
    st.tuples(st.just("publish"), ARTICLE),
    st.tuples(st.just("withdraw"), ARTICLE),
)


class Desk:
    """Three articles, two names of each kind, and every way to write them."""

    def __init__(self):
        self.names = {
            "topics": TopicFactory.create_batch(2),
            "companies": CompanyFactory.create_batch(2),
        }
        self.authors = AuthorFactory.create_batch(2)
        self.articles = ArticleFactory.create_batch(3)

    def status(self, number, status):
        self.articles[number].refresh_from_db()
        self.articles[number].status = status
        self.articles[number].save()

    def update(self, status):
        Article.objects.filter(status="published").update(status=status)

    def bulk_update(self, days):
        articles = list(Article.objects.all())
        for article in articles:
            article.published_at += datetime.timedelta(days=days)
        Article.objects.bulk_update(articles, ["published_at"])

    def date(self, number, days):
        article = Article.objects.get(pk=self.articles[number].pk)
        article.published_at += datetime.timedelta(days=days)
        article.save(update_fields=["published_at"])

    def add(self, kind, number, name):
        getattr(self.articles[number], kind).add(self.names[kind][name])

    def set(self, kind, name, numbers):
        self.names[kind][name].articles.set([self.articles[one] for one in numbers])

    def clear(self, kind, is_reverse, name):
        (
            self.names[kind][name].articles if is_reverse else getattr(self.articles[name], kind)
        ).clear()

    def byline(self, number, name):
        Byline.objects.get_or_create(article=self.articles[number], author=self.authors[name])

    def bylines(self, numbers, name):
        Byline.objects.filter(author=self.authors[name]).delete()
        Byline.objects.bulk_create(
            Byline(article=self.articles[one], author=self.authors[name]) for one in numbers
        )

    def hand_over(self, number, name):
        article = self.articles[number]
        if not article.bylines.filter(author=self.authors[name]).exists():
            article.bylines.filter(author=self.authors[1 - name]).update(author=self.authors[name])

    def unsign(self, name):
        for byline in Byline.objects.filter(author=self.authors[name]):
            byline.delete()

    def publish(self, number):
        article = self.articles[number]
        self.byline(number, 0)
        # What readers have seen is not put off.
        with suppress(ValidationError):
            publishing.publish(article, by=None, change=named(article))

    def withdraw(self, number):
        with suppress(ValidationError):
            publishing.withdraw(self.articles[number], by=None)


@given(actions=st.lists(ACTIONS, max_size=12))
@settings(max_examples=25, deadline=None)
def test_listings_follow_any_series_of_changes(actions):
    with transaction.atomic():
        desk = Desk()
        for name, *values in actions:
            getattr(desk, name)(*values)
            assert listed() == derived(), name
        assert Listing.objects.count() == len(derived())
        transaction.set_rollback(True)


def test_list_pages_backwards_and_forwards_in_order(client, places):
    now = timezone.now()
    for number in range(45):
        ArticleFactory(published_at=now - datetime.timedelta(hours=number // 2), **places)
    for kind in ("topics", "authors"):
        url, seen = places[kind][0].get_absolute_url(), []
        while url:
            page = client.get(url).context["page"]
            seen += [article.pk for article in page]
            url = page.older_url
        assert seen == list(Article.objects.in_order().values_list("pk", flat=True))
        newer = client.get(page.newer_url).context["page"]
        assert [article.pk for article in newer] == seen[20:40]

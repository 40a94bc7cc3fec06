"""Views as a server counts them: they wait in the process and are written together."""

import datetime
import random
import threading

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ads.factories import AdFactory
from ads.models import Ad
from articles.factories import ArticleFactory
from articles.models import Article
from audience import viewing
from audience.models import Audience, DailySalt, DailyViews, Sighting
from audience.viewing import first_looks, looks, write_looks
from core.db.buffers import flusher
from core.models import Change

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TODAY = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def buffered(settings, monkeypatch):
    """Nothing is written before flush() is called."""
    settings.COUNTERS_FLUSH_SECONDS, settings.VIEWS_PER_ADDRESS = 3600, 0
    monkeypatch.setattr(flusher, "wake", lambda *, at_once: None)
    yield
    looks.begin_anew()
    viewing.ask_once.cache_clear()
    viewing.remembered_salt.cache_clear()


@pytest.fixture
def article():
    return ArticleFactory()


def see(client, article, visitor="", ads=()):
    headers = {"HTTP_USER_AGENT": f"{BROWSER} {visitor}", "HTTP_SEC_FETCH_SITE": "same-origin"}
    return client.post(f"/audience/{article.pk}/seen/", {"ad": list(ads)}, **headers).status_code


def views(article):
    return sum(Audience.objects.filter(article=article).values_list("views", flat=True))


def take_state(article, other):
    Article.objects.filter(pk=article.pk).update(
        status=other.status, published_at=other.published_at
    )


def looks_at(article, visitors, day=TODAY):
    return {(article.pk, day, f"visitor {visitor}"): () for visitor in visitors}


def test_view_waits_for_the_flush_and_is_then_counted(client, article):
    assert [see(client, article, visitor) for visitor in "aab"] == [204] * 3
    assert views(article) == 0
    assert looks.flush()
    assert views(article) == article.daily_views.get().views == article.sightings.count() == 2


def test_visitor_of_an_earlier_flush_is_not_counted_again_and_another_is(client, article):
    see(client, article, "a")
    looks.flush()
    see(client, article, "a")
    see(client, article, "b")
    looks.flush()
    assert views(article) == 2


def test_request_costs_one_query_at_most(client, article, django_assert_num_queries):
    other = ArticleFactory()
    see(client, article)
    with django_assert_num_queries(0):
        assert see(client, article) == 204
    with django_assert_num_queries(1) as asked:
        assert see(client, other) == 204
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


def test_flush_takes_as_many_queries_for_many_looks_as_for_one(article):
    # Each makes the page say another number.
    Audience.objects.create(article=article, views=99)
    with CaptureQueriesContext(connection) as one:
        write_looks(looks_at(article, range(1)))
    with CaptureQueriesContext(connection) as many:
        write_looks(looks_at(article, range(900)))
    assert views(article) == 999
    assert len(many) == len(one)


def test_looks_of_more_than_one_statement_are_all_counted(article, monkeypatch):
    monkeypatch.setattr(viewing, "ROWS_AT_ONCE", 10)
    write_looks(looks_at(article, range(25)))
    write_looks(looks_at(article, range(35)))
    assert views(article) == 35


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
def test_article_hidden_before_the_flush_is_not_counted(client, article, state):
    other = ArticleFactory()
    see(client, article)
    see(client, other)
    take_state(article, ArticleFactory(**{state: True}))
    assert looks.flush()
    assert (views(article), views(other)) == (0, 1)
    assert not article.sightings.exists()


def test_article_deleted_before_the_flush_does_not_hold_up_the_others(client, article):
    other = ArticleFactory()
    see(client, article)
    see(client, other)
    Article._base_manager.filter(pk=article.pk).delete()
    assert looks.flush()
    assert views(other) == 1


def test_hidden_article_is_404_and_found_as_soon_as_it_is_public(client):
    article = ArticleFactory(draft=True)
    assert see(client, article) == 404
    take_state(article, ArticleFactory())
    assert see(client, article) == 204
    looks.flush()
    assert views(article) == 1


def test_views_outlast_an_outage_of_the_database(client, article, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection refused")

    see(client, article, "before")
    with monkeypatch.context() as outage:
        outage.setattr(viewing, "insert_new", refuse)
        outage.setattr(viewing, "ask_once", refuse)
        assert not looks.flush()
        assert see(client, article, "meanwhile") == 204
        assert not looks.flush()
    assert looks.flush()
    assert views(article) == 2


def test_flush_that_fails_half_way_counts_nothing_and_the_next_everything(client, article):
    def fail(**kwargs):
        raise IntegrityError("something went away")

    see(client, article, ads=[AdFactory().pk])
    first_looks.connect(fail)
    try:
        assert not looks.flush()
    finally:
        first_looks.disconnect(fail)
    assert not Sighting.objects.exists()
    assert views(article) == 0
    assert looks.flush()
    assert views(article) == article.sightings.count() == 1


def test_ads_are_counted_with_the_first_look_alone(client, article):
    shown, ended = AdFactory(), AdFactory(ends_at=timezone.now())
    for visitor in "aab":
        see(client, article, visitor, ads=[shown.pk, ended.pk])
    looks.flush()
    see(client, article, "a", ads=[shown.pk])
    looks.flush()
    shown.refresh_from_db()
    ended.refresh_from_db()
    assert (shown.impressions, ended.impressions) == (2, 0)


@pytest.mark.parametrize(
    ("before", "is_told"),
    [(0, False), (8, False), (9, True), (10, False), (1_234, False), (1_999, True)],
)
def test_view_makes_a_page_anew_only_when_it_would_say_another_number(
    client, article, before, is_told
):
    ad = AdFactory()
    Audience.objects.create(article=article, views=before)
    see(client, article, ads=[ad.pk])
    known = Change.objects.count()
    assert looks.flush()
    Ad.objects.count_clicks({ad.pk: 1})
    assert views(article) == before + 1
    assert list(Change.objects.values_list("key", flat=True)[known:]) == (
        [f"article:{article.pk}"] if is_told else []
    )


def test_look_at_the_end_of_a_day_counts_for_it_and_still_meets_the_others(monkeypatch):
    """It is written on the next day, after somebody else's look of that day."""
    tomorrow = TODAY + datetime.timedelta(days=1)
    midnight = timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time()))
    article = ArticleFactory(published_at=midnight - datetime.timedelta(days=1))
    DailySalt.objects.create(day=TODAY, salt=b"")
    monkeypatch.setattr(timezone, "now", lambda: midnight + datetime.timedelta(seconds=2))
    write_looks(looks_at(article, "a"))
    write_looks(looks_at(article, "a", tomorrow))
    write_looks(looks_at(article, "ab"))
    days = dict(DailyViews.objects.values_list("day", "views"))
    assert days == {TODAY: 2, tomorrow: 1}
    assert views(article) == 3
    monkeypatch.setattr(timezone, "now", lambda: midnight + viewing.LATE)
    write_looks(looks_at(article, "b", tomorrow))
    assert not DailySalt.objects.exists()
    assert set(Sighting.objects.values_list("day", flat=True)) == {tomorrow}
    assert sum(DailyViews.objects.values_list("views", flat=True)) == 4


@pytest.mark.django_db(transaction=True)
def test_looks_flushed_by_many_at_once_are_counted_once_and_nobody_waits_for_ever():
    articles = ArticleFactory.create_batch(5)
    ads = AdFactory.create_batch(2)
    start = threading.Barrier(8)
    failures = []

    def flush_many(chance):
        try:
            start.wait()
            for _round in range(5):
                batch = [
                    ((article.pk, TODAY, f"visitor {visitor}"), (ads[visitor % 2].pk,))
                    for article in articles
                    for visitor in range(20)
                ]
                chance.shuffle(batch)
                write_looks(dict(batch[:80]))
            write_looks(dict(batch))
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=flush_many, args=[random.Random(seed)]) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [views(article) for article in articles] == [20] * 5
    assert list(DailyViews.objects.values_list("views", flat=True)) == [20] * 5
    for ad in ads:
        ad.refresh_from_db()
        assert ad.impressions == 50

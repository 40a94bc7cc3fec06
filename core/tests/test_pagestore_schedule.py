"""What only time changes: no stored page outlives it."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ads.factories import AdFactory
from ads.pagekeys import TURN
from articles.factories import ArticleFactory
from articles.models import Article
from core.pagestore.schedule import midnights
from core.tests.readers import Site
from facts.factories import FactFactory, MetricFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time for everybody in this process: `clock(moment)`."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(time, "time", moment.timestamp)

    set_to(NOON)
    return set_to


def reads(site, url):
    """What a reader sees without the log being read: the process knows by itself."""
    return site.ask(url).text


def test_scheduled_article_appears_at_its_hour_and_not_before(clock):
    site, section = Site(), ArticleFactory(published_at=NOON - HOUR).section
    neighbour = Article.objects.get()
    ArticleFactory(title="Waiting for its hour", section=section, published_at=NOON + HOUR)
    pages = ["/", "/articles/", section.get_absolute_url(), neighbour.get_absolute_url()]
    for url in pages:
        assert "Waiting for its hour" not in site.get(url).text
    clock(NOON + HOUR - timedelta(seconds=1))
    for url in pages:
        assert "Waiting for its hour" not in reads(site, url)
        assert site.is_stored(url)
    clock(NOON + HOUR)
    for url in pages:
        assert "Waiting for its hour" in reads(site, url), url


def test_hour_set_by_another_process_is_known_once_the_log_is_read(clock):
    site = Site()
    site.get("/articles/")
    article = ArticleFactory(title="Set elsewhere", published_at=NOON + HOUR)
    site.get("/articles/")
    Article.objects.filter(pk=article.pk).update(published_at=NOON + HOUR / 2)
    assert "Set elsewhere" not in site.get("/articles/").text
    clock(NOON + HOUR / 2)
    assert "Set elsewhere" in reads(site, "/articles/")


def test_hours_set_for_too_many_to_name_are_known_too(clock, monkeypatch):
    monkeypatch.setattr("core.pagestore.tracking.MAX_NAMED", 1)
    site = Site()
    articles = ArticleFactory.create_batch(2, draft=True)
    site.get("/articles/")
    Article.objects.update(status="published", published_at=NOON + HOUR / 2, title="One of many")
    assert "One of many" not in site.get("/articles/").text
    clock(NOON + HOUR / 2)
    assert reads(site, "/articles/").count("One of many") >= len(articles)


def test_hour_that_came_to_nothing_shows_nothing(clock):
    site = Site()
    article = ArticleFactory(title="Called off", published_at=NOON + HOUR)
    site.get("/articles/")
    Article.objects.filter(pk=article.pk).update(status="draft")
    site.get("/articles/")
    clock(NOON + 2 * HOUR)
    assert "Called off" not in reads(site, "/articles/")


def test_ad_comes_and_goes_at_its_hours(clock):
    site, url = Site(), ArticleFactory(published_at=NOON - HOUR).get_absolute_url()
    AdFactory(headline="For an hour", starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    assert "For an hour" not in site.get(url).text
    clock(NOON + HOUR)
    assert "For an hour" in reads(site, url)
    site.store.learn()
    clock(NOON + 2 * HOUR - timedelta(seconds=1))
    assert "For an hour" in reads(site, url)
    clock(NOON + 2 * HOUR)
    assert "For an hour" not in reads(site, url)


def test_ads_that_share_a_place_take_turns_and_one_alone_stays(clock):
    site, url = Site(), ArticleFactory(published_at=NOON - HOUR).get_absolute_url()
    AdFactory()
    site.get(url)
    clock(NOON + TURN)
    reads(site, url)
    assert site.store.find(url).made_at == NOON.timestamp()
    AdFactory()
    site.get(url)
    clock(NOON + 2 * TURN)
    reads(site, url)
    assert site.store.find(url).made_at == (NOON + 2 * TURN).timestamp()


def test_age_of_a_figure_is_told_anew_after_midnight(clock):
    fact = FactFactory(
        metric=MetricFactory(shelf_life_days=30),
        as_of=(NOON - timedelta(days=30)).date(),
        as_of_precision="day",
        verified_at=NOON - timedelta(days=30),
    )
    site, url = Site(), fact.company.get_absolute_url()
    site.get(url)
    clock(NOON + 11 * HOUR)
    site.get(url)
    clock(NOON + 12 * HOUR)
    site.get(url)
    assert site.store.find(url).made_at == (NOON + 12 * HOUR).timestamp()


def test_shared_page_from_before_an_hour_is_not_fetched_after_it(clock):
    ArticleFactory(published_at=NOON - HOUR)
    first, second = Site(), Site()
    second.door.origins = first.door.origins
    ArticleFactory(title="Waiting for its hour", published_at=NOON + HOUR)
    first.get("/articles/")
    clock(NOON + HOUR + timedelta(seconds=1))
    # This one was not there when the hour struck.
    assert "Waiting for its hour" in second.get("/articles/").text


@pytest.mark.parametrize(
    ("zone", "after", "hours"),
    [
        ("UTC", datetime(2026, 11, 20, 12, tzinfo=UTC), 12),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("Asia/Kathmandu", datetime(2026, 11, 20, 18, 14, tzinfo=UTC), 1 / 60),
    ],
)
def test_midnight_is_the_calendars(zone, after, hours):
    with timezone.override(ZoneInfo(zone)):
        moment, keys = next(midnights(after, after + timedelta(days=3)))
    assert moment - after == timedelta(hours=hours)
    assert keys == {"site"}

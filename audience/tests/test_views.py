import datetime

import pytest
from django.utils import timezone

from ads.factories import AdFactory
from articles.factories import ArticleFactory
from audience import viewing
from audience.models import Audience, DailySalt, DailyViews, Sighting
from audience.viewing import salt_of

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def article():
    return ArticleFactory()


def see(client, article, data=None, **headers):
    headers = {"HTTP_USER_AGENT": BROWSER, "HTTP_SEC_FETCH_SITE": "same-origin"} | headers
    return client.post(f"/audience/{article.pk}/seen/", data or {}, **headers)


def load_pixel(client, article, **headers):
    headers = {"HTTP_USER_AGENT": BROWSER} | headers
    return client.get(f"/audience/{article.pk}/view.gif", **headers)


def views(article):
    return sum(Audience.objects.filter(article=article).values_list("views", flat=True))


def test_view_is_counted_once_for_a_visitor_and_day(client, article):
    responses = [see(client, article) for _n in range(3)]
    assert [response.status_code for response in responses] == [204] * 3
    assert views(article) == 1
    assert article.daily_views.get().views == article.sightings.count() == 1


def test_views_of_other_browsers_addresses_and_articles_are_others(client, article):
    other = ArticleFactory()
    see(client, article)
    see(client, article, HTTP_USER_AGENT=f"{BROWSER} other")
    see(client, article, REMOTE_ADDR="192.0.2.1")
    see(client, other)
    assert (views(article), views(other)) == (3, 1)


def test_one_address_makes_few_views_whatever_its_browsers_call_themselves(
    client, article, settings
):
    settings.VIEWS_PER_ADDRESS = 4
    for number in range(40):
        see(client, article, HTTP_USER_AGENT=f"{BROWSER} {number}")
    assert views(article) == 4
    see(client, article, REMOTE_ADDR="192.0.2.1")
    assert views(article) == 5


def test_pixel_counts_the_same_visitor_as_the_script(client, article):
    response = load_pixel(client, article)
    assert response["Content-Type"] == "image/gif"
    assert "no-store" in response["Cache-Control"]
    see(client, article)
    assert views(article) == 1


def test_view_sets_no_cookie(client, article):
    assert not see(client, article).cookies
    assert not load_pixel(client, article).cookies


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_USER_AGENT": ""},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"HTTP_SEC_PURPOSE": "prefetch"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
)
def test_what_is_no_reader_is_not_counted(client, article, headers):
    see(client, article, **headers)
    load_pixel(client, article, **headers)
    assert views(article) == 0
    assert not Sighting.objects.exists()


def test_head_of_the_pixel_is_not_counted(client, article):
    client.head(f"/audience/{article.pk}/view.gif", HTTP_USER_AGENT=BROWSER)
    assert views(article) == 0


def test_view_of_another_day_counts_again_and_the_former_day_is_forgotten(
    client, article, monkeypatch
):
    # It holds in a day's first minutes too.
    monkeypatch.setattr(viewing, "LATE", datetime.timedelta(0))
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    salt_of(yesterday)
    Sighting.objects.create(article=article, day=yesterday, visitor="x")
    DailyViews.objects.create(article=article, day=yesterday, views=1)
    Audience.objects.create(article=article, views=1)
    see(client, article)
    assert views(article) == 2
    assert article.daily_views.count() == 2
    assert list(DailySalt.objects.values_list("day", flat=True)) == [timezone.localdate()]
    assert [sighting.day for sighting in Sighting.objects.all()] == [timezone.localdate()]


def test_stored_sighting_tells_neither_address_nor_browser(client, article):
    see(client, article, REMOTE_ADDR="192.0.2.9")
    stored = str(Sighting.objects.values().get())
    assert "192.0.2" not in stored
    assert "Firefox" not in stored


def test_unpublished_article_is_not_seen(client):
    assert see(client, ArticleFactory(draft=True)).status_code == 404


def test_ads_before_a_reader_s_eyes_are_counted_with_the_view(client, article):
    shown, other = AdFactory.create_batch(2)
    see(client, article, {"ad": [shown.pk]})
    see(client, article, {"ad": [shown.pk]})
    see(client, article, {"ad": [shown.pk]}, HTTP_USER_AGENT="curl/8")
    shown.refresh_from_db()
    other.refresh_from_db()
    assert (shown.impressions, other.impressions) == (1, 0)


@pytest.mark.parametrize("hostile", ["x", "-1", "9" * 40, "१", "1 OR 1=1", ""])
def test_hostile_ad_key_changes_nothing(client, article, hostile):
    ad = AdFactory()
    assert see(client, article, {"ad": [hostile]}).status_code == 204
    ad.refresh_from_db()
    assert ad.impressions == 0

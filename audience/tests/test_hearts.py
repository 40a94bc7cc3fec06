import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.template import Context, Template
from django.utils import timezone

from articles.factories import ArticleFactory
from audience import hearts
from audience.factories import AudienceFactory, HeartFactory
from audience.models import Audience, Heart

pytestmark = pytest.mark.django_db

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
JSON = {"HTTP_ACCEPT": "application/json"}
COOKIE = f"{settings.COOKIE_PREFIX}visitor"


def give(client, article, **headers):
    return client.post(f"/audience/{article.pk}/heart/", **OURS, **headers)


def mine(client, article):
    return client.get(f"/audience/{article.pk}/mine/").json()


def test_heart_without_javascript_goes_back_to_the_article(client):
    article = ArticleFactory(slug="a-story")
    response = give(client, article)
    assert (response.status_code, response["Location"]) == (303, "/articles/a-story/#hearts")
    assert "no-store" in response["Cache-Control"]
    assert article.hearts.count() == article.audience.hearts == 1


def test_second_heart_of_a_visitor_takes_it_back_and_a_third_gives_it_again(client):
    article = ArticleFactory()
    states = [give(client, article, **JSON).json() for _n in range(3)]
    assert [state["is_hearted"] for state in states] == [True, False, True]
    assert [state["label"] for state in states] == ["1 heart", "", "1 heart"]
    assert Audience.objects.get(article=article).hearts == 1


def test_hearts_of_two_visitors_are_two(client):
    article = ArticleFactory()
    give(client, article)
    client.cookies.clear()
    assert give(client, article, **JSON).json()["label"] == "2 hearts"


def test_heart_of_one_article_is_not_another_s(client):
    one, other = ArticleFactory.create_batch(2)
    give(client, one)
    assert mine(client, one)["is_hearted"] is True
    assert mine(client, other) == {"is_hearted": False, "label": ""} | {
        "said": mine(client, other)["said"]
    }


def test_cookie_is_set_by_hearting_alone_and_is_safe(client):
    article = ArticleFactory()
    assert not client.get(f"/audience/{article.pk}/mine/").cookies
    cookie = give(client, article).cookies[COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")


def test_forged_cookie_is_nobody_s_and_hearts_as_a_new_visitor(client):
    article = ArticleFactory()
    heart = HeartFactory(article=article)
    client.cookies[COOKIE] = f"{heart.visitor}:forged:signature"
    assert mine(client, article)["is_hearted"] is False
    assert give(client, article, **JSON).json()["is_hearted"] is True
    assert Heart.objects.count() == 2


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
def test_heart_of_what_is_not_public_is_404(client, state):
    article = ArticleFactory(**{state: True})
    assert give(client, article).status_code == 404
    assert client.get(f"/audience/{article.pk}/mine/").status_code == 404
    assert client.get(f"/audience/{article.pk}/view.gif").status_code == 404
    assert not Heart.objects.exists()


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}]
)
def test_heart_from_another_site_is_refused(client, headers):
    article = ArticleFactory()
    assert client.post(f"/audience/{article.pk}/heart/", **headers).status_code == 403
    assert not Heart.objects.exists()


def test_heart_by_get_is_refused(client):
    article = ArticleFactory()
    assert client.get(f"/audience/{article.pk}/heart/").status_code == 405


def test_hearts_over_the_limit_of_a_subnet_wait_and_the_last_allowed_does_not(client, settings):
    settings.HEARTS_PER_SUBNET_PER_MINUTE, settings.HEARTS_PER_SUBNET_AND_PAGE = 3, 0
    article = ArticleFactory()
    statuses = []
    for number in range(4):
        client.cookies.clear()
        response = give(client, article, REMOTE_ADDR=f"192.0.2.{number}")
        statuses.append(response.status_code)
    assert statuses == [303, 303, 303, 429]
    assert response["Retry-After"] == "60"
    assert "429" in response.content.decode()
    client.cookies.clear()
    assert give(client, article, REMOTE_ADDR="198.51.100.1").status_code == 303


def test_one_network_gives_an_article_few_hearts_and_dropping_the_cookie_buys_none(
    client, settings
):
    settings.HEARTS_PER_SUBNET_AND_PAGE = 2
    one, other = ArticleFactory.create_batch(2)
    statuses = []
    for _n in range(3):
        client.cookies.clear()
        statuses.append(give(client, one).status_code)
    assert statuses == [303, 303, 429]
    refused = give(client, one)
    assert "of your network already" in refused.content.decode()
    assert give(client, other).status_code == 303, "of another article"
    client.cookies.clear()
    assert give(client, one, REMOTE_ADDR="198.51.100.1").status_code == 303, "of another network"
    assert Audience.objects.get(article=one).hearts == 3


def test_taking_a_heart_back_makes_no_room_for_another_visitor_s(client, settings):
    settings.HEARTS_PER_SUBNET_AND_PAGE = 1
    article = ArticleFactory()
    give(client, article)
    give(client, article)
    assert give(client, article, **JSON).json()["is_hearted"] is True, "one's own comes back"
    give(client, article)
    client.cookies.clear()
    assert give(client, article).status_code == 429
    assert Audience.objects.get(article=article).hearts == 0


def test_giving_and_taking_back_reaches_the_limit_of_a_minute(client, settings):
    settings.HEARTS_PER_SUBNET_PER_MINUTE = 2
    article = ArticleFactory()
    statuses = [give(client, article).status_code for _n in range(5)]
    assert statuses == [303, 303, 303, 303, 429]
    Heart.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert [give(client, article).status_code for _n in range(4)] == [303] * 4, "a minute later"


def test_heart_is_taken_back_even_when_the_subnet_has_to_wait(client, settings):
    article = ArticleFactory()
    give(client, article)
    settings.HEARTS_PER_SUBNET_PER_MINUTE = 1
    assert give(client, article, **JSON).json()["is_hearted"] is False


def test_stored_heart_tells_no_address(client):
    article = ArticleFactory()
    give(client, article, REMOTE_ADDR="192.0.2.9")
    assert "192.0.2" not in str(Heart.objects.values().get())


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, []),
        ({"views": 9, "hearts": 0}, []),
        ({"views": 9, "hearts": 1}, ["1 heart"]),
        ({"views": 10, "hearts": 10}, ["10+ views", "10 hearts"]),
        ({"views": 29_999}, ["20,000+ views"]),
    ],
)
def test_tag_counts_in_the_right_number(counts, words):
    article = ArticleFactory()
    if counts:
        AudienceFactory(article=article, **counts)
    tag = Template("{% load audience_tags %}{% views_and_hearts article %}")
    html = tag.render(Context({"article": article}))
    assert re.findall(r">([^<>]*(?:view|heart)s?)<", html) == words
    assert f'method="post" action="/audience/{article.pk}/heart/"' in html
    assert "csrf" not in html


@pytest.mark.django_db(transaction=True)
def test_hearts_given_and_taken_at_once_are_counted_exactly(settings):
    settings.HEARTS_PER_SUBNET_AND_PAGE, settings.HEARTS_PER_SUBNET_PER_MINUTE = 0, 1000
    article = ArticleFactory()
    visitors = [uuid.uuid4() for _n in range(4)]
    start = threading.Barrier(8)
    failures = []

    def toggle_many(own):
        try:
            start.wait()
            for visitor in [*visitors, *(uuid.uuid4() for _n in range(5)), own, own]:
                hearts.toggle(article, visitor=visitor, subnet="0a")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=toggle_many, args=[uuid.uuid4()]) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    given = article.hearts.filter(is_given=True)
    assert Audience.objects.get(article=article).hearts == given.count()
    assert given.exclude(visitor__in=visitors).count() == 8 * 5

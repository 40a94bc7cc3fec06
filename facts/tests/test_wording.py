"""The words beside a figure are explained where they stand: each that is said, and no other."""

import datetime

import pytest
from django.utils import timezone

from articles.factories import ArticleFactory
from articles.models import Ranking
from articles.pages import editions
from facts import publishing
from facts.factories import FactFactory, TechUseFactory
from facts.models import Metric
from facts.rules.wording import MEANINGS, meanings_of

OLD = {"as_of": datetime.date(2018, 3, 31), "as_of_precision": "month"}
NEW = {"as_of": timezone.localdate(), "as_of_precision": "day"}


def explained(client, url) -> list[str]:
    response = client.get(url)
    is_card = response["Content-Type"] == "application/json"
    page = response.json()["html"] if is_card else response.content.decode()
    return [word for word, (_label, meaning) in MEANINGS.items() if str(meaning) in page]


def test_each_word_is_explained_once_and_in_order():
    labels = [str(label) for label, _meaning in meanings_of(iter(["self", "undated", "self"]))]
    assert labels == ["undated", "self-reported"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["undated"]),
        (OLD, ["stale"]),
        (NEW, []),
        (NEW | {"basis": "self"}, ["self"]),
        (OLD | {"basis": "estimated"}, ["stale", "estimated"]),
        (NEW | {"basis": "projected"}, ["projected"]),
        (NEW | {"amount": None, "value_state": "undisclosed"}, ["undisclosed"]),
        (NEW | {"amount": None, "value_state": "none"}, ["none"]),
    ],
)
def test_profile_figure_page_and_card_explain_their_words(client, fields, words):
    fact = FactFactory(metric__shelf_life_days=30, **fields)
    for url in (fact.company.get_absolute_url(), fact.get_absolute_url()):
        assert explained(client, url) == words, url
    assert explained(client, f"{fact.get_absolute_url()}card.json") == words


@pytest.mark.django_db
def test_pages_that_show_figures_explain_their_words(client):
    fact, other = FactFactory(basis="self"), FactFactory()
    links = {"companies": [fact.company]}
    story = ArticleFactory(body=f"[75](fact:{fact.company.slug}/{fact.metric.key})", **links)
    listed = ArticleFactory(kind="list")
    technology = TechUseFactory(company=fact.company).technology
    Ranking.objects.create(article=listed, technology=technology, metric=fact.metric, basis="So.")
    edition = editions.freeze(listed, name="June", by=None)
    compared = f"/companies/compare/?c={fact.company.slug}&c={other.company.slug}"
    pages = [row.get_absolute_url() for row in (story, listed, edition)]
    for url in ("/", compared, *pages):
        assert explained(client, url) == ["undated", "self"], url


@pytest.mark.django_db
@pytest.mark.parametrize(("fields", "words"), [({}, []), (NEW, []), (OLD, ["stale"])])
@pytest.mark.parametrize("address", ["/", "/companies/", "/search/?q=Pelican"])
@pytest.mark.usefixtures("eager_tasks")
def test_pages_that_count_figures_explain_stale_where_one_is(client, address, fields, words):
    # Told in words: the front page shows it in no other place than its count.
    fact = FactFactory(company__name="Pelican", metric__in_words=True, text="A few", **fields)
    Metric.objects.update(shelf_life_days=30)
    ArticleFactory(companies=[fact.company])
    assert explained(client, address) == words


@pytest.mark.django_db
def test_figure_page_explains_the_state(client, admin_user):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    chosen = FactFactory(rank="preferred", preferred_until=tomorrow, **NEW)
    other = FactFactory(company=chosen.company, metric=chosen.metric, amount=3, **NEW)
    assert explained(client, chosen.get_absolute_url()) == ["preferred"]
    assert explained(client, other.get_absolute_url()) == ["on record"]
    publishing.deprecate(other, reason="Misread.", by=admin_user)
    assert explained(client, other.get_absolute_url()) == ["withdrawn"]

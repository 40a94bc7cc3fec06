"""What a profile says of figures that were withdrawn or preferred."""

import datetime

import pytest

from accounts.factories import UserFactory
from core.tests.readers import Site
from facts import publishing
from facts.factories import FactFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db

DAY = datetime.date(2999, 5, 3)


@pytest.fixture
def fact():
    return FactFactory(company__slug="acme", metric__label="Paying accounts", amount=75_000_000)


@pytest.fixture
def editor():
    return UserFactory(first_name="Edith", last_name="Navarro")


def profile(client, fact):
    return client.get(fact.company.get_absolute_url()).content.decode()


def another(fact, **kwargs):
    return FactFactory(company=fact.company, metric=fact.metric, **kwargs)


def test_sum_of_a_year_is_shown_and_that_of_its_last_quarter_among_the_others(client):
    days = {"as_of": datetime.date(2024, 12, 31), "metric__flow": True}
    year = FactFactory(amount=4_000_000, as_of_precision="year", **days)
    another(year, amount=1_000_000, as_of=year.as_of, as_of_precision="quarter")
    shown, _summary, others = profile(client, year).partition("1 other value</summary>")
    assert "4 million" in shown
    assert "1 million" not in shown.partition("</head>")[2]
    assert "1 million" in others
    assert "Q4 2024" in others


def test_metric_whose_values_are_all_withdrawn_stays_with_the_reason(client, fact, editor):
    other = another(fact, amount=76_000_000)
    for one, reason in ((fact, "Two markets were counted twice."), (other, "Misread.")):
        publishing.deprecate(one, reason=reason, by=editor)
    page = profile(client, fact)
    for words in ("Paying accounts", "75 million", "76 million", "counted twice.", "Misread."):
        assert words in page
    assert "No figure yet" not in page
    assert page.count("<s><a") == 2


def test_metric_with_a_value_that_stands_has_its_withdrawn_ones_beside_it(client, fact, editor):
    publishing.deprecate(another(fact), reason="Misread.", by=editor)
    page = profile(client, fact)
    assert "nothing in their place" not in page
    figures = page.partition("</head>")[2].partition('id="corrections"')[0]
    assert figures.count("Misread.") == 1


def test_profile_says_which_value_is_preferred_by_whom_until_when_and_why(client, fact, editor):
    publishing.prefer(fact, until=DAY, by=editor, reason="Counted alike.")
    page = profile(client, fact)
    assert "preferred until 3 May 2999, by Edith Navarro: Counted alike." in page
    publishing.end_preference(fact, by=editor, reason="Settled.")
    assert "preferred" not in profile(client, fact)


def test_page_of_the_figure_says_so_too(client, fact, editor):
    publishing.prefer(fact, until=DAY, by=editor, reason="Counted alike.")
    page = client.get(fact.get_absolute_url()).content.decode()
    assert page.count("by Edith Navarro: Counted alike.") == 1
    Fact._base_manager.update(preferred_until=datetime.date(2020, 1, 1))
    page = client.get(fact.get_absolute_url()).content.decode()
    assert "by Edith Navarro: Counted alike." not in page


def test_inherited_preference_names_the_figure_it_comes_from(client, fact, editor):
    publishing.prefer(fact, until=DAY, by=editor, reason="Counted alike.")
    new = another(fact, supersedes=fact, draft=True)
    publishing.publish(new, by=editor)
    assert f"by Edith Navarro as {fact.public_id} before it" in profile(client, new)


def test_profile_asks_as_much_with_many_preferred_figures_as_with_one(
    client, fact, editor, django_assert_max_num_queries
):
    for _n in range(4):
        FactFactory(company=fact.company, preferred=True)
    with django_assert_max_num_queries(15):
        assert profile(client, fact).count("preferred until") == 4


def test_stored_profile_follows_a_preference(fact, editor):
    site, url = Site(), fact.company.get_absolute_url()
    site.get(url)
    publishing.prefer(fact, until=DAY, by=editor, reason="Counted alike.")
    assert "by Edith Navarro" in site.get(url).text


def test_stored_pages_follow_the_name_of_who_did_it_and_no_login(fact, editor):
    publishing.prefer(fact, until=DAY, by=editor, reason="Counted alike.")
    site, urls = Site(), (fact.company.get_absolute_url(), fact.get_absolute_url())
    for url in urls:
        site.get(url)
    editor.save(update_fields=["last_login"])
    assert all(map(site.is_stored, urls))
    editor.last_name = "Lindqvist"
    editor.save()
    for url in urls:
        assert "by Edith Lindqvist" in site.get(url).text
    editor.delete()
    for url in urls:
        assert "by the desk" in site.get(url).text

import datetime

import pytest

from accounts.factories import UserFactory
from companies.factories import CompanyAliasFactory, CompanyFactory
from core import prose
from facts import publishing
from facts.factories import FactFactory
from facts.prose.naming import LinkTargets

pytestmark = pytest.mark.django_db
URL = "/admin/articles/article/pick/"


@pytest.fixture
def writer(client):
    client.force_login(UserFactory(groups=["Writer"]))
    return client


def pick(client, **query):
    return client.get(URL, query).json()


def test_companies_are_found_by_name_and_by_alias(writer):
    meta = CompanyFactory(name="Meta", slug="meta")
    CompanyAliasFactory(company=meta, name="Facebook")
    CompanyFactory(name="Interface Labs", slug="interface")
    CompanyFactory(name="Hidden face", is_public=False)
    assert pick(writer, q="face") == {
        "companies": [
            {"name": "Interface Labs", "slug": "interface"},
            {"name": "Meta", "slug": "meta"},
        ]
    }
    assert pick(writer, q="nobody") == {"companies": []}


def test_figures_of_a_company_stand_by_metric_with_the_shown_one_first(writer, admin_user):
    older = FactFactory(
        company__slug="lyft", metric__key="cities", metric__label="Cities", amount=600
    )
    company, metric = older.company, older.metric
    shown = FactFactory(
        company=company,
        metric=metric,
        amount=644,
        as_of=datetime.date(2026, 6, 30),
        as_of_precision="month",
    )
    canada = FactFactory(company=company, metric=metric, scope="Canada", amount=12)
    wrong = FactFactory(company=company, metric=metric, amount=9)
    publishing.deprecate(wrong, reason="Misread", by=admin_user)
    FactFactory(company=company, metric=metric, amount=700, draft=True)
    cities, in_canada = pick(writer, company="lyft")["metrics"]
    assert [figure["value"] for figure in cities["figures"]] == ["644", "600"]
    assert cities["figures"][0]["as_of"] == "June 2026"
    assert cities["figures"][0]["address"] == f"fact:lyft/cities@{shown.public_id}"
    assert cities["live"] == "[](fact:lyft/cities)"
    assert in_canada["scope"] == "Canada"
    assert in_canada["live"] == f"[](fact:lyft/cities@{canada.public_id})"


def test_what_is_offered_is_what_the_text_then_quotes(writer):
    fact = FactFactory(
        company__slug="labs", metric__key="motto", metric__in_words=True, text="a*b*[c](d)"
    )
    (metric,) = pick(writer, company="labs")["metrics"]
    (figure,) = metric["figures"]
    text = f"[{figure['words']}]({figure['address']}) {metric['live']}"
    assert LinkTargets(text).problems(text) == []
    pinned, live = prose.links(text)
    assert (pinned.words, pinned.url) == (fact.text, figure["address"])
    assert live.words == ""


@pytest.mark.parametrize("company", ["nobody", "hidden"])
def test_company_that_is_not_public_offers_nothing(writer, company):
    FactFactory(company__slug="hidden", company__is_public=False)
    assert pick(writer, company=company) == {"metrics": []}


def test_picker_is_for_those_who_write(client):
    assert client.get(URL).status_code == 302
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.get(URL).status_code == 403


def test_picker_costs_the_same_for_few_and_for_many(writer, django_assert_max_num_queries):
    fact = FactFactory(company__slug="lyft")
    for number in range(20):
        FactFactory(company=fact.company, metric=fact.metric, amount=number)
        FactFactory(company=fact.company)
    with django_assert_max_num_queries(8):
        assert len(pick(writer, company="lyft")["metrics"]) == 21

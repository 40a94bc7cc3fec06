import datetime
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.factories import ArticleFactory
from companies.factories import (
    CompanyAliasFactory,
    CompanyFactory,
    IndustryFactory,
    TechnologyFactory,
)
from companies.models import Company
from facts import publishing
from facts.factories import FactFactory, TechUseFactory

pytestmark = pytest.mark.django_db
LIST = "companies:list"
LONG_AGO = {"as_of": datetime.date(2018, 3, 31), "as_of_precision": "month"}


def names(response):
    return [company.name for company in response.context["object_list"]]


def directory(client, **query):
    return client.get(reverse(LIST), query)


def test_profile_strikes_a_withdrawn_figure_and_says_why(client, admin_user):
    wrong = FactFactory(amount=64, **LONG_AGO)
    FactFactory(company=wrong.company, metric=wrong.metric, amount=75)
    publishing.deprecate(wrong, reason="Misread.", by=admin_user)
    page = client.get(wrong.company.get_absolute_url()).text
    assert f'<s><a class="fact" href="{wrong.get_absolute_url()}">64</a></s>' in page
    assert "was wrong:</span> Misread." in page


def test_directory_lists_open_profiles_by_name_whatever_the_case(client):
    for name in ("eBay", "Zoom", "Dropbox", "airbnb"):
        CompanyFactory(name=name)
    CompanyFactory(name="Hidden", is_public=False)
    response = directory(client)
    assert response.status_code == 200
    assert names(response) == ["airbnb", "Dropbox", "eBay", "Zoom"]
    assert [letter["label"] for letter in response.context["letters"]] == ["All", *"ADEZ"]


def test_directory_says_how_many_figures_stand_and_how_many_are_stale(client):
    company = CompanyFactory()
    FactFactory(company=company, metric__shelf_life_days=30)
    FactFactory(company=company, metric__shelf_life_days=30, **LONG_AGO)
    FactFactory(company=company, draft=True)
    [item] = re.findall(r'<ul class="directory">.*?</ul>', directory(client).text, re.DOTALL)
    assert "2 figures, 1 stale" in item


def test_technology_filter_counts_only_uses_that_name_a_source(client):
    python = TechnologyFactory(slug="python")
    TechUseFactory(technology=python, company__name="Sourced")
    TechUseFactory(technology=python, company__name="Unsourced", references=None)
    TechUseFactory(company__name="Other")
    assert names(directory(client, technology="python")) == ["Sourced"]


def test_company_with_two_uses_of_a_technology_is_listed_once(client):
    use = TechUseFactory(technology__slug="python")
    TechUseFactory(technology=use.technology, company=use.company)
    assert len(names(directory(client, technology="python"))) == 1


def test_industry_filter_leaves_out_its_neighbour(client):
    transport, retail = IndustryFactory(slug="transport"), IndustryFactory(slug="transport-goods")
    CompanyFactory(name="Rides", industry=transport), CompanyFactory(name="Goods", industry=retail)
    assert names(directory(client, industry="transport")) == ["Rides"]


def test_country_filter_leaves_out_its_neighbour(client):
    CompanyFactory(name="Swiss", country="CH"), CompanyFactory(name="Swedish", country="SE")
    assert names(directory(client, country="SE")) == ["Swedish"]


@pytest.mark.parametrize(
    ("letter", "found"), [("a", ["Alpha"]), ("A", ["Alpha"]), ("3", ["3M"]), ("é", ["Électricité"])]
)
def test_letter_filter_finds_the_first_letter_only(client, letter, found):
    for name in ("Alpha", "Beta", "3M", "Électricité"):
        CompanyFactory(name=name)
    assert names(directory(client, letter=letter)) == found


def test_filters_are_joined_and_one_without_a_match_says_so(client):
    industry = IndustryFactory(slug="transport")
    CompanyFactory(name="Alpha", industry=industry, country="SE")
    CompanyFactory(name="Beta", industry=industry, country="US")
    both = directory(client, industry="transport", country="SE", letter="A")
    assert names(both) == ["Alpha"]
    assert names(directory(client, industry="transport", country="SE", letter="B")) == []


def test_letter_keeps_the_other_filters_in_its_address(client):
    CompanyFactory(name="Alpha", country="SE")
    letters = directory(client, country="SE", page="9").context["letters"]
    assert letters[1]["url"].endswith("?country=SE&letter=A")


def test_unknown_parameter_is_ignored(client):
    CompanyFactory(name="Alpha")
    assert names(directory(client, colour="blue", utm_source="letter")) == ["Alpha"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"technology": "no-such"}, "We know no such technology."),
        ({"industry": "'; DROP TABLE companies_company; --"}, "We know no such industry."),
        ({"country": "XX"}, "We know no company of that country."),
        ({"letter": "AB"}, "Choose one of the letters."),
        ({"letter": "%"}, None),
        ({"letter": "_"}, None),
    ],
)
def test_bad_filter_says_so_and_leaves_the_others_be(client, query, message):
    CompanyFactory(name="Alpha", country="SE"), CompanyFactory(name="Beta", country="US")
    response = directory(client, **{"country": "SE"} | query)
    assert response.status_code == 200
    if message:
        assert message in response.content.decode()
        assert "Alpha" in names(response)
    else:
        assert names(response) == []


def walk(client, url):
    while url:
        response = client.get(url)
        yield response
        url = response.context["page"].older_url


def test_directory_pages_show_every_company_once_in_order_and_lead_back(client):
    for number in range(60):
        CompanyFactory(name=f"Company {number:02}", country="SE")
    pages = list(walk(client, reverse(LIST) + "?country=SE"))
    seen = [name for page in pages for name in names(page)]
    assert seen == sorted(Company.objects.values_list("name", flat=True))
    assert len(pages) == 3
    assert "country=SE" in pages[0].context["page"].older_url
    back = client.get(pages[2].context["page"].newer_url)
    assert names(back) == names(pages[1])
    first = client.get(back.context["page"].newer_url)
    assert names(first) == names(pages[0])
    assert not pages[0].context["page"].newer_url


@pytest.mark.parametrize("place", ["0", "x", "-1", "99999999999999999999", "1.5", "²", "1 OR 1=1"])
def test_page_after_no_company_is_not_found(client, place):
    assert directory(client, after=place).status_code == 404


def test_page_after_the_last_company_is_not_found(client):
    assert directory(client, after=CompanyFactory().pk).status_code == 404


def count_queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_directory_runs_the_same_few_queries_for_five_rows_and_for_thirty(client):
    url = reverse(LIST) + "?country=SE&technology=python"
    technology = TechnologyFactory(slug="python")

    def add(count):
        for _n in range(count):
            fact = FactFactory(company__country="SE", company__industry=IndustryFactory())
            TechUseFactory(company=fact.company, technology=technology)

    add(5)
    few = count_queries(client, url)
    add(25)
    assert count_queries(client, url) == few <= 8


def test_directory_page_beyond_the_first_stays_within_eight_queries(
    client, django_assert_max_num_queries
):
    companies = [FactFactory().company for _n in range(30)]
    first = min(companies, key=lambda company: company.sort_name)
    with django_assert_max_num_queries(8):
        assert directory(client, after=first.pk).status_code == 200


def detail(client, company):
    return client.get(company.get_absolute_url())


def test_profile_shows_figures_uses_and_articles_of_the_company_alone(client):
    company = CompanyFactory(name="Spotify", legal_name="Spotify Technology S.A.")
    CompanyAliasFactory(company=company, name="Echo Nest")
    fact = FactFactory(company=company, amount=75_000_000, metric__label="Paid subscribers")
    TechUseFactory(company=company, purpose="Back-end services")
    TechUseFactory(company=company, purpose="Without a source", references=None)
    ArticleFactory(title="Seventy-five million", companies=[company])
    ArticleFactory(title="Not about it")
    ArticleFactory(title="A draft about it", companies=[company], draft=True)
    FactFactory(amount=31_000_000), FactFactory(company=company, amount=32_000_000, draft=True)
    page = detail(client, company).content.decode()
    for shown in ("75 million", "Paid subscribers", fact.references.get().source.title):
        assert shown in page
    for shown in ("Back-end services", "Seventy-five million", "Spotify Technology S.A."):
        assert shown in page
    for absent in ("Without a source", "Not about it", "A draft", "31 million", "32 million"):
        assert absent not in page


def test_profile_that_is_not_public_is_not_found_anywhere(client):
    company = CompanyFactory(is_public=False, name="Hidden company")
    use = TechUseFactory(company=company)
    assert detail(client, company).status_code == 404
    assert "Hidden company" not in directory(client).content.decode()
    page = client.get(use.technology.get_absolute_url()).content.decode()
    assert "Hidden company" not in page


def test_profile_shows_its_newest_ten_articles(client):
    company = CompanyFactory()
    ArticleFactory.create_batch(11, companies=[company])
    assert len(detail(client, company).context["articles"]) == 10


def test_profile_names_the_companies_it_holds_that_are_public(client):
    parent = CompanyFactory()
    child = CompanyFactory(parent=parent)
    CompanyFactory(parent=parent, is_public=False)
    assert list(detail(client, parent).context["subsidiaries"]) == [child]


def test_profile_data_block_is_json_that_nothing_can_end(client):
    hostile = "</script><script>alert(1)</script>"
    company = CompanyFactory(name="Spotify", description=hostile, website="https://spotify.com/")
    page = detail(client, company).content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(block)
    assert data["@type"] == "Organization"
    assert data["description"] == hostile
    assert data["sameAs"] == ["https://spotify.com/"]
    assert "<script>alert" not in page


def test_profile_runs_the_same_number_of_queries_for_five_rows_and_for_thirty(client):
    company = CompanyFactory(parent=CompanyFactory())
    CompanyAliasFactory.create_batch(2, company=company)
    ArticleFactory.create_batch(2, companies=[company])

    def add(count):
        FactFactory.create_batch(count, company=company)
        TechUseFactory.create_batch(count, company=company)
        ArticleFactory.create_batch(count, companies=[company])

    add(5)
    few = count_queries(client, company.get_absolute_url())
    add(25)
    assert count_queries(client, company.get_absolute_url()) == few <= 20


def test_changed_slug_leaves_a_permanent_redirect(client):
    company = CompanyFactory(slug="facebook")
    company.slug = "meta"
    company.save()
    response = client.get("/companies/facebook/")
    assert (response.status_code, response.url) == (301, "/companies/meta/")
    company.slug = "facebook"
    company.save()
    assert client.get("/companies/facebook/").status_code == 200
    assert client.get("/companies/meta/").status_code == 301


def test_former_slug_of_a_hidden_company_leads_nowhere(client):
    company = CompanyFactory(slug="facebook")
    company.slug, company.is_public = "meta", False
    company.save()
    assert client.get("/companies/facebook/").status_code == 404


def test_hidden_profile_answers_as_if_it_had_never_been(client):
    company = CompanyFactory(slug="facebook", name="Facebook")
    figure = FactFactory(company=company).get_absolute_url()
    addresses = ("/companies/{}/", "/companies/{}/figures.json", "/companies/{}/figures.csv")
    paths = [address.format("facebook") for address in addresses] + [figure]
    assert {client.get(path).status_code for path in paths} == {200}
    company.slug = "meta"
    company.save()
    company.is_public = False
    company.save()
    assert company.was_public
    assert client.get(figure).status_code == 404
    for address in addresses:
        never = client.get(address.format("nobody"))
        assert never.status_code == 404
        for slug in ("meta", "facebook"):
            hidden = client.get(address.format(slug))
            assert hidden.status_code == 404
            assert hidden.content == never.content.replace(b"nobody", slug.encode())


def test_technology_list_counts_companies_and_groups_by_kind(client):
    use = TechUseFactory(technology__name="Python", technology__kind="language")
    TechUseFactory(technology=use.technology, company=use.company)
    TechUseFactory(technology=use.technology)
    TechUseFactory(technology=use.technology, references=None)
    TechnologyFactory(name="Django", kind="framework")
    TechnologyFactory(name="Ada", kind="language")
    response = client.get(reverse("companies:technology-list"))
    listed = [(row.name, row.company_count) for row in response.context["object_list"]]
    assert listed == [("Ada", 0), ("Python", 2), ("Django", 0)]


def test_technology_says_who_uses_it_for_what_and_who_says_so(client):
    use = TechUseFactory(purpose="Ranking the feed", since=2011)
    TechUseFactory(purpose="Something else")
    page = client.get(use.technology.get_absolute_url()).content.decode()
    for shown in ("Ranking the feed", use.company.name, use.references.get().source.title, "2011"):
        assert shown in page
    assert "Something else" not in page


def test_technology_runs_the_same_few_queries_for_five_rows_and_for_thirty(client):
    technology = TechnologyFactory()
    TechUseFactory.create_batch(5, technology=technology)
    few = count_queries(client, technology.get_absolute_url())
    TechUseFactory.create_batch(25, technology=technology)
    assert count_queries(client, technology.get_absolute_url()) == few <= 8


@pytest.mark.parametrize("url", ["/companies/", "/technologies/"])
def test_empty_list_is_a_page_of_its_own(client, url):
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", ["/companies/none/", "/technologies/none/", "/companies/a b/"])
def test_unknown_address_is_not_found(client, url):
    assert client.get(url).status_code == 404


def test_public_pages_set_no_cookie_and_refuse_writes(client):
    fact, use = FactFactory(), TechUseFactory()
    for url in (
        "/companies/",
        "/technologies/",
        fact.company.get_absolute_url(),
        use.technology.get_absolute_url(),
    ):
        response = client.get(url)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert client.post(url).status_code == 405

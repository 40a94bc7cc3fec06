import datetime

import pytest

from companies.factories import CompanyFactory, TechnologyFactory
from companies.models import Company
from facts.factories import FactFactory, MetricFactory, TechUseFactory

pytestmark = pytest.mark.django_db
URL = "/companies/compare/"
DAY = datetime.date(2026, 6, 30)


@pytest.fixture
def metric():
    return MetricFactory(label="Paid subscribers", definition="Paying accounts.")


@pytest.fixture
def company():
    def make(name, metric=None, amount=1, as_of=DAY, **values):
        company = CompanyFactory(name=name, slug=name.lower())
        if metric:
            values.setdefault("as_of_precision", "day" if as_of else "unknown")
            FactFactory(company=company, metric=metric, amount=amount, as_of=as_of, **values)
        return company

    return make


def page_of(client, query):
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


def test_figures_of_one_metric_stand_in_one_row_with_their_dates(client, company, metric):
    company("Spotify", metric, 282_000_000)
    company("Netflix", metric, 301_000_000, as_of=datetime.date(2026, 3, 31))
    page = page_of(client, "?c=spotify&c=netflix")
    assert page.count("Paying accounts.") == 1
    assert page.index("301 million") < page.index("282 million")  # in the order of their slugs
    assert "30 June 2026" in page
    assert "31 March 2026" in page
    assert 'class="flag"' not in page
    assert "Spotify compared" in page


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({"as_of": None}, "undated"),
        ({"as_of": datetime.date(2025, 6, 29)}, ""),
        ({"as_of": datetime.date(2025, 6, 28)}, "More than a year"),
        ({"basis": "estimated"}, "estimate"),
        ({"basis": "projected"}, "a projection"),
        ({"basis": "self"}, ""),
        ({"comparator": "lte"}, "above or below"),
        ({"comparator": "gte"}, "above or below"),
        ({"comparator": "range", "upper_amount": 9}, "above or below"),
        ({"comparator": "about"}, ""),
    ],
)
def test_what_does_not_compare_says_so(client, company, metric, values, warning):
    company("One", metric)
    company("Two", metric, 2, **values)
    page = page_of(client, "?c=one&c=two")
    warnings = ("undated: it", "More than a year", "an estimate", "above or below", "lengths")
    assert sum(text in page for text in warnings) == bool(warning)
    assert warning in page


@pytest.mark.parametrize(("precision", "is_said"), [("quarter", True), ("year", False)])
def test_sums_over_other_lengths_of_time_do_not_compare(client, company, precision, is_said):
    flow = MetricFactory(flow=True)
    when = {"as_of": datetime.date(2025, 12, 31)}
    company("One", flow, as_of_precision="year", **when)
    company("Two", flow, 2, as_of_precision=precision, **when)
    assert ("periods of different lengths" in page_of(client, "?c=one&c=two")) is is_said


def test_figure_that_one_company_lacks_is_said_to_be_missing(client, company, metric):
    company("One", metric)
    company("Two", MetricFactory(label="Cities"))
    page = page_of(client, "?c=one&c=two")
    assert page.count(">no figure<") == 2


def test_scopes_are_never_mixed(client, company, metric):
    company("One", metric, scope="Canada")
    company("Two", metric)
    page = page_of(client, "?c=one&c=two")
    assert page.count(">no figure<") == 2
    assert page.count("Of other scopes there are other figures") == 2


def test_any_company_can_be_left_out(client, company):
    for name in ("One", "Two", "Three"):
        company(name)
    page = page_of(client, "?c=one&c=two&c=three")
    for rest in ("c=one&amp;c=three", "c=one&amp;c=two", "c=three&amp;c=two"):
        assert f'href="/companies/compare/?{rest}"' in page
    assert "<h1>One, Three and Two compared</h1>" in page
    assert 'href="/companies/compare/" rel="nofollow">leave out' in page_of(client, "?c=one")


def test_figure_that_another_contradicts_says_so(client, company, metric):
    one = company("One", metric, as_of=None)
    company("Two", metric, as_of=None)
    assert "sources disagree" not in page_of(client, "?c=one&c=two")
    FactFactory(company=one, metric=metric, amount=9)
    page = page_of(client, "?c=one&c=two")
    assert page.count('href="/companies/one/">sources disagree</a>') == 1
    assert page.count("sources disagree") == 1


def test_undated_figure_is_not_called_stale_as_well(client, company):
    metric = MetricFactory(shelf_life_days=30)
    company("One", metric, as_of=None)
    company("Two", metric, as_of=datetime.date(2020, 1, 1))
    assert page_of(client, "?c=one&c=two").count('class="flag">stale<') == 1


def test_what_all_of_them_use_is_named(client, company):
    python, rust = TechnologyFactory(name="Python"), TechnologyFactory(name="Rust")
    for one in (company("One"), company("Two")):
        TechUseFactory(company=one, technology=python)
    TechUseFactory(company=Company.objects.get(slug="one"), technology=rust)
    page = page_of(client, "?c=one&c=two")
    assert "All of them use: Python" in page
    assert "Rust" not in page


@pytest.mark.parametrize("query", ["", "?c=one", "?c=one&c=one"])
def test_fewer_than_two_lead_to_the_form(client, company, query):
    company("One")
    page = page_of(client, query)
    assert "<table" not in page
    assert 'name="name"' in page


def test_company_is_added_by_name(client, company):
    company("One")
    company("Two")
    page = page_of(client, "?c=two&name=on")
    assert 'href="/companies/compare/?c=one&amp;c=two" rel="nofollow">Add One</a>' in page
    assert "No other company" in page_of(client, "?c=two&name=nobody")


def test_unknown_company_is_named_and_the_others_stay(client, company, metric):
    company("One", metric)
    company("Two", metric)
    hidden = CompanyFactory(slug="hidden", is_public=False)
    page = page_of(client, "?c=one&c=two&c=hidden")
    assert "We know no company “hidden”" in page
    assert hidden.name not in page
    assert "Paid subscribers" in page


def test_five_companies_are_four_and_a_message(client, company):
    for name in ("One", "Two", "Three", "Four", "Five"):
        company(name)
    page = page_of(client, "?c=one&c=two&c=three&c=four&c=five")
    assert "the first four are shown" in page
    assert page.count('<th scope="col"><a') == 4
    assert 'name="name"' not in page


def test_order_and_repetition_of_the_query_make_no_other_page(client, company):
    company("One")
    company("Two")
    canonical = '<link rel="canonical" href="http://testserver/companies/compare/?c=one&amp;c=two">'
    for query in ("?c=two&c=one", "?c=one&c=two&c=two&utm=x"):
        assert canonical in page_of(client, query)


def test_compare_is_no_company_s_slug():
    with pytest.raises(Exception, match="reserved"):
        CompanyFactory.build(slug="compare").clean_fields()


def test_comparison_costs_the_same_however_much_there_is(
    client, company, django_assert_max_num_queries
):
    metrics = MetricFactory.create_batch(6)
    for name in ("One", "Two", "Three", "Four"):
        made = company(name)
        for metric in metrics:
            FactFactory(company=made, metric=metric)
    with django_assert_max_num_queries(8):
        page_of(client, "?c=one&c=two&c=three&c=four")

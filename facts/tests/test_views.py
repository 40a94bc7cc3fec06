import csv
import datetime
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.factories import ArticleFactory
from facts import publishing
from facts.exchange.csv_lines import read
from facts.exchange.importing import import_facts
from facts.factories import FactFactory, ReferenceFactory, SourceFactory
from facts.models import Fact
from facts.rules.cells import plain_cell, safe_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
def fact():
    fact = FactFactory(
        company__name="Spotify",
        company__slug="spotify",
        metric__key="paid-subscribers",
        metric__label="Paid subscribers",
        metric__definition="Paying accounts, not profiles.",
        amount=75_000_000,
        comparator="gte",
        as_of=datetime.date(2018, 3, 31),
        as_of_precision="quarter",
        references=None,
    )
    source = SourceFactory(title="First quarter", url="https://example.org/q1")
    ReferenceFactory(fact=fact, source=source, quote="75 million payers", locator="page 3")
    return fact


def update(fact, by, amount, year):
    return publishing.update(
        fact,
        by=by,
        source=SourceFactory(),
        amount=amount,
        as_of=datetime.date(year, 12, 31),
        as_of_precision="year",
    )


def page_of(client, fact):
    response = client.get(fact.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def json_ld(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def test_page_says_what_the_figure_is_and_what_it_rests_on(client, fact):
    page = page_of(client, fact)
    for words in (
        *("at least 75 million", "Paid subscribers", "Paying accounts, not profiles.", "Q1 2018"),
        *("First quarter", "75 million payers", "page 3", "reported", fact.public_id),
    ):
        assert words in page
    assert (
        f"Spotify, Paid subscribers: at least 75 million (Q1 2018). http://testserver/facts/{fact.public_id}/"
        in page
    )
    assert "Quoted in" not in page
    assert "<svg viewBox" not in page


def test_address_in_capitals_leads_to_the_one_in_small_letters(client, fact):
    response = client.get(f"/facts/{fact.public_id.upper()}/")
    if fact.public_id != fact.public_id.upper():
        assert (response.status_code, response["Location"]) == (301, fact.get_absolute_url())


@pytest.mark.parametrize("kind", ["draft", "hidden", "none"])
@pytest.mark.parametrize("ending", ["/", ".json", ".csv"])
def test_what_is_not_public_has_no_page(client, kind, ending):
    row = FactFactory(draft=kind == "draft", company__is_public=kind != "hidden")
    public_id = "zzzz" if kind == "none" else row.public_id
    assert client.get(f"/facts/{public_id}{ending}").status_code == 404


def test_superseded_figure_names_its_successor_and_shows_the_history(client, fact, admin_user):
    newer = update(fact, admin_user, 90_000_000, 2019)
    newest = update(newer, admin_user, 130_000_000, 2020)
    page = page_of(client, fact)
    assert "There is a newer figure:" in page
    assert f'href="{newest.get_absolute_url()}">130 million</a>' in page.replace("at least ", "")
    assert "Superseded by" in page
    assert '<svg viewBox="0 0 640 240"' in page
    assert page.count('class="bound') == 3
    assert "newer figure" not in page_of(client, newest)


def test_withdrawn_figure_keeps_its_address_and_says_why(client, fact, admin_user):
    publishing.deprecate(fact, reason="The table was misread.", by=admin_user)
    page = page_of(client, fact)
    assert "was wrong and is withdrawn.</b> The table was misread." in page
    assert re.search(r'<p class="the-figure"><data value="75000000"><s>[^<]*75 million</s>', page)
    # Of the last two, one is its correction and the other the same for machines.
    assert page.count("The table was misread.") == 5
    assert "Observation" not in page
    data = client.get(f"/facts/{fact.public_id}.json").json()
    assert (data["state"], data["reason"]) == ("withdrawn", "The table was misread.")
    assert data["shown"] is None


def test_quoted_in_names_live_articles_with_their_sentence(client, fact):
    address = f"fact:spotify/paid-subscribers@{fact.public_id}"
    live = ArticleFactory(title="The live one", body=f"Once. [75 million]({address}) pay. End.")
    ArticleFactory(title="The draft", draft=True, body=f"[75 million]({address})")
    page = page_of(client, fact)
    assert f'href="{live.get_absolute_url()}">The live one</a>' in page
    assert "75 million pay." in page
    assert "The draft" not in page


def test_source_that_is_gone_leads_to_its_archived_copy(client, fact):
    source = fact.references.get().source
    source.archive_url = "https://archive.example/q1"
    source.gone_since = datetime.date(2026, 5, 1)
    source.save()
    page = page_of(client, fact)
    assert 'href="https://archive.example/q1"' in page
    assert 'href="https://example.org/q1"' not in page
    assert "address gone since 1 May 2026" in page


def test_json_holds_the_same_for_any_page(client, fact, admin_user):
    newer = update(fact, admin_user, 90_500_000, 2019)
    response = client.get(f"/facts/{fact.public_id}.json")
    data = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (data["value"], data["comparator"], data["as_of"]) == ("75000000", "gte", "2018-Q1")
    assert data["company"]["slug"] == "spotify"
    assert data["metric"]["key"] == "paid-subscribers"
    assert data["superseded_by"] == [newer.public_id]
    assert data["sources"][0]["quote"] == "75 million payers"
    assert [one["value"] for one in data["history"]] == ["90500000", "75000000"]


def test_csv_holds_a_line_for_each_value_and_no_formula(client, fact, admin_user):
    source = fact.references.get().source
    source.title = "=cmd()"
    source.save()
    update(fact, admin_user, 90_500_000, 2019)
    response = client.get(f"/facts/{fact.public_id}.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["value"] for row in rows] == ["90500000", "75000000"]
    assert rows[1]["sources"].startswith("'=cmd()")
    assert rows[1]["supersedes"] == ""
    assert rows[0]["supersedes"] == fact.public_id


def test_machines_read_an_observation(client, fact):
    data = json_ld(page_of(client, fact))
    assert data["@type"] == "Observation"
    assert data["observationAbout"]["name"] == "Spotify"
    assert data["value"] == {"@type": "QuantitativeValue", "minValue": "75000000"}
    assert (data["observationDate"], data["observationPeriod"]) == ("2018-03", "P3M")
    assert data["subjectOf"][0]["url"] == "https://example.org/q1"


LAST = datetime.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("metric", "claim", "value"),
    [
        (
            {"value_type": "money", "unit": "EUR"},
            {"amount": 5, "upper_amount": 7, "comparator": "range"},
            {"@type": "MonetaryAmount", "currency": "EUR", "minValue": "5", "maxValue": "7"},
        ),
        (
            {"value_type": "money", "unit": "EUR"},
            {"amount": 0, "comparator": "about"},
            {"@type": "MonetaryAmount", "currency": "EUR", "value": "0"},
        ),
        (
            {"value_type": "permille", "unit": "‰"},
            {"amount": 3, "comparator": "lte"},
            {"@type": "QuantitativeValue", "unitText": "‰", "unitCode": "NX", "maxValue": "3"},
        ),
        ({"value_type": "person"}, {"text": "Ada L."}, {"@type": "Person", "name": "Ada L."}),
        ({}, {"amount": None, "value_state": "undisclosed"}, None),
    ],
)
def test_machines_read_unit_currency_and_bounds(client, metric, claim, value):
    named = {f"metric__{name}": said for name, said in metric.items()}
    data = json_ld(page_of(client, FactFactory(**named, **claim)))
    assert data.get("value") == value
    assert data.get("description") == ("not disclosed" if value is None else None)


@pytest.mark.parametrize(
    ("precision", "starts_on", "date", "period"),
    [
        ("day", None, "2025-06-30", None),
        ("month", None, "2025-06", "P1M"),
        ("half", None, "2025-06", "P6M"),
        ("fiscal", None, "2025-06-30", "P1Y"),
        ("day", datetime.date(2025, 6, 1), "2025-06-30", "P30D"),
        ("month", datetime.date(2025, 5, 1), "2025-06", "P61D"),
    ],
)
def test_machines_read_the_period(client, precision, starts_on, date, period):
    fact = FactFactory(as_of=LAST, as_of_precision=precision, starts_on=starts_on)
    data = json_ld(page_of(client, fact))
    assert (data["observationDate"], data.get("observationPeriod")) == (date, period)


def test_undated_figure_has_no_date_for_machines_either(client):
    fact = FactFactory()
    page = page_of(client, fact)
    assert "undated" in page
    assert "observationDate" not in json_ld(page)
    assert client.get(f"/facts/{fact.public_id}.json").json()["as_of"] is None


@given(st.text() | st.from_regex(r"['=+\-@\t\r]+.*"))
def test_safe_cell_reads_back(text):
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+1 555", "-cmd", "@x", "\t=1", "'=1", "\r=1"])
def test_formula_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "-5.25", "12", "a=b", "it's", ""])
def test_what_is_no_formula_stays(text):
    assert safe_cell(text) == text


def test_page_costs_the_same_with_a_long_history(
    client, fact, admin_user, django_assert_max_num_queries
):
    last = fact
    for year in range(2019, 2026):
        last = update(last, admin_user, 1_000_000 * year, year)
    for number in range(5):
        ArticleFactory(body=f"[{number}](fact:spotify/paid-subscribers@{fact.public_id})")
    with django_assert_max_num_queries(12):
        page = page_of(client, fact)
    assert page.count('class="bound') == Fact.objects.count() == 8


def verified(client, fact):
    """What the figure's page says of it, to people and in data."""
    page = client.get(fact.get_absolute_url()).text
    data = client.get(f"/facts/{fact.public_id}.json").json()
    return "<dt>Verified</dt>" in page, data["verified_at"] is not None


def test_verified_is_said_of_what_stands_and_was_read(client, admin_user):
    fact = publishing.publish(FactFactory(draft=True), by=admin_user)
    assert verified(client, fact) == (True, True)
    publishing.deprecate(fact, reason="Misread.", by=admin_user)
    assert verified(client, fact) == (False, False)


def test_imported_figure_is_verified_by_nobody_until_somebody_looks(client, admin_user):
    fact = FactFactory(company__slug="acme", metric__key="users", draft=True)
    file = f"id,company,metric,value\n{fact.public_id},acme,users,644\n"
    import_facts(read(file), by=admin_user, publish=True)
    fact.refresh_from_db()
    assert fact.is_published
    assert verified(client, fact) == (False, False)
    publishing.verify(fact, by=admin_user)
    assert verified(client, fact) == (True, True)

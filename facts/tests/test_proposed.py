"""What a reader proposes fills in the form of a figure; what cannot be read is shown as well."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from accounts.factories import UserFactory
from facts.exchange.proposed import Proposal, read_date, read_value
from facts.factories import FactFactory, MetricFactory, SourceFactory
from facts.models import Fact, Metric, Source

ADD, WRONG = "/admin/facts/fact/add/", "/admin/facts/fact/wrong/"
STAFF = Metric(label="Staff", value_type="quantity")
MONEY = Metric(label="Revenue", value_type="money", unit="EUR")
SHARE = Metric(label="Share", value_type="percent", unit="%")
WORDS = Metric(label="Stack", value_type="text")
ARABIC = "سبعة وخمسون"


@pytest.mark.parametrize(
    ("text", "metric", "language", "comparator", "amount"),
    [
        ("57", STAFF, "", "eq", "57"),
        ("57 million", STAFF, "", "eq", "57000000"),
        ("about 1,234,567", STAFF, "de", "about", "1234567"),
        ("1.5 million", STAFF, "de", "eq", "1500000"),
        ("1,5 Mio", STAFF, "", "eq", "1500000"),
        ("€4.5bn", MONEY, "", "eq", "4500000000"),
        ("12 %", SHARE, "", "eq", "12"),
        ("٥٧", STAFF, "ar", "eq", "57"),
    ],
)
def test_plain_value_is_read_without_a_doubt(text, metric, language, comparator, amount):
    said, doubt = read_value(text, metric, language)
    assert (said["comparator"], said["amount"]) == (comparator, Decimal(amount))
    assert doubt == ""


@pytest.mark.parametrize(
    ("text", "language", "amount", "told"),
    [
        ("75,500", "", "75500", "may be 75500 or 75.500"),
        ("75,500", "en-GB", "75500", "may be 75500 or 75.500"),
        ("75,500", "de", "75.500", "may be 75500 or 75.500"),
        ("75.500", "de", "75500", "may be 75500 or 75.500"),
        ("57 offices", "", "57", "Only its number"),
        ("fifty-seven offices", "en", "57", "Only its number"),
        ("57 Millionen", "de", "57000000", "Only its number"),
    ],
)
def test_value_that_is_not_plain_is_read_and_told(text, language, amount, told):
    said, doubt = read_value(text, STAFF, language)
    assert said["amount"] == Decimal(amount)
    assert told in doubt


@pytest.mark.parametrize(
    ("text", "metric", "language"),
    [
        ("57 offices in 3 countries", STAFF, ""),
        ("-57 offices", STAFF, ""),
        ("(57 offices)", STAFF, ""),
        ("− € 57 of profit", MONEY, ""),
        ("nobody knows", STAFF, ""),
        ("57 %", STAFF, ""),
        ("$57", MONEY, ""),
        ("57 dollars", MONEY, ""),
        ("75,500", STAFF, "ar"),
        (ARABIC, STAFF, "ar"),
        ("9" * 301, STAFF, ""),
        ("9" * 10_000, WORDS, ""),
        ("", STAFF, ""),
    ],
)
def test_value_that_cannot_be_read_is_no_value_and_says_why(text, metric, language):
    said, doubt = read_value(text, metric, language)
    assert said == {}
    assert doubt


def test_words_of_a_metric_in_words_are_taken_as_they_are():
    assert read_value(ARABIC, WORDS, "ar")[0]["text"] == ARABIC


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("June 2026", date(2026, 6, 30), "month"),
        ("as of 30 June 2026", date(2026, 6, 30), "day"),
        ("in 2025", date(2025, 12, 31), "year"),
        ("Q2 2026", date(2026, 6, 30), "quarter"),
        ("FY2025", date(2025, 12, 31), "fiscal"),
        ("unknown", None, "unknown"),
    ],
)
def test_date_is_read_with_its_precision(text, day, precision):
    said, doubt = read_date(text)
    assert (said["as_of"], said["as_of_precision"], doubt) == (day, precision, "")


@pytest.mark.parametrize("text", ["since last summer", "06/07/2026", "31 June 2026", "2" * 10_000])
def test_date_that_cannot_be_read_is_no_date_and_says_why(text):
    said, doubt = read_date(text)
    assert said == {}
    assert doubt


@pytest.fixture
def desk(client, db):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


@pytest.fixture
def fact(db):
    return FactFactory(metric__label="Offices", amount=75, scope="Europe")


def opened(desk, fact, **said):
    address = f"{ADD}?supersedes={fact.pk}&{Proposal(**said).as_query()}"
    response = desk.get(address)
    assert response.status_code == 200
    return address, response.context["adminform"].form, unescape(response.content.decode())


def test_proposal_fills_in_the_form_of_the_successor(desk, fact):
    said = {"value": "at least 57", "date": "June 2026", "link": "https://example.org/report"}
    _address, form, page = opened(desk, fact, name="Ada", **said)
    assert "Taken from the proposal of <bdi>Ada</bdi>" in page
    for words in said.values():
        assert f"<bdi>{words}</bdi>" in page
    names = ("amount", "comparator", "as_of", "as_of_precision", "new_source_url", "supersedes")
    assert [str(form[name].value()) for name in names] == [
        *("57", "gte", "2026-06-30", "month"),
        *("https://example.org/report", str(fact.pk)),
    ]
    assert form["scope"].value() == "Europe"
    assert "proposed-doubt" not in page
    assert Fact.objects.count() == 1
    assert not Source.objects.filter(url="https://example.org/report").exists()


def posted(form, **values):
    fields = {field.html_name: field.value() for field in form}
    inline = {"references-TOTAL_FORMS": 0, "references-INITIAL_FORMS": 0}
    fields = {name: value for name, value in fields.items() if value is not None}
    return fields | inline | values


def test_what_was_filled_in_is_checked_as_if_it_was_typed(desk, fact):
    said = {"value": "57", "date": "June 2190", "link": "https://example.org/report"}
    address, form, _page = opened(desk, fact, **said)
    response = desk.post(address, posted(form))
    refused = response.context["adminform"].form
    assert set(refused.errors) == {"as_of", "new_source_title"}
    # It stands beside what was typed until that is saved.
    assert "<bdi>June 2190</bdi>" in response.content.decode()
    right = posted(form, as_of="2026-06-30", new_source_title="Report")
    assert desk.post(address, right | {"_publish": "x"}).status_code == 302
    successor = Fact.objects.get(supersedes=fact)
    assert successor.amount == 57
    assert successor.references.get().source.url == said["link"]


def test_source_that_is_on_record_is_chosen_not_typed_again(desk, fact):
    source = SourceFactory(url="https://example.org/report", title="The report")
    _address, form, page = opened(desk, fact, link="https://example.org/report?utm_source=x")
    assert form["new_source_url"].value() is None
    assert f'<option value="{source.pk}" selected' in page
    assert "on record already" in page


def test_what_cannot_be_read_is_shown_and_fills_in_nothing(desk, fact):
    said = {"value": "nobody knows", "date": "last summer", "link": "javascript:alert(1)"}
    _address, form, page = opened(desk, fact, **said)
    assert [words for words in said.values() if f"<bdi>{words}</bdi>" not in page] == []
    assert page.count("proposed-doubt") == 3
    assert 'href="javascript' not in page
    assert [form[name].value() for name in ("amount", "new_source_url")] == [None, None]
    assert form["as_of"].value() is None


@pytest.mark.parametrize("words", ["x" * 10_000, "<script>alert(1)</script>", ARABIC, "\u202e57"])
def test_hostile_proposal_is_shown_as_words(desk, fact, words):
    said = dict.fromkeys(("name", "value", "date", "link"), words)
    response = desk.get(f"{ADD}?supersedes={fact.pk}&{Proposal(**said).as_query()}")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in page
    assert ("x" * 501 in page) is False
    assert 'id="proposed"' in page


def test_nul_in_a_proposal_is_refused_as_anywhere(desk, fact):
    assert desk.get(f"{ADD}?supersedes={fact.pk}&reader_value=5%00").status_code == 400


@pytest.mark.parametrize("supersedes", ["", "0", "x", "9" * 30])
def test_value_without_a_figure_is_shown_and_not_read(desk, supersedes):
    page = desk.get(f"{ADD}?supersedes={supersedes}&{Proposal(value='57').as_query()}")
    assert "Choose the metric" in page.content.decode()
    assert page.context["adminform"].form["amount"].value() is None


def test_form_without_a_proposal_says_nothing_of_one(desk, fact):
    assert 'id="proposed"' not in desk.get(f"{ADD}?supersedes={fact.pk}").content.decode()
    empty = f"{ADD}?supersedes={fact.pk}&reader_name=Ada&reader_language=de"
    assert 'id="proposed"' not in desk.get(empty).content.decode()


def test_wrong_figure_leads_to_the_form_of_what_is_right(desk, fact):
    query = Proposal("Ada", "57", "June 2026", "https://example.org/report").as_query()
    address = f"{WRONG}?facts={fact.pk}&{query}"
    page = desk.get(address).content.decode()
    assert "Taken from the proposal of <bdi>Ada</bdi>" in page
    assert "<bdi>57</bdi>" in page
    assert "<textarea" in page
    response = desk.post(address, {"facts": [fact.pk], "reason": "Misread."}, follow=True)
    assert Fact.objects.get(pk=fact.pk).deprecated_reason == "Misread."
    form = response.context["adminform"].form
    names = ("amount", "scope", "as_of", "new_source_url")
    claim = [str(form[name].value()) for name in names]
    assert claim == ["57", "Europe", "2026-06-30", "https://example.org/report"]
    assert (form["company"].value(), form["metric"].value()) == (fact.company_id, fact.metric_id)
    # What was wrong is no figure that another one follows.
    assert form["supersedes"].value() is None
    address = response.redirect_chain[-1][0]
    done = desk.post(address, posted(form, new_source_title="Report", _publish="x"))
    assert done.status_code == 302
    assert Fact.objects.published().get(amount=57).scope == "Europe"


def test_wrong_figure_without_a_proposal_leads_to_the_list(desk, fact):
    response = desk.post(f"{WRONG}?facts={fact.pk}", {"facts": [fact.pk], "reason": "Misread."})
    assert response["Location"] == "/admin/facts/fact/"


def test_proposal_is_of_one_figure_and_not_of_several(desk, fact):
    others = [fact, FactFactory(metric=MetricFactory())]
    query = "&".join(f"facts={one.pk}" for one in others)
    address = f"{WRONG}?{query}&{Proposal(value='57').as_query()}"
    assert 'id="proposed"' not in desk.get(address).content.decode()
    data = {"facts": [one.pk for one in others], "reason": "Misread."}
    assert desk.post(address, data)["Location"] == "/admin/facts/fact/"

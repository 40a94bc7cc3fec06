"""Files as they come from spreadsheets of many countries: what is read, asked and refused."""

import pytest

from companies.factories import CompanyFactory
from facts.exchange import conflicts
from facts.exchange.csv_lines import UnusableFile, decode, read, sign_of_decimals
from facts.exchange.gathering import Gathered
from facts.exchange.importing import import_facts
from facts.exchange.on_record import OnRecord
from facts.factories import FactFactory, MetricFactory
from facts.models import Fact, Metric

pytestmark = pytest.mark.django_db
HEAD = "company,metric,value,as_of,source_title\n"
IDS = "id,company,metric,value,as_of,supersedes,source_title\n"


@pytest.fixture(autouse=True)
def _ground():
    CompanyFactory(slug="spotify", name="Spotify")
    MetricFactory(key="users", label="Users")
    MetricFactory(key="words", label="Words", in_words=True)
    MetricFactory(key="revenue", label="Revenue", money=True, flow=True)
    MetricFactory(key="margin", label="Margin", percent=True)


def of(value, *, metric="users", as_of="2024", cell=",", more=""):
    """A file of one figure, its cells parted by `cell`."""
    head = HEAD.replace(",", cell)
    return f'{head}spotify{cell}{metric}{cell}"{value}"{cell}{as_of}{cell}Letter\n{more}'


def run(text, *, decimal="", **options):
    text = decode(text) if isinstance(text, bytes) else text
    decimal = decimal or sign_of_decimals(text)
    return import_facts(read(text), by=None, decimal=decimal, **options)


def claims():
    return [
        f"{fact.comparator} {fact.machine_value} {fact.partial_as_of}"
        for fact in Fact.objects.select_related("metric").order_by("pk")
    ]


WELL_FORMED = {
    "plain digits": (of("1234567"), "eq 1234567 2024"),
    "commas group": (of("1,234,567"), "eq 1234567 2024"),
    "a point begins decimals": (of("1.234"), "eq 1.234 2024"),
    "spaces group": (of("1 234 567"), "eq 1234567 2024"),
    "narrow spaces group": (of("1\u202f234\u202f567"), "eq 1234567 2024"),
    "apostrophes group": (of("1'234'567"), "eq 1234567 2024"),
    "points group": (of("1.234.567", cell=";"), "eq 1234567 2024"),
    "points group, comma decimals": (of("1.234,56", cell=";"), "eq 1234.56 2024"),
    "spaces group, comma decimals": (of("1 234,5", cell=";"), "eq 1234.5 2024"),
    "comma decimals": (of("12,5", cell=";"), "eq 12.5 2024"),
    "point decimals among semicolons": (of("12.5", cell=";"), "eq 12.5 2024"),
    "less than one is no thousand": (of("0,125", cell=";"), "eq 0.125 2024"),
    "tabs": (of("1 234", cell="\t"), "eq 1234 2024"),
    "mio": (of("5 mio"), "eq 5000000 2024"),
    "Mio. with a comma": (of("2,5 Mio.", cell=";"), "eq 2500000 2024"),
    "Mrd.": (of("3 Mrd."), "eq 3000000000 2024"),
    "millions": (of("4 millions"), "eq 4000000 2024"),
    "nearly": (of("nearly 5 million"), "about 5000000 2024"),
    "fewer than": (of("fewer than 10"), "lte 10 2024"),
    "no fewer than": (of("no fewer than 10"), "gte 10 2024"),
    "in brackets": (of("(5.3 million)", metric="revenue"), "eq -5300000 2024"),
    "in brackets with a currency": (
        of("USD (5.3 million)", metric="revenue"),
        "eq -5300000 2024",
    ),
    "brackets round the number alone": (of("(12.5) %", metric="margin"), "eq -12.5 2024"),
    "a range": (of("5 to 7 million"), "range 5000000/7000000 2024"),
    "not disclosed": (of("not disclosed"), "eq undisclosed 2024"),
    "fiscal year": (of("5", as_of="FY2024"), "eq 5 FY2024"),
    "fiscal year in words": (of("5", as_of="fiscal year 2024"), "eq 5 FY2024"),
    "half-year": (of("5", as_of="H1 2025"), "eq 5 2025-H1"),
    "year before quarter": (of("5", as_of="2024 Q4"), "eq 5 2024-Q4"),
    "number before quarter": (of("5", as_of="4Q2024"), "eq 5 2024-Q4"),
    "points in the date": (of("5", as_of="31.12.2024"), "eq 5 2024-12-31"),
    "points and one digit": (of("5", as_of="1.6.2024"), "eq 5 2024-06-01"),
    "undated": (of("5", as_of="n/a").replace("n/a", ""), "eq 5 None"),
    "mark of byte order, line ends of Windows": (
        "\ufeff".encode() + of("5").replace("\n", "\r\n").encode(),
        "eq 5 2024",
    ),
    "blank lines, empty columns": (
        of("5").replace("Letter", "Letter,,").replace("title\n", "title,,\n") + "\n,,,,\n",
        "eq 5 2024",
    ),
    "capitals in the first line": (of("5").replace("company,", "Company,"), "eq 5 2024"),
    "a passage of two lines": (
        'company,metric,value,source_title,quote\nspotify,users,5,Letter,"one\ntwo"\n',
        "eq 5 None",
    ),
    "a formula that was made harmless": (of("'=1+1", metric="words"), "eq =1+1 2024"),
    "a second source": (of("5", more="spotify,users,5.0,2024,Report\n"), "eq 5 2024"),
}


@pytest.mark.parametrize(("text", "claim"), WELL_FORMED.values(), ids=WELL_FORMED)
def test_well_formed_file_is_read(text, claim):
    outcome = run(text)
    assert outcome.errors == []
    assert claims() == [claim]


ASKED = {
    "a point among semicolons": of("1.234", cell=";"),
    "a comma among semicolons": of("1,234", cell=";"),
    "a point among tabs": of("1.234", cell="\t"),
    "millions among semicolons": of("1.234 million", cell=";"),
    "the end of a range": of("1 to 1.234", cell=";"),
}


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
def test_number_that_may_be_two_is_asked_for(text):
    [(line, message)] = run(text).errors
    assert line == 2
    assert "may be 1234 or 1.234: say which sign begins the decimals" in message
    assert claims() == []


@pytest.mark.parametrize(
    ("value", "decimal", "claim"),
    [
        ("1.234", ",", "eq 1234 2024"),
        ("1.234", ".", "eq 1.234 2024"),
        ("1,234", ",", "eq 1.234 2024"),
        ("1,234", ".", "eq 1234 2024"),
        ("1.234.567", ",", "eq 1234567 2024"),
    ],
)
def test_answer_decides(value, decimal, claim):
    assert run(of(value, cell=";"), decimal=decimal).errors == []
    assert claims() == [claim]


MALFORMED = {
    "comma decimals in an English file": (of("12,5"), "no number"),
    "the other notation than was said": (of("1.234,5"), "no number"),
    "groups of two": (of("12.34.567", cell=";"), "no number"),
    "three signs": (of("1.234,567'8", cell=";"), "no number"),
    "brackets round the scale": (of("5 (million)"), "no number"),
    "brackets and a minus": (of("(−5)"), "no number"),
    "brackets that do not close": (of("(5"), "no number"),
    "two numbers": (of("5 6"), "no number"),
    "words": (of("many"), "no number"),
    "no value": (of(""), "value is missing"),
    "a value without end": (of("5" + " " * 400 + "million"), "too long"),
    "a currency that is not the metric's": (of("€5", metric="revenue"), "not in EUR"),
    "a day that is none": (of("5", as_of="31.02.2024"), "no date"),
    "day or month first": (of("5", as_of="03/04/2024"), "no date"),
    "fifth quarter": (of("5", as_of="2024 Q5"), "no date"),
    "no such company": (of("5").replace("\nspotify", "\nnobody"), "No company"),
    "no such metric": (of("5", metric="wealth"), "No metric"),
    "an id that is none": (IDS + "aeiou1,spotify,users,5,2024,,Letter\n", "no id of a figure"),
    "two ids": (
        IDS + "bbbbbb,spotify,users,5,,,\ncccccc,spotify,users,5,,,\n",
        "under another id",
    ),
}


@pytest.mark.parametrize(("text", "words"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_line_is_told_and_nothing_is_imported(text, words):
    [(line, message)] = run(text).errors
    assert line == 2 + (words == "under another id")
    assert words in message
    assert claims() == []


UNUSABLE = {
    "empty": "",
    "no first line": "spotify,users,5\n",
    "a column that is unknown": of("5").replace("as_of", "date"),
    "a column twice": of("5").replace("as_of", "value"),
    "more cells than columns": of("5").replace("Letter", "Letter,more"),
    "a quotation mark that does not close": of("5") + 'spotify,"users,5,2024,Letter\n',
    "a picture": "\x89PNG\0",
    "UTF-16": of("5").encode("utf-16"),
    "Latin-1": of("“5”", metric="words").replace("“5”", "café").encode("latin-1"),
}


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_file_that_is_none_is_refused_whole(text):
    with pytest.raises(UnusableFile):
        run(text)


# What contradicts what

RIVALS = (
    IDS
    + "bbbbbb,spotify,users,1.4 million,Q3 2024,,Letter\n"
    + "cccccc,spotify,users,9.9 million,30 Sep 2024,,Report\n"
)


def test_lines_that_contradict_each_other_are_both_told():
    (first, other), (second, one) = run(RIVALS, publish=True).errors
    assert (first, second) == (2, 3)
    assert "Line 3 says otherwise: 9.9 million (30 September 2024)" in other
    assert "Line 2 says otherwise: 1.4 million (Q3 2024)" in one
    assert claims() == []


def test_reason_is_an_answer_to_a_contradiction():
    outcome = run(RIVALS, publish=True, reason="They count differently.")
    assert outcome.counts["published"] == 2


NO_RIVALS = {
    "drafts": (RIVALS, {}),
    "one of them a draft's": (
        "state," + RIVALS.replace("\nb", "\n,b").replace("\nc", "\ndraft,c"),
        {"publish": True, "reason": ""},
    ),
    "one supersedes the other": (RIVALS.replace("2024,,Report", "2024,bbbbbb,Report"), None),
    "another quarter": (RIVALS.replace("30 Sep 2024", "Q4 2024"), None),
    "as exact as it was told": (RIVALS.replace("9.9 million", "1.42 million"), None),
    "at least": (RIVALS.replace("9.9 million", "more than 1 million"), None),
    "another metric": (RIVALS.replace("cccccc,spotify,users", "cccccc,spotify,margin"), None),
}


@pytest.mark.parametrize(("text", "options"), NO_RIVALS.values(), ids=NO_RIVALS)
def test_what_does_not_contradict_is_imported(text, options):
    options = {"publish": True} if options is None else options
    assert run(text, **options).errors == []
    assert len(claims()) == 2


def test_many_lines_of_one_time_are_not_compared_each_with_each(monkeypatch):
    compared = []
    monkeypatch.setattr(conflicts, "COMPARED", 3)
    monkeypatch.setattr(conflicts, "contradict", lambda *pair: compared.append(pair))
    lines = read(HEAD + "".join(f"spotify,users,{n},,Letter\n" for n in range(100)))
    assert len(Gathered(lines, OnRecord(lines), ".").figures) == 100
    assert len(compared) <= 300


def test_form_offers_the_choice_and_keeps_it(admin_client):
    address = "/admin/facts/fact/import/"
    text = of("1.234", cell=";")
    page = admin_client.post(address, {"text": text, "_check": ""}).content.decode()
    assert "Line 2: “1.234” may be 1234 or 1.234" in page
    assert '<select name="decimal"' in page
    page = admin_client.post(address, {"text": text, "decimal": ",", "_check": ""}).content.decode()
    assert "The file is sound" in page
    assert '<option value="," selected>' in page
    admin_client.post(address, {"text": text, "decimal": ",", "_import": ""})
    assert claims() == ["eq 1234 2024"]


def test_figure_on_record_contradicts_a_line():
    FactFactory(
        company__slug="netflix",
        metric=Metric.objects.get(key="users"),
        amount=1_400_000,
        as_of="2024-09-30",
        as_of_precision="quarter",
    )
    text = HEAD + "netflix,users,9.9 million,Q3 2024,Report\n"
    [(line, message)] = run(text, publish=True).errors
    assert line == 2
    assert "1.4 million" in message
    assert run(text.replace("9.9", "1.4"), publish=True).errors == []

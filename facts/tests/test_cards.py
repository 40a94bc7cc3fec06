"""The card that a figure's words open, wherever they stand."""

import datetime
import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts import publishing
from facts.factories import FactFactory, ReferenceFactory, SourceFactory
from facts.rules.fragments import address_of_passage

URL = "https://example.org/q1"


@pytest.fixture
def fact(db):
    fact = FactFactory(
        company__name="Spotify",
        metric__label="Paid subscribers",
        metric__definition="Paying accounts, not profiles.",
        metric__shelf_life_days=100,
        amount=75_000_000,
        as_of=datetime.date(2018, 3, 31),
        as_of_precision="month",
        basis="self",
        references=None,
    )
    source = SourceFactory(title="First quarter", url=URL)
    ReferenceFactory(fact=fact, source=source, quote="75 million payers")
    # The same source says something of another company.
    ReferenceFactory(fact=FactFactory(references=None), source=source, quote="8 of the others")
    return fact


def card(client, fact):
    response = client.get(f"{fact.get_absolute_url()}card.json")
    assert response.status_code == 200
    return response.json()["html"]


def test_card_says_all_of_one_figure_and_nothing_of_another(
    client, fact, django_assert_max_num_queries
):
    with django_assert_max_num_queries(7):
        html = card(client, fact)
    for words in (
        *('value="75000000">75 million<', "Spotify", "Paid subscribers", "March 2018"),
        *("Paying accounts, not profiles.", "self-reported", "own word", "First quarter"),
        *(f'href="{URL}#:~:text=75%20million%20payers"', "75 million payers", "stale"),
        *(f"/challenge/{fact.public_id}/", f'href="{fact.get_absolute_url()}"'),
    ):
        assert words in html, words
    assert "8 of the others" not in html


def test_card_names_its_claim_for_who_challenges_it(client, fact):
    answer = client.get(f"{fact.get_absolute_url()}card.json").json()
    assert answer["claim"] == "Spotify, Paid subscribers: 75 million (March 2018)"


def test_card_of_an_undated_figure_explains_the_word(client, db):
    html = card(client, FactFactory())
    assert "its source does not say" in html
    assert "stale" not in html


def test_card_tells_of_a_newer_figure_and_of_one_that_is_only_another(client, fact, admin_user):
    newer = publishing.update(
        fact,
        by=admin_user,
        source=SourceFactory(),
        amount=124_000_000,
        as_of=datetime.date(2019, 12, 31),
        as_of_precision="year",
    )
    assert "There is a newer figure:" in card(client, fact)
    assert "another figure" not in card(client, newer)
    publishing.deprecate(newer, reason="Misread.", by=admin_user)
    withdrawn = card(client, newer)
    assert "<s>124 million</s>" in withdrawn
    assert "Misread. What stands now:" in withdrawn
    assert f'href="{fact.get_absolute_url()}">75 million</a> (March 2018)' in withdrawn


@pytest.mark.parametrize("kind", ["draft", "hidden"])
def test_what_is_not_public_has_no_card(client, db, kind):
    row = FactFactory(draft=kind == "draft", company__is_public=kind != "hidden")
    assert client.get(f"/facts/{row.public_id}/card.json").status_code == 404


def test_source_that_is_gone_is_read_in_its_archived_copy(client, fact):
    source = fact.references.get().source
    source.archive_url, source.gone_since = "https://archive.example/q1", datetime.date(2026, 5, 1)
    source.save()
    html = card(client, fact)
    assert 'href="https://archive.example/q1#:~:text=75%20million%20payers"' in html
    assert URL not in html


def test_names_of_any_direction_stand_apart_in_the_card_and_on_the_page(client, db):
    source = SourceFactory(title="تقرير الربع الأول", publisher="شركة")
    reference = {"source": source, "locator": "ص. 4"}
    fact = FactFactory(company__name="سبوتيفاي", scope="أوروبا", references=None)
    ReferenceFactory(fact=fact, **reference)
    page = client.get(fact.get_absolute_url()).text
    for name in (source.title, source.publisher, reference["locator"]):
        assert f"<bdi>{name}</bdi>" in card(client, fact), name
        assert f"<bdi>{name}</bdi>" in page, name
    for name in (fact.company.name, fact.scope):
        assert f"<bdi>{name}</bdi>" in card(client, fact), name


def test_figure_s_page_leads_where_its_source_can_be_read(client, fact):
    source = fact.references.get().source

    def named():
        page = client.get(fact.get_absolute_url()).text
        return re.findall(r'<(?:a|cite) class="name"(?: href="([^"]*)")?[^>]*><bdi>First', page)

    assert named() == [URL]
    source.archive_url, source.gone_since = "https://archive.example/q1", datetime.date(2026, 5, 1)
    source.save()
    assert named() == ["https://archive.example/q1"]
    source.url = source.archive_url = ""
    source.save()
    assert named() == [""]


@pytest.mark.parametrize(
    ("passage", "directive"),
    [
        ("75 million payers", "75%20million%20payers"),
        ("a well-known, half & whole", "a%20well%2Dknown%2C%20half%20%26%20whole"),
        ("1 2 3 4 5 6 7 8", "1%202%203%204%205%206%207%208"),
        ("1 2 3 4 5 6 7 8 9", "1%202%203%204,6%207%208%209"),
        ("they pay … and stay", "they%20pay,and%20stay"),
        ("they pay [...] and stay", "they%20pay,and%20stay"),
        ("… they pay …", "they%20pay"),
        ("用" * 30, quote("用" * 30)),
        ("用" * 20 + "户" * 80, quote("用" * 20 + "户" * 4) + "," + quote("户" * 22)),
        ("กิ" * 100, f"{quote('กิ' * 24)},{quote('กิ' * 22)}"),
    ],
)  # fmt: skip
def test_passage_is_named_in_the_address(passage, directive):
    assert address_of_passage(URL, passage) == f"{URL}#:~:text={directive}"


def test_source_without_an_address_or_a_passage_leads_where_it_can():
    assert address_of_passage("", "75 million") == ""
    for passage in (" ", "…", "[...] …"):
        assert address_of_passage(URL, passage) == URL


def test_address_that_leads_into_a_page_leads_to_the_passage_as_well():
    assert address_of_passage(f"{URL}#q1", "75 million") == f"{URL}#q1:~:text=75%20million"
    ours = f"{URL}#:~:text=75"
    assert address_of_passage(ours, "8 others") == ours


@given(st.text())
def test_any_passage_makes_an_address_that_is_one(passage):
    address = address_of_passage(URL, passage)
    assert address.startswith(URL)
    assert address.isascii()
    assert " " not in address
    assert not address.endswith("text=")
    words = passage.split()
    is_short = 0 < len(words) < 5 and max(map(len, words)) <= 6
    if is_short and "…" not in passage and "..." not in passage:
        assert unquote(address.partition("text=")[2]) == " ".join(passage.split())

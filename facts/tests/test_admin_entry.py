"""From the jotted line to the published figure, through the desk's own pages."""

import datetime
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from facts import publishing
from facts.factories import (
    FactFactory,
    MetricFactory,
    ReferenceFactory,
    ScopeFactory,
    SourceFactory,
)
from facts.models import Fact, Overruling, Source
from facts.review.doubts import find_doubts, overrule

pytestmark = pytest.mark.django_db
IN_2024 = {"as_of": datetime.date(2024, 12, 31), "as_of_precision": "year"}
IN_2025 = {"as_of": datetime.date(2025, 12, 31), "as_of_precision": "year"}
QUICK, ADD = "/admin/facts/fact/quick/", "/admin/facts/fact/add/"


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(username="edith", groups=["Editor"]))
    return client


@pytest.fixture
def company():
    return CompanyFactory(name="Spotify")


@pytest.fixture
def metric():
    return MetricFactory(label="Paid subscribers")


def quick(client, company, metric, line, **more):
    return client.get(QUICK, {"company": company.pk, "metric": metric.pk, "line": line, **more})


def add_form(**values):
    inline = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    return {
        **{f"references-{name}": value for name, value in inline.items()},
        "comparator": "eq",
        "as_of_precision": "unknown",
        "basis": "reported",
        **values,
    }


def page(client, address):
    return unescape(client.get(address, follow=True).content.decode())


def test_line_opens_the_form_with_everything_in_its_place(editor, company, metric):
    line = "more than 282.7 million | Dec 2025 | https://example.org/q4 | “282.7 million pay”"
    ScopeFactory(name="Canada")
    response = quick(editor, company, metric, line, scope="canada")
    assert response.status_code == 302
    assert not Source.objects.exists()
    filled = dict(parse_qsl(urlsplit(response["Location"]).query))
    assert filled == {
        "company": str(company.pk),
        "metric": str(metric.pk),
        "scope": "Canada",
        "comparator": "gte",
        "amount": "282700000",
        "value_state": "value",
        "as_of": "2025-12-31",
        "as_of_precision": "month",
        "new_source_url": "https://example.org/q4",
        "new_source_quote": "282.7 million pay",
    }
    form = page(editor, response["Location"])
    assert 'value="282700000"' in form
    assert 'value="https://example.org/q4"' in form
    assert "282.7 million pay" in form


def test_source_on_record_is_found_however_its_address_is_written(editor, company, metric):
    source = SourceFactory(title="Fourth quarter", url="https://example.org/q4")
    line = "5 | 2025 | HTTPS://EXAMPLE.org/q4?utm_source=x"
    location = quick(editor, company, metric, line)["Location"]
    assert f"source={source.pk}" in location
    assert "new_source_url" not in location
    assert "Fourth quarter" in page(editor, location)


def test_later_value_supersedes_what_is_shown(editor, company, metric):
    now = FactFactory(
        company=company, metric=metric, as_of=datetime.date(2024, 12, 31), as_of_precision="day"
    )
    assert f"supersedes={now.pk}" in quick(editor, company, metric, "5 | 2025")["Location"]
    assert "supersedes" not in quick(editor, company, metric, "5 | 2023")["Location"]
    assert "supersedes" not in quick(editor, company, metric, "5")["Location"]


def test_line_that_cannot_be_read_is_kept_with_the_reason(editor, company, metric):
    response = quick(editor, company, metric, "5 apples | 2025")
    text = unescape(response.content.decode())
    assert "“5 apples” is no number" in text
    assert 'value="5 apples | 2025"' in text
    assert Fact.objects.count() == 0


def test_new_source_is_made_with_the_figure_and_not_before(editor, company, metric):
    values = {"company": company.pk, "metric": metric.pk, "amount": 5}
    told = {"new_source_url": "https://example.org/q4?utm_source=x"}
    refused = editor.post(ADD, add_form(**values, **told)).content.decode()
    assert "This source is new: give its title." in refused
    assert not Source.objects.exists()
    told |= {"new_source_title": "Fourth quarter", "new_source_quote": "five"}
    editor.post(ADD, add_form(**values, **told, _publish="x"))
    fact = Fact.objects.get()
    assert fact.is_published
    reference = fact.references.get()
    assert (reference.source.url, reference.quote) == ("https://example.org/q4", "five")
    editor.post(ADD, add_form(**values | {"amount": 6}, **told))
    assert Source.objects.count() == 1


def test_source_with_an_address_on_record_leads_to_that_one(editor):
    source = SourceFactory(title="The first", url="https://example.org/q4")
    data = {
        "title": "Again",
        "kind": "press",
        "url": "https://EXAMPLE.org/q4#top",
        "published_precision": "unknown",
    }
    text = editor.post("/admin/facts/source/add/", data).content.decode()
    assert "This address is on record already" in text
    assert reverse("admin:facts_source_change", args=[source.pk]) in text
    assert Source.objects.count() == 1
    change = reverse("admin:facts_source_change", args=[source.pk])
    editor.post(change, data | {"title": "Renamed"})
    assert Source.objects.get().title == "Renamed"


def test_company_page_shows_its_figures_and_what_can_be_done(editor, company, metric):
    fact = FactFactory(company=company, metric=metric, amount=75_000_000)
    address = f"fact:{company.slug}/{metric.key}@{fact.public_id}"
    ArticleFactory(body=f"[a]({address}) [b]({address})")
    ArticleFactory(draft=True, body=f"[a]({address})")
    text = page(editor, reverse("admin:companies_company_change", args=[company.pk]))
    assert "75 million" in text
    assert "<td>1</td>" in text
    assert f"?supersedes={fact.pk}" in text
    assert f"?facts={fact.pk}" in text
    assert 'form="verify-figure"' in text
    assert 'id="quick-entry"' in text


def test_company_page_offers_a_writer_nothing_to_change(client, company, metric):
    FactFactory(company=company, metric=metric)
    client.force_login(UserFactory(groups=["Writer"]))
    text = page(client, reverse("admin:companies_company_change", args=[company.pk]))
    assert "Update figure" not in text
    assert "Verify today" not in text


def test_company_page_costs_the_same_for_few_and_for_many(
    editor, company, django_assert_max_num_queries
):
    for _number in range(30):
        FactFactory(company=company)
    with django_assert_max_num_queries(20):
        page(editor, reverse("admin:companies_company_change", args=[company.pk]))


def test_verify_from_the_company_page_moves_nothing_else(editor, company):
    fact = FactFactory(company=company)
    before = Fact.objects.filter(pk=fact.pk).values(*Fact.CLAIM_FIELDS).get()
    response = editor.post("/admin/facts/fact/verify/", {"fact": fact.pk}, follow=True)
    assert "Verified today." in response.content.decode()
    assert Fact.objects.filter(pk=fact.pk).values(*Fact.CLAIM_FIELDS).get() == before
    assert Fact.objects.get(pk=fact.pk).verified_by.username == "edith"
    for wrong in ("", "x", "999999", "²"):
        assert editor.post("/admin/facts/fact/verify/", {"fact": wrong}).status_code == 302


def test_wrong_page_says_how_many_articles_quote_it(editor, company, metric):
    fact = FactFactory(company=company, metric=metric)
    for _number in range(2):
        ArticleFactory(body=f"[a](fact:{company.slug}/{metric.key}@{fact.public_id})")
    assert "quoted in 2 live articles" in page(editor, f"/admin/facts/fact/wrong/?facts={fact.pk}")


# What an editor should look at twice


def rules(fact):
    return [doubt.rule for doubt in find_doubts(fact)]


@pytest.mark.parametrize(
    ("low", "high", "amount", "expected"),
    [
        (0, 100, 100, []),
        (0, 100, 101, ["range"]),
        (0, 100, -1, ["range"]),
        (None, 5, 6, ["range"]),
        (None, None, 10**12, []),
    ],
)
def test_amount_outside_the_plausible_range(low, high, amount, expected):
    metric = MetricFactory(plausible_min=low, plausible_max=high)
    assert rules(FactFactory(metric=metric, amount=amount)) == expected


@pytest.mark.parametrize(
    ("amount", "expected"), [(150, []), (151, ["jump"]), (50, []), (49, ["jump"])]
)
def test_jump_beyond_the_metrics_limit(amount, expected):
    old = FactFactory(amount=100, metric__max_jump_percent=50, **IN_2024)
    series = {"company": old.company, "metric": old.metric}
    new = FactFactory(amount=amount, references=None, **series, **IN_2025)
    assert rules(new) == expected


@pytest.mark.parametrize(("precision", "expected"), [("quarter", []), ("year", ["jump"])])
def test_sum_of_a_quarter_is_no_jump_from_that_of_a_year(precision, expected):
    old = FactFactory(amount=100, metric__max_jump_percent=50, metric__flow=True, **IN_2024)
    series = {"company": old.company, "metric": old.metric, "references": None}
    when = IN_2025 | {"as_of_precision": precision}
    assert rules(FactFactory(amount=25, **series, **when)) == expected
    assert rules(FactFactory(amount=26, supersedes=old, draft=True, **series, **when)) == [
        *expected,
        "rival",
    ]


@pytest.mark.parametrize(
    ("published", "expected"),
    [(datetime.date(2025, 9, 30), ["older-source"]), (datetime.date(2025, 10, 1), []), (None, [])],
)
def test_source_older_than_what_it_states(published, expected):
    fact = FactFactory(
        as_of=datetime.date(2025, 12, 31), as_of_precision="quarter", references=None
    )
    precision = "day" if published else "unknown"
    source = SourceFactory(published_on=published, published_precision=precision)
    ReferenceFactory(fact=fact, source=source)
    assert rules(fact) == expected


@pytest.mark.parametrize(
    ("quote", "expected"), [("75  Million payers", ["same-passage"]), ("80 million payers", [])]
)
def test_value_changed_with_the_same_passage(quote, expected):
    old = FactFactory(amount=75, references=None, **IN_2024)
    ReferenceFactory(fact=old, quote="75 million payers")
    series = {"company": old.company, "metric": old.metric}
    new = FactFactory(amount=80, draft=True, references=None, **series, **IN_2025)
    ReferenceFactory(fact=new, quote=quote)
    assert rules(new) == expected


def test_doubtful_figure_is_kept_as_a_draft_until_somebody_says_why(editor, company):
    metric = MetricFactory(plausible_max=100)
    values = {"company": company.pk, "metric": metric.pk, "amount": 500, "new_source_title": "S"}
    response = editor.post(ADD, add_form(**values, _publish="x"), follow=True)
    text = unescape(response.content.decode())
    fact = Fact.objects.get()
    assert not fact.is_published
    assert "outside what is plausible" in text
    assert 'name="_overruling"' in text
    change = reverse("admin:facts_fact_change", args=[fact.pk])
    reference = fact.references.get()
    kept = {
        "references-TOTAL_FORMS": 1,
        "references-INITIAL_FORMS": 1,
        "references-0-id": reference.pk,
        "references-0-fact": fact.pk,
        "references-0-source": reference.source_id,
    }
    form = add_form(**values | {"new_source_title": ""}) | kept
    editor.post(change, form | {"_publish": "x", "_overruling": "A merger."})
    fact.refresh_from_db()
    assert fact.is_published
    overruled = Overruling.objects.get()
    assert (overruled.rule, overruled.reason, overruled.by.username) == (
        "range",
        "A merger.",
        "edith",
    )
    assert find_doubts(fact) == []


def test_doubtful_figures_are_not_published_by_the_handful(editor):
    doubtful = FactFactory(draft=True, metric__plausible_max=1, amount=5)
    plain = FactFactory(draft=True)
    data = {"action": "publish_selected", "_selected_action": [doubtful.pk, plain.pk]}
    text = editor.post("/admin/facts/fact/", data, follow=True).content.decode()
    assert "outside what is plausible" in text
    assert [Fact.objects.get(pk=one.pk).is_published for one in (doubtful, plain)] == [False, True]


def test_overruling_is_remembered_once(admin_user):
    fact = FactFactory(metric__plausible_max=1, amount=5)
    for _time in range(2):
        overrule(fact, find_doubts(fact), reason="So.", by=admin_user)
    assert Overruling.objects.count() == 1
    newer = publishing.update(fact, by=admin_user, source=SourceFactory(), amount=6)
    assert rules(newer) == ["range"]

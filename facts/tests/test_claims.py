"""What can be said of a metric, typed into the desk's form and read on the figure's page."""

import datetime
from decimal import Decimal
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from facts import publishing
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, ScopeFactory
from facts.models import Fact, Scope

pytestmark = pytest.mark.django_db
ADD = "/admin/facts/fact/add/"
TODAY = timezone.localdate()
TOMORROW = TODAY + datetime.timedelta(days=1)


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def sent(editor, metric=None, **values):
    """The answer to a new figure as an editor types it; what is not given is left as it stands."""
    return editor.post(
        ADD,
        {
            "references-TOTAL_FORMS": 0,
            "references-INITIAL_FORMS": 0,
            "comparator": "eq",
            "as_of_precision": "unknown",
            "basis": "reported",
            "company": CompanyFactory().pk,
            "metric": (metric or MetricFactory()).pk,
            **values,
        },
    )


def complaints(response) -> dict:
    return response.context["adminform"].form.errors if response.status_code == 200 else {}


@pytest.mark.parametrize(
    ("values", "shown", "machine"),
    [
        ({"amount": "0.00001"}, "0.00001", "0.00001"),
        ({"amount": "12345678901234.5"}, "12,345,678,901,234.5", "12345678901234.5"),
        (
            {"amount": "5000000", "upper_amount": "7000000", "comparator": "range"},
            "5 million to 7 million",
            "5000000/7000000",
        ),
        ({"value_state": "undisclosed"}, "not disclosed", "undisclosed"),
        ({"value_state": "none"}, "none", "none"),
        ({"value_state": "unknown"}, "unknown", "unknown"),
    ],
)
def test_value_is_kept_and_shown_as_it_is(editor, values, shown, machine):
    assert complaints(sent(editor, **values)) == {}
    fact = Fact.objects.get()
    assert (fact.display_value, fact.machine_value) == (shown, machine)
    ReferenceFactory(fact=fact)
    publishing.publish(fact, by=UserFactory())
    page = unescape(editor.get(fact.get_absolute_url()).content.decode())
    assert f'<data value="{machine}">{shown}</data>' in page


@pytest.mark.parametrize(
    ("value_type", "values", "shown"),
    [
        ("permille", {"amount": "2.5"}, "2.5\u202f‰"),
        ("person", {"text": "Ada Lovelace"}, "Ada Lovelace"),
        ("text", {"text": "In Python."}, "In Python."),
    ],
)
def test_value_is_of_its_metrics_kind(editor, value_type, values, shown):
    assert complaints(sent(editor, MetricFactory(value_type=value_type), **values)) == {}
    assert Fact.objects.get().display_value == shown


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "0.00000000001"}, "amount"),
        ({"amount": "5", "upper_amount": "7"}, "upper_amount"),
        ({"amount": "5", "comparator": "range"}, "upper_amount"),
        ({"amount": "7", "upper_amount": "5", "comparator": "range"}, "upper_amount"),
        ({"amount": "7", "upper_amount": "7", "comparator": "range"}, "upper_amount"),
        ({"amount": "5", "value_state": "undisclosed"}, "value_state"),
        ({"value_state": "none", "comparator": "gte"}, "value_state"),
        ({}, "amount"),
    ],
)
def test_value_that_says_two_things_is_refused_beside_its_field(editor, values, field):
    assert list(complaints(sent(editor, **values))) == [field]
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("day", "precision", "last", "label"),
    [
        ("2012-06-15", "year", "2012-12-31", "2012"),
        ("2012-02-01", "month", "2012-02-29", "February 2012"),
        ("2012-07-01", "quarter", "2012-09-30", "Q3 2012"),
        ("2012-05-05", "half", "2012-06-30", "H1 2012"),
        ("2012-09-30", "fiscal", "2012-09-30", "FY2012 to September 2012"),
        ("2012-12-31", "fiscal", "2012-12-31", "FY2012"),
        ("2012-06-15", "day", "2012-06-15", "15 June 2012"),
    ],
)
def test_period_ends_on_its_last_day(editor, day, precision, last, label):
    assert complaints(sent(editor, amount=5, as_of=day, as_of_precision=precision)) == {}
    fact = Fact.objects.get()
    assert (fact.as_of.isoformat(), fact.as_of_label) == (last, label)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"as_of": TODAY, "as_of_precision": "day"}, None),
        ({"as_of": TODAY, "as_of_precision": "year"}, None),
        ({"as_of": TOMORROW, "as_of_precision": "day"}, "as_of"),
        ({"as_of": TOMORROW, "as_of_precision": "day", "basis": "self"}, "as_of"),
        ({"as_of": TOMORROW, "as_of_precision": "day", "basis": "estimated"}, "as_of"),
        ({"as_of": TOMORROW, "as_of_precision": "day", "basis": "projected"}, None),
        ({"as_of": "0001-01-01", "as_of_precision": "fiscal"}, "as_of"),
        ({"as_of": "1599-12-31", "as_of_precision": "day"}, "as_of"),
        ({"as_of": "1602-03-20", "as_of_precision": "day"}, None),
        ({"as_of": "2200-01-01", "as_of_precision": "day", "basis": "projected"}, "as_of"),
        ({"starts_on": "2024-01-01", "as_of": "2024-09-30", "as_of_precision": "day"}, "starts_on"),
    ],
)
def test_moment_that_cannot_have_been_is_refused(editor, values, field):
    assert list(complaints(sent(editor, amount=5, **values))) == ([field] if field else [])


@pytest.mark.parametrize(
    ("starts_on", "as_of", "precision", "label"),
    [
        ("", "2024-09-30", "quarter", "Q3 2024"),
        ("2024-01-15", "2024-09-15", "month", "January 2024 to September 2024"),
        ("2024-01-01", "2024-09-30", "day", "1 January 2024 to 30 September 2024"),
        ("", "2024-09-30", "day", None),
        ("2024-10-01", "2024-09-30", "day", None),
        ("2024-01-01", "2024-09-30", "quarter", None),
        ("2024-01-01", "", "unknown", None),
    ],
)
def test_flow_has_a_period_with_two_ends(editor, starts_on, as_of, precision, label):
    when = {"starts_on": starts_on, "as_of": as_of, "as_of_precision": precision}
    errors = complaints(sent(editor, MetricFactory(flow=True), amount=5, **when))
    assert list(errors) == ([] if label else ["starts_on"])
    if label:
        assert Fact.objects.get().as_of_label == label


def test_sum_of_a_year_that_is_not_over_is_a_projection(editor):
    year = {"amount": 5, "as_of": TODAY.replace(month=12, day=31), "as_of_precision": "year"}
    if year["as_of"] == TODAY:
        year["as_of"] = TODAY.replace(year=TODAY.year + 1)
    flow = MetricFactory(flow=True)
    assert list(complaints(sent(editor, flow, **year))) == ["as_of"]
    assert complaints(sent(editor, flow, **year, basis="projected")) == {}


def test_scope_is_chosen_from_the_list_however_it_is_written(editor):
    germany = ScopeFactory(name="Germany")
    ScopeFactory(name="Berlin", parent=germany)
    form = unescape(editor.get(ADD).content.decode())
    assert '<option value="Berlin">Berlin, Germany</option>' in form
    for number, written in enumerate(["Berlin", " berlin", "BERLIN,  Germany", "Berlin, Germany"]):
        assert complaints(sent(editor, amount=number, scope=written)) == {}
    assert set(Fact.objects.values_list("scope", flat=True)) == {"Berlin"}
    for written in ("Bern", "Germany, Berlin", "Berlin, Bavaria"):
        assert list(complaints(sent(editor, amount=9, scope=written))) == ["scope"]


def test_files_and_quick_entry_take_the_names_of_scopes(editor):
    ScopeFactory(name="Berlin", parent=ScopeFactory(name="Germany"))
    CompanyFactory(slug="pelican"), MetricFactory(key="members")
    header = "company,metric,scope,value\n"
    for written in ("Bern", "berlin, germany"):
        sent = {"text": f'{header}pelican,members,"{written}",5\n', "_import": ""}
        told = unescape(editor.post("/admin/facts/fact/import/", sent, follow=True).text)
        assert ("“Bern” is not on the list of scopes" in told) is (written == "Bern")
    fact = Fact.objects.get()
    assert fact.scope == "Berlin"
    line = {"company": fact.company_id, "metric": fact.metric_id, "line": "5"}
    told = editor.get("/admin/facts/fact/quick/", line | {"scope": "Bern"})
    assert list(told.context["quick"].errors) == ["scope"]
    led = editor.get("/admin/facts/fact/quick/", line | {"scope": "BERLIN"})
    assert "scope=Berlin" in led["Location"]


def test_scope_that_a_figure_names_keeps_its_name(editor):
    used, free = FactFactory(scope="Berlin") and Scope.objects.get(), ScopeFactory(name="Rome")
    for scope in (used, free):
        editor.post(f"/admin/facts/scope/{scope.pk}/change/", {"name": f"{scope.name} (city)"})
        scope.refresh_from_db()
    assert (used.name, free.name) == ("Berlin", "Rome (city)")
    assert editor.post(f"/admin/facts/scope/{used.pk}/delete/", {"post": "yes"}).status_code == 403


def test_scope_does_not_lie_in_its_own_part(editor):
    outer = ScopeFactory(name="Germany")
    inner = ScopeFactory(name="Berlin", parent=outer)
    data = {"name": "Germany", "parent": inner.pk}
    assert complaints(editor.post(f"/admin/facts/scope/{outer.pk}/change/", data)).keys() == {
        "parent"
    }


def test_projection_is_not_shown_in_place_of_a_report():
    reported = FactFactory(as_of=datetime.date(2025, 12, 31), as_of_precision="year")
    series = {"company": reported.company, "metric": reported.metric}
    FactFactory(as_of=datetime.date(2027, 12, 31), as_of_precision="year", basis="projected")
    FactFactory(
        as_of=datetime.date(2027, 12, 31), as_of_precision="year", basis="projected", **series
    )
    assert list(Fact.objects.current().filter(company=reported.company)) == [reported]


def test_new_value_leaves_the_rest_of_the_old_one_behind():
    old = FactFactory(
        amount=5,
        upper_amount=7,
        comparator="range",
        metric__flow=True,
        starts_on=datetime.date(2024, 1, 1),
        as_of=datetime.date(2024, 9, 30),
        as_of_precision="day",
    )
    day = datetime.date(2024, 12, 31)
    new = publishing.update(old, by=None, amount=6, as_of=day, as_of_precision="year")
    assert (new.display_value, new.as_of_label) == ("6", "2024")
    secret = publishing.update(old, by=None, amount=None, value_state="undisclosed")
    assert (secret.display_value, secret.as_of_label) == ("not disclosed", old.as_of_label)


def test_figure_on_record_outlives_stricter_rules():
    fact = FactFactory(as_of=datetime.date(2024, 9, 30), as_of_precision="day")
    fact.metric.period_type = "duration"
    fact.metric.save()
    Scope.objects.all().delete()
    publishing.deprecate(fact, reason="A slip.", by=None)
    assert Fact.objects.get().is_deprecated
    with pytest.raises(ValidationError):
        Fact(company=fact.company, metric=fact.metric, amount=5, as_of=fact.as_of).full_clean()


@pytest.mark.parametrize(
    "values",
    [
        {"amount": Decimal(5), "value_state": "none"},
        {"amount": None, "value_state": "value"},
        {"amount": Decimal(5), "upper_amount": Decimal(7)},
        {"amount": Decimal(5), "upper_amount": Decimal(4), "comparator": "range"},
        {"amount": Decimal(5), "comparator": "range"},
        {"as_of": datetime.date(1, 1, 1), "as_of_precision": "day"},
        {"starts_on": datetime.date(2024, 1, 1)},
    ],
)
def test_database_refuses_what_the_form_refuses(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        FactFactory(**values)


@pytest.mark.parametrize("digits", ["0.00001", "0.0000012345", "123456789.123456", "1E+19"])
def test_amount_reads_back_as_it_was_written(digits):
    fact = FactFactory(amount=Decimal(digits))
    assert Fact.objects.get().amount == Decimal(digits)
    assert list(Fact.objects.filter(amount=Decimal(digits))) == [fact]

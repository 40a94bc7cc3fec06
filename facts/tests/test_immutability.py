import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction

from facts import immutability
from facts.factories import FactFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db

CHANGES = [
    {"amount": 1},
    {"amount": None, "text": "many"},
    {"comparator": "about"},
    {"as_of": datetime.date(2020, 1, 1), "as_of_precision": "day"},
    {"scope": "Canada"},
    {"basis": "estimated"},
    {"public_id": "another"},
    {"status": "draft"},
]
JUDGEMENT = [
    {"rank": "preferred", "preferred_until": datetime.date(2030, 1, 1)},
    {"rank": "deprecated", "deprecated_reason": "Misread"},
    {"verified_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_database_refuses_to_rewrite_a_published_claim(change):
    fact = FactFactory()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(**change)
    assert Fact.objects.get(pk=fact.pk).amount == fact.amount


def test_database_refuses_to_give_a_published_claim_to_another_company():
    fact, other = FactFactory(), FactFactory()
    for change in ({"company": other.company}, {"metric": other.metric}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Fact.objects.filter(pk=fact.pk).update(**change)


@pytest.mark.parametrize("change", CHANGES)
def test_database_lets_a_draft_be_rewritten(change):
    if "status" in change:
        change = {"scope": "Canada"}
    draft = FactFactory(draft=True)
    assert Fact.objects.filter(pk=draft.pk).update(**change) == 1


@pytest.mark.parametrize("change", JUDGEMENT)
def test_how_a_published_fact_stands_is_written_with_its_event_only(change):
    fact = FactFactory()
    before = Fact.objects.filter(pk=fact.pk).values().get()
    with pytest.raises(ValidationError, match="follows from its events"):
        Fact.objects.filter(pk=fact.pk).update(**change)
    for name, value in change.items():
        setattr(fact, name, value)
    with pytest.raises(ValidationError, match="follows from its events"):
        Fact.objects.bulk_update([fact], change)
    with pytest.raises(ValidationError, match="follows from its events"):
        fact.save()
    assert Fact.objects.filter(pk=fact.pk).values().get() == before


@pytest.mark.parametrize("change", JUDGEMENT)
def test_database_itself_lets_judgement_of_a_published_fact_change(change):
    fact = FactFactory()
    assert Fact._base_manager.filter(pk=fact.pk).update(**change) == 1


@pytest.mark.parametrize("change", CHANGES)
def test_model_refuses_to_rewrite_a_published_claim_in_words(change):
    fact = FactFactory()
    for name, value in change.items():
        setattr(fact, name, value)
    with pytest.raises(ValidationError, match="never rewritten"):
        fact.save()


def test_model_takes_the_same_claim_in_another_form_for_no_change():
    fact = FactFactory(as_of=datetime.date(2020, 1, 1), as_of_precision="day", amount=75)
    fact.amount, fact.as_of = "75", "2020-01-01"
    fact.save()


def test_published_fact_is_not_deleted_and_a_draft_is():
    fact, draft = FactFactory(), FactFactory(draft=True)
    with pytest.raises(ValidationError):
        fact.delete()
    with pytest.raises(models.ProtectedError):
        Fact.objects.all().delete()
    assert Fact.objects.count() == 2
    Fact.objects.filter(pk=draft.pk).delete()
    assert list(Fact.objects.all()) == [fact]


@pytest.mark.parametrize("owner", ["company", "metric"])
def test_what_a_fact_speaks_of_is_not_deleted(owner):
    with pytest.raises(models.ProtectedError):
        getattr(FactFactory(), owner).delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties tables row by row")
def test_postgresql_refuses_to_delete_a_published_fact_itself():
    fact = FactFactory(references=None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM facts_fact WHERE id = %s", [fact.pk])


def test_guard_is_installed_again_without_harm():
    fact = FactFactory()
    immutability.install(using="default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(amount=1)


@pytest.mark.django_db(transaction=True)
def test_published_facts_do_not_keep_a_database_from_being_emptied():
    FactFactory()  # what ends this test is the flush that this is about


def test_tables_of_the_record_can_be_altered_while_their_triggers_are_away():
    immutability.remove(using="default")
    # As Django does: PostgreSQL takes the triggers that name a column away with it.
    ways = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE facts_factevent DROP COLUMN recorded_at{ways}")

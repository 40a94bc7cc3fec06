"""What saving writes to the change log, and who hears of it after the commit."""

from contextlib import suppress

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from articles.factories import SectionFactory
from articles.models import Section
from companies.factories import CompanyFactory
from core.models import Change
from core.pagestore import changed, changes


def load(row):
    """As loaddata does."""
    (loaded,) = serializers.deserialize("json", serializers.serialize("json", [row]))
    loaded.save()


def do_and_fail(function, *args):
    with suppress(IntegrityError), transaction.atomic():
        function(*args)
        raise IntegrityError


def logged():
    return list(Change.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_loaded_rows_log_every_page_once():
    company = CompanyFactory()
    Change.objects.all().delete()
    with transaction.atomic():
        load(company)
        load(company)
    assert logged() == ["site"]


@pytest.mark.django_db(transaction=True)
def test_row_loaded_after_a_savepoint_that_was_rolled_back_is_logged():
    company = CompanyFactory()
    Change.objects.all().delete()
    with transaction.atomic():
        do_and_fail(load, company)
        assert logged() == []
        load(company)
    assert logged() == ["site"]


@pytest.mark.django_db(transaction=True)
def test_this_process_hears_of_what_was_committed_alone(monkeypatch):
    heard = []
    monkeypatch.setattr(changes, "listeners", [heard.append])
    with transaction.atomic():
        do_and_fail(changed, "article:1")
    assert heard == []
    with transaction.atomic():
        changed("article:2")
        do_and_fail(changed, "article:3")
        changed("article:4")
        assert heard == []
    assert heard == [{"article:2", "article:4"}]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "everything"),
    [({}, False), ({"description": "Other words"}, False), ({"name": "Another"}, True)],
)
def test_field_that_every_page_shows_counts_when_it_is_another(change, everything):
    section = SectionFactory()
    Change.objects.all().delete()
    with transaction.atomic():
        Section.objects.update_or_create(pk=section.pk, defaults=change)
        for name, value in change.items():
            setattr(section, name, value)
        section.save()
    assert ("site" in logged()) == everything
    assert set(logged()) <= {"site", f"section:{section.pk}"}


@pytest.mark.django_db(transaction=True)
def test_nobody_knows_what_a_save_outside_a_transaction_has_overwritten():
    section = SectionFactory()
    Change.objects.all().delete()
    section.save()
    assert logged() == ["site"]

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from companies.factories import CompanyFactory
from companies.models import Company, CompanyFormerSlug

pytestmark = pytest.mark.django_db


def test_company_cannot_stand_above_itself_by_any_way_round():
    top = CompanyFactory()
    middle = CompanyFactory(parent=top)
    top.parent = CompanyFactory(parent=middle)
    with pytest.raises(ValidationError) as caught:
        top.full_clean()
    assert "parent" in caught.value.message_dict


def test_database_refuses_a_company_that_is_its_own_parent():
    company = CompanyFactory()
    company.parent = company
    with pytest.raises(IntegrityError), transaction.atomic():
        company.save()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.com/", "data:text/html,x"])
def test_website_leads_to_the_web_only(url):
    company = CompanyFactory.build(website=url)
    with pytest.raises(ValidationError) as caught:
        company.full_clean()
    assert set(caught.value.message_dict) == {"website"}


def test_saving_without_a_new_slug_leaves_no_former_one():
    company = CompanyFactory()
    company.name = "Another name"
    company.save()
    assert not CompanyFormerSlug.objects.exists()


def test_slug_that_is_taken_again_is_no_former_one():
    first = CompanyFactory(slug="square")
    first.slug = "block"
    first.save()
    CompanyFactory(slug="square")
    assert not CompanyFormerSlug.objects.filter(slug="square").exists()


def shown(company):
    """It is public from the start."""


def hidden_by_saving(company):
    company.is_public = False
    company.save(update_fields=["is_public"])


def hidden_in_bulk(company):
    Company.objects.update(is_public=False)
    company.refresh_from_db()


@pytest.mark.parametrize("happens", [shown, hidden_by_saving, hidden_in_bulk])
def test_profile_that_was_public_is_never_deleted(happens):
    company = CompanyFactory()
    happens(company)
    for delete in (company.delete, Company.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()


def test_profile_that_was_never_public_can_be_deleted():
    company = CompanyFactory(is_public=False)
    company.save()
    company.delete()
    assert not Company.objects.exists()

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from companies.factories import CompanyFactory
from companies.models import CompanyFormerSlug

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

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from companies.models import Company
from core.pagestore import made_of, stored_page
from core.web.debugging import show_making


@stored_page("companies")
def view(request):
    made_of(request, "company:12")
    return HttpResponse(Company.objects.count())


@pytest.mark.django_db
def test_stored_page_shows_its_tags_and_how_many_queries_it_took():
    response = show_making(view)(RequestFactory().get("/"))
    assert response["X-Cache-Tags"].split() == ["companies", "company:12", "site"]
    assert 'db;desc="1 queries"' in response["Server-Timing"]


def test_page_that_is_not_stored_shows_no_tags():
    response = show_making(lambda request: HttpResponse("so"))(RequestFactory().get("/"))
    assert "X-Cache-Tags" not in response
    assert 'db;desc="0 queries"' in response["Server-Timing"]


def test_answers_without_debug_show_neither(settings):
    assert "core.web.debugging.show_making" not in settings.MIDDLEWARE

"""What is asked for in another spelling, whatever the view does that stands there."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

pytestmark = pytest.mark.django_db
written = []


def write(request, slug):
    written.append((request.method, slug))
    return HttpResponse("Written.")


def ask_too_much(request, slug):
    return HttpResponse(get_user_model().objects.filter(pk="no number"))


urlpatterns = [
    path("write/<words:slug>/", write, name="write"),
    path("ask/<words:slug>/", ask_too_much, name="ask"),
    path("", include("config.urls")),
]
handler400 = "pages.errors.bad_request"


@pytest.fixture(autouse=True)
def addresses_of_this_module(settings):
    settings.ROOT_URLCONF = __name__
    written.clear()


def test_form_sent_to_another_spelling_is_sent_again_and_guarded_as_ever():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/write/RED-É/?a=1", {"text": "Words"})
    assert (response.status_code, response["Location"]) == (308, "/write/red-%C3%A9/?a=1")
    assert client.post("/write/red-é/", {"text": "Words"}).status_code == 403
    assert written == []
    client = Client()
    assert client.post("/write/RED-É/", follow=True).text == "Written."
    assert written == [("POST", "red-é")]


@pytest.mark.parametrize("method", ["get", "head"])
def test_page_in_another_spelling_is_asked_for_and_led_to(client, method):
    response = getattr(client, method)("/write/RED-É/?a=1")
    assert (response.status_code, response["Location"]) == (301, "/write/red-%C3%A9/?a=1")
    assert written == [(method.upper(), "red-é")]


def test_value_that_no_column_holds_is_refused_in_either_spelling():
    client = Client(raise_request_exception=False)
    assert [client.get(f"/ask/{slug}/").status_code for slug in ("red", "RED")] == [400, 400]

"""What is sent to the desk with a login that ran out, or a form older than the login."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from accounts.factories import UserFactory
from articles.factories import SectionFactory
from articles.models import Section

pytestmark = pytest.mark.django_db
ADDRESS = reverse("admin:articles_section_add")
PASSWORD = "a long enough password"
ORIGIN = {"Sec-Fetch-Site": "same-origin"}
SENT = {"name": "Science & “more”", "slug": "science", "description": "Two\nlines.", "order": "7"}


@pytest.fixture
def editor():
    user = UserFactory(username="edith", groups=["Editor"])
    user.set_password(PASSWORD)
    user.save()
    return user


def fields_of(client):
    """Of an empty form, as a browser sends it."""
    form = client.get(ADDRESS).context["adminform"].form
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    return {**given, **SENT}


def held(response):
    return dict(response.context["fields"])


def test_form_waits_for_the_login_and_is_saved_with_it(client, editor):
    client.force_login(editor)
    sent = fields_of(client)
    client.logout()
    response = client.post(ADDRESS, sent)
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert held(response).items() >= SENT.items()
    assert not Section.objects.filter(slug="science").exists()

    login = {"held-username": "edith", "held-password": PASSWORD}
    response = client.post(ADDRESS, {**held(response), **login})
    assert response.status_code == 302
    assert Section.objects.get(slug="science").name == SENT["name"]
    assert client.get(ADDRESS).status_code == 200, "logged in"


def test_wrong_password_is_told_counted_and_loses_nothing(client, editor):
    login = {"held-username": "edith", "held-password": "wrong"}
    response = client.post(ADDRESS, {**SENT, **login})
    assert response.status_code == 403
    assert held(response) == SENT
    assert "errornote" in response.content.decode()
    attempt = AccessAttempt.objects.get()
    assert attempt.username == "edith"
    assert "lines" not in attempt.post_data
    assert not Section.objects.exists()


def test_door_that_was_closed_stays_closed(client, editor):
    for password in ["wrong"] * 12 + [PASSWORD]:
        login = {"held-username": "edith", "held-password": password}
        response = client.post(ADDRESS, {**SENT, **login})
    assert response.status_code == 429
    assert not Section.objects.exists()


@pytest.mark.parametrize("groups", [[], ["Moderator"]])
def test_login_without_the_right_saves_nothing(client, groups):
    user = UserFactory(username="ben", is_staff=bool(groups), groups=groups)
    user.set_password(PASSWORD)
    user.save()
    login = {"held-username": "ben", "held-password": PASSWORD}
    response = client.post(ADDRESS, {**SENT, **login})
    assert response.status_code == 403
    assert not Section.objects.exists()


def test_whoever_sends_nothing_is_led_to_the_login(client, db):
    for response in (client.get(ADDRESS), client.post(ADDRESS)):
        assert response.status_code == 302
        assert response.url.startswith(reverse("admin:login"))


def test_form_older_than_the_login_can_be_sent_again(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    old = {**SENT, "csrfmiddlewaretoken": "a" * 64, "password1": "secret"}
    client.get(ADDRESS)
    response = client.post(ADDRESS, old, headers=ORIGIN)
    assert response.status_code == 403
    assert held(response) == SENT
    token = response.context["csrf_token"]
    again = {**fields_of(client), "csrfmiddlewaretoken": str(token)}
    assert client.post(ADDRESS, again, headers=ORIGIN).status_code == 302
    assert Section.objects.filter(slug="science").exists()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}],
    ids=["cross-site", "origin", "none"],
)
def test_another_site_s_form_is_not_offered_again(editor, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    SectionFactory()
    response = client.post(ADDRESS, SENT, headers=headers)
    assert response.status_code == 403
    assert "Two\nlines." not in response.content.decode()
    assert "Send it again" not in response.content.decode()

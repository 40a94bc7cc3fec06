"""How many wrong passwords are taken, and the way in for whoever is kept out."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import resets
from accounts.factories import UserFactory
from accounts.models import ResetRequest, User
from core.web.http import login_address

pytestmark = pytest.mark.django_db

LOGIN, ASK = reverse("admin:login"), reverse("admin_password_reset")
RIGHT = "a-long-and-right-one"


@pytest.fixture
def editor():
    user = UserFactory(username="editor", email="editor@example.org", groups=["Editor"])
    user.set_password(RIGHT)
    user.save()
    return user


def failed(*attempts):
    """Wrong passwords given lately: pairs of a name and an address."""
    for number, (username, address) in enumerate(attempts):
        AccessAttempt.objects.create(
            username=username, ip_address=address, user_agent=number, failures_since_start=1
        )


def sign_in(client, username="editor", password=RIGHT, address="10.9.9.9", **data):
    return client.post(
        LOGIN, {"username": username, "password": password} | data, REMOTE_ADDR=address
    )


def networks(count):
    return [f"10.{number}.0.1" for number in range(count)]


def test_fifteen_wrong_passwords_from_fifteen_networks_close_the_name(client, editor):
    answers = [
        sign_in(client, password="wrong", address=address).status_code for address in networks(15)
    ]
    assert answers == [200] * 12 + [429] * 3
    assert sign_in(client).status_code == 429
    assert sign_in(client, username="someone").status_code == 200


def test_thirty_names_from_one_address_close_the_address(client, editor):
    answers = [
        sign_in(client, username=f"user-{number}", password="wrong", address="10.1.1.1").status_code
        for number in range(30)
    ]
    assert answers == [200] * 25 + [429] * 5
    assert sign_in(client, address="10.1.1.1").status_code == 429
    assert sign_in(client, address="10.1.1.2").status_code == 302


@pytest.mark.parametrize(
    ("attempts", "status"),
    [
        ([("editor", "10.9.9.9")] * 9, 302),
        ([("editor", "10.9.9.9")] * 10, 429),
        ([("editor", "10.1.1.1")] * 10, 302),
        ([("editor", address) for address in networks(11)], 302),
        ([("editor", address) for address in networks(12)], 429),
        ([(f"user-{number}", "10.9.9.9") for number in range(24)], 302),
        ([(f"user-{number}", "10.9.9.9") for number in range(25)], 429),
    ],
)
def test_right_password_is_taken_up_to_each_limit(client, editor, attempts, status):
    failed(*attempts)
    assert sign_in(client).status_code == status


def test_closed_door_opens_in_a_quarter_of_an_hour_however_often_it_is_tried(client, editor):
    failed(*[("editor", address) for address in networks(12)])
    assert sign_in(client)["Retry-After"] == "900"
    assert AccessAttempt.objects.count() == 12
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client).status_code == 302


def test_own_login_wipes_out_nothing_that_was_tried_on_others(client, editor):
    failed(*[(f"user-{number}", "10.9.9.9") for number in range(24)], ("editor", "10.9.9.9"))
    sign_in(client, password="wrong")
    failed(*[("editor", address) for address in networks(3)])
    AccessAttempt.objects.filter(username="user-1").delete()
    AccessAttempt.objects.filter(username="user-2").delete()
    assert sign_in(client).status_code == 302
    assert AccessAttempt.objects.filter(ip_address="10.9.9.9").count() == 22
    assert AccessAttempt.objects.filter(username="editor").count() == 3


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:3::6", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_addresses_of_one_household_are_one(address, counted):
    assert login_address(RequestFactory(REMOTE_ADDR=address).get("/")) == counted


def test_login_without_a_target_leads_to_the_desk(client, editor):
    assert sign_in(client)["Location"] == reverse("admin:index")


def ask(client, email="editor@example.org", **extra):
    return client.post(ASK, {"email": email}, **extra)


def mailed_link():
    [link] = re.findall(r"^http\S+/password_reset/\S+$", mail.outbox[-1].body, re.MULTILINE)
    return urlsplit(link)


def choose(client, path, password):
    form = client.get(path, follow=True)
    if not form.redirect_chain:
        return form
    address = form.redirect_chain[-1][0]
    return client.post(address, {"new_password1": password, "new_password2": password})


def test_owner_of_a_closed_name_is_let_in_by_mail(client, editor):
    failed(*[("editor", address) for address in networks(12)])
    page = sign_in(client).text
    assert f'href="{ASK}"' in page
    assert "Dateline desk" in page
    ask(client)
    response = choose(client, mailed_link().path, "another-and-longer-one")
    assert response["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200
    client.logout()
    assert sign_in(client).status_code == 200
    assert sign_in(client, password="another-and-longer-one").status_code == 302


def test_what_is_answered_tells_nothing_about_who_exists(client, editor):
    UserFactory(email="gone@example.org", is_active=False)
    told = set()
    for email in ("editor@example.org", "nobody@example.org", "gone@example.org"):
        response = ask(client, email, follow=True)
        told.add((response.status_code, *response.redirect_chain, response.text))
    assert len(told) == 1
    assert [letter.to for letter in mail.outbox] == [["editor@example.org"]]


def test_request_looks_for_nobody_and_mails_nothing(
    client, editor, queue, django_assert_num_queries
):
    counted = []
    for email in ("editor@example.org", "nobody@example.org"):
        with django_assert_num_queries(3) as captured:
            ask(client, email)
        counted.append([query["sql"].split()[:3] for query in captured.captured_queries])
    assert counted[0] == counted[1]
    assert mail.outbox == []
    queue()
    assert [letter.to for letter in mail.outbox] == [["editor@example.org"]]


def test_login_page_offers_the_letter_and_asks_for_it_in_the_desks_look(client):
    assert ASK in client.get(LOGIN).text
    page = client.get(ASK)
    assert "admin-ext/desk" in page.text
    assert "no-store" in page["Cache-Control"]


def test_letter_leads_to_the_site_whatever_host_asked(client, editor, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://paper.example", ["*"]
    ask(client, headers={"Host": "evil.example"})
    assert mailed_link()[:2] == ("https", "paper.example")
    html = mail.outbox[0].alternatives[0].content
    assert "evil.example" not in html + mail.outbox[0].body


def test_owner_gets_one_letter_in_ten_minutes_however_often_somebody_asks(client, editor):
    for _time in range(5):
        ask(client, "Editor@Example.org")
    assert len(mail.outbox) == 1
    User.objects.update(reset_mailed_at=timezone.now() - timedelta(minutes=11))
    ask(client)
    assert len(mail.outbox) == 2


def test_network_that_asks_too_often_has_to_wait_and_no_other(client, editor, settings):
    """It is told the same of whoever it asks for."""
    settings.RESETS_PER_SUBNET_PER_HOUR = 3
    names = ["nobody", "editor", "Editor", "editor", "nobody"]
    asked = [f"{name}@example.org" for name in names]
    answers = [ask(client, email, REMOTE_ADDR="10.0.0.7") for email in asked]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert answers[3].headers["Retry-After"] == "3600"
    assert answers[3].text == answers[4].text
    assert ask(client, REMOTE_ADDR="10.0.0.99").status_code == 429
    assert ask(client, REMOTE_ADDR="10.0.1.7").status_code == 302
    ResetRequest.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert ask(client, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_two_letters_asked_for_at_the_same_time_are_one(client, editor, monkeypatch):
    """The second task looks while the first talks to the mail server."""
    moment = round(timezone.now().timestamp() * 1e6)
    send = resets.send

    def meanwhile(*args, **kwargs):
        monkeypatch.setattr(resets, "send", send)
        resets.send_reset_letters.call(editor.email, moment + 1)
        send(*args, **kwargs)

    monkeypatch.setattr(resets, "send", meanwhile)
    resets.send_reset_letters.call(editor.email, moment)
    assert len(mail.outbox) == 1


def test_letter_that_the_mail_server_refused_is_sent_at_the_next_try(editor, monkeypatch):
    moment = round(timezone.now().timestamp() * 1e6)
    with monkeypatch.context() as patch:
        patch.setattr(resets, "send", refuse)
        with pytest.raises(OSError, match="full"):
            resets.send_reset_letters.call(editor.email, moment)
    resets.send_reset_letters.call(editor.email, moment)
    assert len(mail.outbox) == 1


def refuse(*args, **kwargs):
    raise OSError("The mailbox is full.")


def test_link_works_once_and_not_for_ever(client, editor, settings):
    ask(client)
    path = mailed_link().path
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert choose(client, path, "another-and-longer-one").status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = 60
    assert choose(client, path, "another-and-longer-one").status_code == 302
    client.logout()
    assert choose(client, path, "a-third-and-longest-one").status_code == 200
    assert sign_in(client, password="another-and-longer-one").status_code == 302


def test_weak_password_is_refused_beside_its_field(client, editor):
    ask(client)
    page = choose(client, mailed_link().path, "editor")
    assert page.status_code == 200
    assert "at least 12 characters" in page.text
    assert sign_in(client).status_code == 302

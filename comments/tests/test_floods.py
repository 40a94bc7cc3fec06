"""More than anybody reads: kept for later with honest words, then refused with every word kept."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments.factories import CommentFactory
from comments.models import Ban, Comment, Commenter
from comments.people import identity
from comments.tests.mailed import EMAIL, confirmed, latest
from comments.writing import moderation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings):
    settings.COMMENTS_MODE = "post"


@pytest.fixture
def send(post):
    """From a network of its own each time, as a flood comes."""

    def from_network(number, **fields):
        sender = fields.pop("sender", None) or Client()
        sender.defaults["REMOTE_ADDR"] = f"198.51.{number}.7"
        return post(sender=sender, **{"text": f"Number {number} of many.", **fields})

    return from_network


def browser_of(comment):
    """One that has confirmed the comment's address."""
    response = Client().get("/health/live")
    identity.set_commenter_cookie(response, comment.commenter)
    sender = Client()
    sender.cookies[identity.COOKIE] = response.cookies[identity.COOKIE].value
    return sender


def trusted(editor, **fields):
    comment = confirmed(state="pending", **fields)
    moderation.approve(comment, by=editor)
    return comment


# ---- the brake


def test_flood_from_many_networks_is_kept_to_be_read_later(send, settings):
    settings.COMMENTS_PER_MINUTE = 2
    for number in range(4):
        assert send(number).status_code == 303
    states = Comment.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [("published", "")] * 2 + [("pending", "flood")] * 2


def test_author_reads_that_many_come_in_and_nothing_is_lost(send, settings):
    settings.COMMENTS_PER_MINUTE, settings.COMMENTS_MODE = 1, "trust"
    send(1)
    told = send(2, headers={"Accept": "application/json"}).json()
    assert "Many comments come in at the moment; it will be read later." in told["message"]
    assert latest().body == "Number 2 of many."


def test_flood_is_over_after_a_minute(send, settings):
    settings.COMMENTS_PER_MINUTE = 1
    send(1)
    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    send(2)
    assert latest().state == "published"


def test_trusted_people_are_heard_in_a_flood_and_when_the_queue_is_full(send, settings, admin_user):
    settings.COMMENTS_PER_MINUTE, settings.COMMENTS_MOST_WAITING = 1, 1
    settings.COMMENTS_MODE = "trust"
    known = browser_of(trusted(admin_user))
    CommentFactory(state="pending")
    send(1, sender=known, email=EMAIL)
    assert (latest().email, latest().state) == (EMAIL, "published")


# ---- the ceiling


@pytest.mark.parametrize(("waiting", "status"), [(1, 303), (2, 429)])
def test_full_queue_takes_nothing_more_that_waits_and_hands_the_words_back(
    send, settings, waiting, status
):
    settings.COMMENTS_MODE, settings.COMMENTS_MOST_WAITING = "trust", 2
    CommentFactory.create_batch(waiting, state="pending")
    response = send(1, text="Something long to keep")
    assert response.status_code == status
    if status == 429:
        assert "Something long to keep" in response.content.decode()
        assert "post it later" in response.content.decode()
        assert int(response["Retry-After"]) > 60
        assert not mail.outbox
    assert Comment.objects.count() == waiting + (status == 303)


def test_full_queue_stops_nothing_that_appears_at_once(send, settings):
    settings.COMMENTS_MOST_WAITING = 1
    CommentFactory(state="pending")
    assert send(1).status_code == 303
    assert latest().state == "published"


# ---- bans are of people


def banned(**fields):
    return Ban.objects.create(**{"email": "eve@example.org", "reason": "Advertised.", **fields})


@pytest.mark.parametrize("email", ["eve+new@example.org", "EVE+2@example.org"])
def test_ban_of_an_address_holds_for_its_plus_addresses(send, email):
    banned()
    assert send(1, email=email).status_code == 403
    assert send(2, email="eva+new@example.org").status_code == 303


def test_ban_of_a_plus_address_holds_for_the_mailbox(send):
    banned(email="eve+first@example.org")
    assert send(1, email="eve@example.org").status_code == 403


@pytest.mark.parametrize("email", ["", "fresh@example.org"])
def test_ban_of_an_address_holds_for_the_browser_that_posted_under_it(send, email, admin_user):
    sender = Client()
    send(1, sender=sender, email="eve@example.org")
    moderation.ban(latest(), by=admin_user, what="email", reason="Advertised.")
    assert send(2, sender=sender, email=email).status_code == 403
    assert send(3, email=email).status_code == 303, "another browser"


def test_ban_of_an_address_holds_for_the_browser_that_confirmed_it(send):
    sender = browser_of(confirmed(email="eve@example.org"))
    banned()
    assert send(1, sender=sender, email="fresh@example.org").status_code == 403
    Ban.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert send(2, sender=sender, email="fresh@example.org").status_code == 303


def test_banned_browser_cannot_edit_what_stands_under_no_address(send):
    sender = browser_of(confirmed(email="eve@example.org"))
    send(1, sender=sender, email="")
    ban = banned()
    url = f"/discussions/mine/{latest().public_id}/"
    response = sender.post(url, {"text": "Changed to something else."})
    assert response.status_code == 422
    html = response.content.decode()
    [appeal] = re.findall(r'<a href="([^"]+)">Appeal against it', html)
    assert ban.reason in html
    assert ban.reason in sender.get(appeal).content.decode()
    assert latest().body == "Number 1 of many."


def test_ban_ends_the_trust_of_every_address_of_the_mailbox(admin_user):
    comment = trusted(admin_user, email="eve+2@example.org")
    assert identity.is_trusted(comment.commenter)
    banned()
    assert not identity.is_trusted(Commenter.objects.get())

"""Mailed links: how long each kind lives, and that it opens nothing but what it names."""

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from comments.factories import CommentFactory
from comments.models import Ban, Comment, Report
from comments.people.tokens import AGES, make_token
from comments.tests.mailed import confirmed

pytestmark = pytest.mark.django_db
DAY = 24 * 3600
# A link that lives as long as what it names is tried after this.
TEN_YEARS = 3653 * DAY
# How long each kind of link is good for, said again here: a change of one is a decision.
LIVES = {
    "own": None,
    "confirm": 14 * DAY,
    "person": 7 * DAY,
    "replies": None,
    "moderate": 14 * DAY,
    "ban": None,
    "report": 180 * DAY,
}
# The addresses that take each kind of link.
ADDRESSES = {
    "own": ["own"],
    "confirm": ["confirm"],
    "person": ["person", "person-data"],
    "replies": ["unsubscribe", "refuse"],
    "moderate": ["moderate"],
    "ban": ["ban"],
    "report": ["receipt"],
}
DOORS = [(purpose, name) for purpose, names in ADDRESSES.items() for name in names]
every_door = pytest.mark.parametrize(("purpose", "name"), DOORS)


@pytest.fixture
def tokens():
    """One good link of each kind, of one comment that waits."""
    comment = confirmed(state="pending", published_at=None)
    moderator = UserFactory(groups=["Moderator"])
    return {
        "own": make_token("own", comment.public_id),
        "confirm": make_token("confirm", comment.commenter_id, comment.public_id),
        "person": make_token("person", comment.commenter_id),
        "replies": make_token("replies", comment.commenter_id),
        "moderate": make_token("moderate", comment.pk, moderator.pk, "approve"),
        "ban": make_token("ban", Ban.objects.create(subnet="0a", reason="Advertises.").pk),
        "report": make_token(
            "report", Report.objects.create(comment=comment, reason="spam", subnet="0a").pk
        ),
    }


def status_of(client, name, token, method="get"):
    return getattr(client, method)(reverse(f"comments:{name}", args=[token])).status_code


def test_every_kind_of_link_has_an_age_that_is_tested():
    assert AGES == LIVES
    assert set(ADDRESSES) == set(AGES)


@every_door
def test_link_opens_what_it_names(client, tokens, purpose, name):
    assert status_of(client, name, tokens[purpose]) == 200


@every_door
def test_link_opens_until_its_last_second(client, tokens, travel, purpose, name):
    travel((LIVES[purpose] or TEN_YEARS) - 2)
    assert status_of(client, name, tokens[purpose]) == 200


@pytest.mark.parametrize(("purpose", "name"), [door for door in DOORS if LIVES[door[0]]])
def test_link_opens_nothing_once_its_time_is_over(client, tokens, travel, purpose, name):
    travel(LIVES[purpose] + 2)
    assert status_of(client, name, tokens[purpose]) == 404
    if name not in ("person-data", "receipt"):
        assert status_of(client, name, tokens[purpose], "post") == 404


def test_link_that_is_too_old_changes_nothing(client, tokens, travel):
    travel(LIVES["moderate"] + 2)
    for purpose, name in (("moderate", "moderate"), ("confirm", "confirm"), ("person", "person")):
        client.post(reverse(f"comments:{name}", args=[tokens[purpose]]), {"_erase": "1"})
    comment = Comment.objects.get()
    assert (comment.state, comment.name) == ("pending", "Priya")
    assert comment.moderated_by is None


@every_door
def test_link_of_another_kind_opens_nothing(client, tokens, purpose, name):
    for other, token in tokens.items():
        if other != purpose:
            assert status_of(client, name, token) == 404, other


@every_door
@pytest.mark.parametrize("spoil", ["", "x", "a:b:c", "é", "x" * 3000])
def test_forged_link_opens_nothing(client, tokens, purpose, name, spoil):
    forged = f"{tokens[purpose]}{spoil}" if spoil == "x" else spoil or tokens[purpose][1:]
    assert status_of(client, name, forged) == 404


@every_door
def test_link_to_what_is_gone_opens_nothing(client, tokens, purpose, name):
    comment = Comment.objects.get()
    commenter = comment.commenter
    Comment._base_manager.filter(pk=comment.pk).delete()
    Ban.objects.all().delete()
    if purpose != "confirm":
        commenter.delete()
        assert status_of(client, name, tokens[purpose]) == 404
    else:
        assert status_of(client, name, tokens[purpose], "post") == 404


def test_link_of_one_comment_opens_no_other(client, tokens):
    other = CommentFactory(body="Somebody else's words.")
    html = client.get(reverse("comments:own", args=[tokens["own"]])).content.decode()
    assert other.body not in html

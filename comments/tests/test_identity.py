"""Whose comment it is: what a browser has shown, what it only says, and for how long it counts."""

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Commenter, Decision, WordRule
from comments.people import identity, own_comments
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, approved, confirmed, latest
from comments.writing import moderation

pytestmark = pytest.mark.django_db
DAY = 24 * 3600
OTHER = "quinn@example.org"


@pytest.fixture(autouse=True)
def _held(settings):
    settings.COMMENTS_MODE = "trust"
    settings.COMMENTS_TRUST_AFTER = 1


@pytest.fixture
def priya(client):
    """Somebody trusted, who confirmed the address from this client's browser."""
    comment = approved(confirmed(is_confirmed=False))
    confirm(client, comment.commenter, comment)
    return comment.commenter


def state_of_latest():
    comment = latest()
    return comment.state, comment.reason, comment.is_confirmed


# ---- the cookie of a confirmed address counts for that address alone


def test_confirmed_browser_that_types_its_address_posts_at_once(post, priya):
    post(email=EMAIL, text="It is me again.")
    assert state_of_latest() == ("published", "", True)
    assert latest().commenter == priya


def test_confirmed_address_is_the_same_in_capitals(post, priya):
    post(email=EMAIL.upper(), text="It is me again.")
    assert state_of_latest() == ("published", "", True)
    assert latest().commenter == priya


def test_confirmed_browser_that_types_another_address_has_shown_nothing_of_it(post, priya):
    post(email=OTHER, text="I write for somebody else.")
    assert state_of_latest() == ("pending", "first", False)
    assert latest().commenter.email == OTHER
    assert not latest().commenter.is_confirmed


def test_another_trusted_address_is_not_gained_by_typing_it(post, priya):
    confirmed(email=OTHER)
    post(email=OTHER, text="I say that I am Quinn.")
    assert state_of_latest() == ("pending", "first", False)


def test_confirmed_browser_that_types_no_address_posts_as_nobody(post, priya):
    post(text="I would rather not say who I am.")
    assert state_of_latest() == ("pending", "first", False)
    assert latest().commenter is None


# ---- how long a browser is known, and by what


@pytest.mark.parametrize(("days", "is_known"), [(399, True), (401, False)])
def test_browser_is_known_for_400_days(client, priya, travel, days, is_known):
    discussion = DiscussionFactory()
    travel(days * DAY)
    told = client.get(f"{discussion.get_page_url()}form/").json()
    assert ("email" in told) is is_known


@pytest.mark.parametrize(("days", "is_own"), [(89, True), (91, False)])
def test_browser_knows_its_own_comments_for_90_days(client, post, travel, days, is_own):
    post()
    travel(days * DAY)
    page = reverse("comments:mine-one", args=[latest().public_id])
    assert (client.get(page).status_code == 200) is is_own


def test_browser_knows_its_twenty_latest_comments(client, post):
    for number in range(21):
        post(text=f"Comment number {number}.")
    first, second = Comment.objects.order_by("pk")[:2]
    assert client.get(reverse("comments:mine-one", args=[first.public_id])).status_code == 404
    assert client.get(reverse("comments:mine-one", args=[second.public_id])).status_code == 200


def test_comment_sent_twice_takes_one_place_among_the_twenty(client, post):
    post(text="Sent twice.")
    post(text="Sent twice.")
    cookie = client.cookies[own_comments.COOKIE].value
    assert signing.loads(cookie, salt=own_comments.SALT) == [latest().public_id]


@pytest.mark.parametrize("name", [identity.COOKIE, own_comments.COOKIE])
def test_cookies_are_kept_from_scripts_and_other_sites(client, post, priya, name):
    post()
    cookie = client.cookies[name]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is bool(django_settings.SESSION_COOKIE_SECURE)


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        signing.dumps([1, EMAIL], salt="another"),
        signing.dumps("x", salt=identity.SALT),
        signing.dumps([1, EMAIL, "more"], salt=identity.SALT),
        signing.dumps(7, salt=identity.SALT),
    ],
    # A signature holds the time, and workers must collect the same names.
    ids=["text", "salt", "string", "longer", "number"],
)
def test_forged_cookie_is_nobody(client, priya, forged):
    client.cookies[identity.COOKIE] = forged
    told = client.get(f"{DiscussionFactory().get_page_url()}form/").json()
    assert "email" not in told


def test_cookie_of_an_address_that_changed_hands_is_nobody(client, priya):
    Commenter.objects.filter(pk=priya.pk).update(email=OTHER)
    assert "email" not in client.get(f"{DiscussionFactory().get_page_url()}form/").json()


def test_cookie_of_an_address_no_longer_confirmed_is_nobody(client, priya):
    Commenter.objects.filter(pk=priya.pk).update(confirmed_at=None)
    assert "email" not in client.get(f"{DiscussionFactory().get_page_url()}form/").json()


# ---- what earns trust


def test_held_and_removed_comments_earn_no_trust(post, priya):
    for state in ("pending", "removed", "rejected", "withdrawn", "spam"):
        Comment.objects.filter(commenter=priya).update(state=state)
        post(email=EMAIL, text=f"After one that is {state}.")
        assert latest().reason == "first", state
        Comment._base_manager.filter(pk=latest().pk).delete()


def test_comments_that_appeared_unread_earn_no_trust(post, priya):
    Decision.objects.all().delete()
    post(email=EMAIL, text="Nobody has read a word of mine.")
    assert state_of_latest() == ("pending", "first", True)


@pytest.mark.parametrize(("verb", "is_trusted"), [("reject", True), ("approve", False)])
def test_trust_ends_with_an_approval_that_is_undone_and_with_no_other(
    priya, admin_user, verb, is_trusted
):
    Decision.objects.all().delete()
    Comment.objects.update(state="pending")
    moderation.approve(latest(), by=admin_user)
    if verb == "reject":
        moderation.reject(latest(), by=admin_user, reason="other")
    moderation.undo(latest(), by=admin_user)
    Comment.objects.update(state="published")
    assert identity.is_trusted(priya) is is_trusted


def test_trust_outlives_the_account_of_who_gave_it(post, priya, admin_user):
    Decision.objects.all().delete()
    Comment.objects.update(state="pending")
    moderation.approve(latest(), by=admin_user)
    admin_user.delete()
    post(email=EMAIL, text="It is me again.")
    assert state_of_latest() == ("published", "", True)


def test_comments_that_others_posted_under_the_address_earn_no_trust(post, priya):
    Comment.objects.filter(commenter=priya).update(is_confirmed=False)
    post(email=EMAIL, text="Nothing of mine was approved.")
    assert state_of_latest() == ("pending", "first", True)


def test_ban_of_an_address_is_stronger_than_its_trust(post, priya):
    ban = Ban.objects.create(email=EMAIL, reason="Advertises.")
    assert post(email=EMAIL, text="Let me in.").status_code == 403
    assert not identity.is_trusted(priya)
    ban.delete()
    assert identity.is_trusted(priya)


@pytest.mark.parametrize(
    ("reason", "text", "held"),
    [
        ("links", "See www.a.example www.b.example www.c.example", "pending"),
        ("links", "See www.a.example www.b.example", "published"),
        ("words", "Our casino is open.", "pending"),
        ("words", "Our casinos are open.", "published"),
    ],
)
def test_trust_skips_the_queue_and_no_filter(post, priya, reason, text, held):
    WordRule.objects.create(phrase="casino")
    post(email=EMAIL, text=text)
    assert state_of_latest() == (held, reason if held == "pending" else "", True)


@pytest.mark.parametrize(
    ("reason", "sent"), [("trap", {"homepage": "https://a.example"}), ("haste", {"seconds": 0})]
)
def test_trusted_browser_falls_into_the_same_traps(post, priya, reason, sent):
    post(email=EMAIL, **sent)
    assert state_of_latest() == ("pending", reason, True)


def test_trusted_person_whose_comments_are_taken_down_is_read_first(post, priya, admin_user):
    for number in range(3):
        post(email=EMAIL, text=f"Comment {number}.")
        moderation.mark_spam(latest(), by=admin_user)
    assert identity.is_trusted(priya)
    post(email=EMAIL, text="Once more.")
    assert state_of_latest() == ("pending", "history", True)


# ---- confirming


def confirm(client, commenter, comment):
    token = make_token("confirm", commenter.pk, comment.public_id)
    return client.post(reverse("comments:confirm", args=[token]))


def test_confirming_takes_along_what_this_browser_posted_under_the_address(post, client):
    post(email=EMAIL, text="The first one.")
    first = latest()
    post(email=EMAIL, text="The second one.")
    post(email=OTHER, text="For somebody else.")
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    post(email=EMAIL, text="From another browser.", sender=elsewhere)
    confirm(client, first.commenter, first)
    shown = dict(Comment.objects.values_list("body", "is_confirmed"))
    assert shown == {
        "The first one.": True,
        "The second one.": True,
        "For somebody else.": False,
        "From another browser.": False,
    }


def test_confirming_with_a_comment_of_another_address_is_refused(client):
    mine = confirmed(is_confirmed=False)
    other = confirmed(email=OTHER, is_confirmed=False)
    assert confirm(client, mine.commenter, other).status_code == 404
    other.refresh_from_db()
    assert not other.is_confirmed
    assert identity.COOKIE not in client.cookies


def test_confirming_another_comment_keeps_the_first_date(client):
    comment = confirmed(is_confirmed=False)
    before = comment.commenter.confirmed_at
    confirm(client, comment.commenter, comment)
    comment.commenter.refresh_from_db()
    assert comment.commenter.confirmed_at == before


def test_link_that_was_used_says_so_and_does_nothing_more(client, admin_user):
    comment = confirmed(is_confirmed=False, state="pending")
    assert confirm(client, comment.commenter, comment).status_code == 302
    moderation.reject(comment, by=admin_user, reason="other")
    Commenter.objects.update(name="Priya Lee", refuses_mail=True)
    before = [list(rows.values()) for rows in (Comment.objects, Commenter.objects)]
    somebody = Client()
    again = confirm(somebody, comment.commenter, comment)
    token = make_token("confirm", comment.commenter_id, comment.public_id)
    opened = somebody.get(reverse("comments:confirm", args=[token]))
    for page in (again.content.decode(), opened.content.decode()):
        assert "It was confirmed already." in page
        assert "Yes, it is mine" not in page
    assert [list(rows.values()) for rows in (Comment.objects, Commenter.objects)] == before
    assert identity.COOKIE not in somebody.cookies


@pytest.mark.parametrize("state", ["removed", "rejected", "spam", "withdrawn"])
def test_confirming_late_brings_no_comment_back(client, state):
    comment = confirmed(is_confirmed=False, state=state)
    confirm(client, comment.commenter, comment)
    assert (latest().state, latest().is_confirmed) == (state, True)


def test_commenter_is_called_as_in_the_comment_that_was_confirmed(post, client):
    Commenter.objects.create(email=EMAIL, name="Typed By Somebody")
    post(email=EMAIL, name="Priya Lee")
    confirm(client, latest().commenter, latest())
    assert Commenter.objects.get().name == "Priya Lee"


def test_address_is_one_person_however_it_is_typed(post):
    post(email=EMAIL)
    post(email=EMAIL.upper(), text="The same person.")
    assert Commenter.objects.get().email == EMAIL
    assert not Commenter.objects.get().is_confirmed


def test_confirming_leads_to_the_page_of_the_person(client):
    comment = confirmed(body="These are my words.", is_confirmed=False)
    response = confirm(client, comment.commenter, comment)
    assert "These are my words." in client.get(response["Location"]).content.decode()


def test_trust_asks_for_a_confirmed_address(settings):
    settings.COMMENTS_TRUST_AFTER = 0
    unconfirmed = Commenter.objects.create(email=EMAIL)
    assert not identity.is_trusted(unconfirmed)
    unconfirmed.confirmed_at = timezone.now()
    assert identity.is_trusted(unconfirmed)


def test_own_page_of_a_comment_is_of_the_browser_that_posted_it(client, post):
    post()
    page = reverse("comments:mine-one", args=[latest().public_id])
    assert client.get(page).status_code == 200
    assert Client().get(page).status_code == 404
    CommentFactory()
    other = reverse("comments:mine-one", args=[latest().public_id])
    assert client.get(other).status_code == 404

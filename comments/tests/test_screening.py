import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Discussion
from comments.people.tokens import make_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_door(settings):
    settings.COMMENTS_MODE = "post"


def kept():
    return Comment.objects.get()


def test_plain_comment_is_published(post):
    post()
    assert kept().state == "published"
    assert kept().reason == ""


def test_first_comment_is_held_where_the_setting_says_so(post, settings):
    settings.COMMENTS_MODE = "trust"
    post()
    assert (kept().state, kept().reason) == ("pending", "first")


def test_closed_discussion_takes_nothing_and_gives_the_text_back(post, article):
    DiscussionFactory(article=article, is_open=False)
    response = post(text="Too late, but mine")
    assert response.status_code == 403
    assert "This discussion is closed" in response.content.decode()
    assert "Too late, but mine" in response.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("See https://a.example and www.b.example", ""),
        ("See https://a.example, www.b.example and http://c.example", "links"),
        ("[a](https://a.example) [b](https://www.b.example)", ""),
        ("[a](mailto:a@a.example) [b](mailto:b@b.example) [c](mailto:c@c.example)", "links"),
        ("[https://a.example](https://a.example) and https://b.example", ""),
    ],
)
def test_two_links_pass_and_three_are_held(post, text, reason):
    post(text=text)
    assert kept().reason == reason


@pytest.mark.parametrize(("homepage", "reason"), [("", ""), ("http://spam.example", "trap")])
def test_filled_honeypot_holds_the_comment_and_loses_nothing(post, homepage, reason):
    post(homepage=homepage)
    assert kept().reason == reason
    assert kept().body == "It went the other way."


@pytest.mark.parametrize(("seconds", "reason"), [(0, "haste"), (3, "")])
def test_form_sent_at_once_is_held(post, seconds, reason):
    post(seconds=seconds)
    assert kept().reason == reason


@pytest.mark.parametrize(("hours", "status"), [(23, 303), (25, 200)])
def test_stamp_older_than_a_day_is_handed_out_again(post, hours, status):
    response = post(seconds=hours * 3600)
    assert response.status_code == status
    assert Comment.objects.exists() is (status == 303)


@pytest.mark.parametrize("stamp", ["", "forged", "a:b:c", "\x00"])
def test_forged_stamp_keeps_nothing_and_loses_nothing(post, stamp):
    response = post(stamp=stamp)
    assert response.status_code == 200
    assert "It went the other way." in response.content.decode()
    assert not Comment.objects.exists()


def test_stamp_of_another_discussion_is_no_stamp(post, aged_form_token):
    assert post(stamp=aged_form_token(DiscussionFactory())).status_code == 200
    assert not Comment.objects.exists()


def test_same_form_sent_twice_makes_one_comment(post, article, aged_form_token):
    stamp = aged_form_token(Discussion.objects.of(article))
    first, second = post(stamp=stamp), post(stamp=stamp)
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_same_stamp_with_other_words_hands_the_words_back(post, article, aged_form_token):
    stamp = aged_form_token(Discussion.objects.of(article))
    post(stamp=stamp)
    response = post(stamp=stamp, text="Quite other words")
    assert response.status_code == 200
    assert "Quite other words" in response.content.decode()
    assert Comment.objects.count() == 1


def test_same_words_within_ten_minutes_are_already_posted(post):
    first = post()
    assert post()["Location"] == first["Location"]
    told = post(headers={"Accept": "application/json"}).json()
    assert told["message"] == "You posted this a moment ago."
    assert Comment.objects.count() == 1


def test_same_words_after_ten_minutes_are_kept(post):
    post()
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    post()
    assert Comment.objects.count() == 2


def test_same_words_from_another_network_are_kept(post):
    post()
    post(sender=Client(REMOTE_ADDR="203.0.113.9"))
    assert Comment.objects.count() == 2


@pytest.fixture
def of_three(post, settings):
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 3
    for number in range(3):
        sender = Client(REMOTE_ADDR=f"198.51.100.{number}")
        assert post(sender=sender, text=f"Number {number}").status_code == 303


def test_fourth_of_a_subnet_within_a_minute_is_429_with_its_text_kept(post, of_three):
    response = post(sender=Client(REMOTE_ADDR="198.51.100.200"), text="One too many")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert "One too many" in response.content.decode()
    assert Comment.objects.count() == 3


def test_fourth_of_another_subnet_is_kept(post, of_three):
    assert post(sender=Client(REMOTE_ADDR="198.51.101.1"), text="Next door").status_code == 303


def test_fourth_after_a_minute_is_kept(post, of_three):
    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert post(sender=Client(REMOTE_ADDR="198.51.100.1"), text="Later").status_code == 303


def test_held_comments_count_for_the_rate(post, settings):
    settings.COMMENTS_MODE = "trust"
    settings.COMMENTS_PER_SUBNET_PER_MINUTE = 1
    post(text="First")
    assert post(text="Second").status_code == 429


# What people send who do not mean well.

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "{{ 7*7 }} {% now 'Y' %}",
    "'; DROP TABLE comments_comment; --",
    "مرحبا بالعالم",
    "\u202egnp.exe\u202c",
    "a\x00b\x01c\x1bd\x7f",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    b"\xed\xa0\x80 lone surrogate".decode("utf-8", "replace"),
    "\u0300" * 400 + "a",
    "(" * 3000,
    "[" * 2000 + "](" * 500,
    "> " * 1500,
    "`" * 3001,
    "*_" * 2000,
    "&:" * 2000,
    "\r\n.\r\nQUIT",
    "%00%0d%0a",
    "../../etc/passwd",
]


@pytest.mark.parametrize("field", ["name", "email", "quote", "text", "kind", "parent", "stamp"])
def test_hostile_text_in_any_field_is_never_a_fault_and_never_markup(post, client, article, field):
    for hostile in HOSTILE:
        response = post(**{"kind": "correction", field: hostile})
        assert response.status_code in (200, 303, 422), hostile
        html = response.content.decode()
        assert "<script>alert" not in html
        assert "<svg" not in html.replace('<svg class="', "")
        assert 'href="javascript' not in html.lower()
        assert "<img src=x" not in html
    page = client.get(Discussion.objects.of(article).get_page_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<svg/onload" not in page


def test_text_of_100_kb_is_handed_back_whole(post):
    text = "<<<< &: ((((" * 8500
    response = post(text=text)
    assert response.status_code == 422
    assert response.content.decode().count("&lt;&lt;&lt;&lt; &amp;: ((((") == 8500


def test_control_characters_are_cleaned_and_the_words_stay(post):
    post(name="Pri\x00ya\x1b\nLee", text="one\x00\x07\r\ntwo")
    assert kept().name == "Priya Lee"
    assert kept().body == "one\ntwo"


def test_right_to_left_text_reads_back_equal_and_is_set_apart(post, client, article):
    post(name="سارة", text="مرحبا بالعالم")
    assert (kept().name, kept().body) == ("سارة", "مرحبا بالعالم")
    page = client.get(kept().discussion.get_page_url()).content.decode()
    assert "<bdi>سارة</bdi>" in page
    assert '<div dir="auto"><p>مرحبا بالعالم</p>' in page


def test_what_is_typed_runs_as_its_script_does(client):
    comment = CommentFactory()
    ban = Ban.objects.create(email="eve@example.org", reason="Floods.")
    pages = {
        ("textarea", "appeal"): reverse("comments:ban", args=[make_token("ban", ban.pk)]),
        ("input", "note"): reverse("comments:report", args=[CommentFactory().public_id]),
        ("textarea", "text"): comment.discussion.get_page_url(),
        ("input", "name"): comment.discussion.get_page_url(),
    }
    for (tag, name), page in pages.items():
        html = client.get(page).content.decode()
        assert 'dir="auto"' in re.search(rf'<{tag}[^>]* name="{name}"[^>]*>', html)[0], name
    email = re.search('<input[^>]* name="email"[^>]*>', client.get(page).content.decode())[0]
    assert "dir=" not in email


def test_comment_is_not_rendered_again_when_only_its_state_moves():
    comment = CommentFactory()
    comment.body_html = "as it was"
    comment.save(update_fields=["body_html"])
    comment.refresh_from_db()
    assert comment.body_html == "as it was"

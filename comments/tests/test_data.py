"""A person's data: all that is theirs is handed over, and nothing of it stays when erased."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.factories import CommentFactory
from comments.models import Appeal, Ban, Comment, CommentRevision, Notice, Report
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, confirmed
from comments.writing import moderation

pytestmark = pytest.mark.django_db
# Columns of a comment that say nothing of who wrote it, or are none of their own words.
NOT_PERSONAL = {
    *("id", "discussion", "thread", "in_reply_to", "course", "outcome", "resolved_at", "kind"),
    *("created_at", "saved_at", "published_at", "edited_at", "answered_at", "picked_at"),
    *("pinned_at", "heart_count", "report_count", "link_count", "is_by_author", "moderated_by"),
    *("public_id", "reason", "staff", "nonce", "state"),
}


def page_of(commenter, name="person"):
    return reverse(f"comments:{name}", args=[make_token("person", commenter.pk)])


def erase(client, commenter):
    return client.post(page_of(commenter), {"_erase": "1"})


def full(**fields):
    """A comment with something in every personal column."""
    words = {"name": "Priya Lee", "body": "My words.", "quote": "Their words.", "subnet": "abc"}
    words |= {"proposed_value": "57", "proposed_date": "June", "proposed_link": "https://a.example"}
    words |= {"held_body": "My words, changed.", "held_at": timezone.now(), "reason": "edited"}
    return confirmed(**{**words, "wants_replies": True, **fields})


def test_export_holds_every_word_and_what_was_derived_from_it(client):
    comment = full(kind="correction", edited_at=timezone.now())
    CommentRevision.objects.create(comment=comment, body="My former words.")
    response = client.get(page_of(comment.commenter, "person-data"))
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)
    assert (data["email"], data["name"], data["wants_no_mail"]) == (EMAIL, "Priya", False)
    assert data["confirmed_at"]
    [one] = data["comments"]
    assert one["id"] == comment.public_id
    assert one["page"].endswith(comment.discussion.subject.get_absolute_url())
    told = ("kind", "state", "name", "quote", "text", "changed_text_that_waits")
    told += ("former_texts", "network", "proposed_value", "proposed_date", "proposed_link")
    assert [one[name] for name in told] == [
        *("correction", "published", "Priya Lee", "Their words.", "My words."),
        *("My words, changed.", ["My former words."], "abc"),
        *("57", "June", "https://a.example"),
    ]
    assert one["edited_at"]


def test_export_names_comments_in_their_order_and_no_one_elses(client):
    first, second = full(body="First."), full(body="Second.")
    typed = full(body="Not confirmed.", is_confirmed=False)
    CommentFactory(body="Of another.")
    data = json.loads(client.get(page_of(first.commenter, "person-data")).content)
    told = [(one["text"], one["is_confirmed"], one["network"]) for one in data["comments"]]
    assert told == [(first.body, True, "abc"), (second.body, True, "abc"), (typed.body, False, "")]


def test_export_tells_what_was_decided_reported_and_mailed(
    client, admin_user, django_assert_max_num_queries
):
    comment = full(state="pending")
    moderation.reject(comment, by=admin_user, reason="ad", note="Twice today.")
    Report.objects.create(comment=comment, reason="abuse", note="I am her neighbour.", subnet="x")
    Report.objects.create(comment=CommentFactory(), reason="spam", subnet="x")
    lapsed = Ban.objects.create(email=EMAIL, reason="Rude.", until=date(2020, 1, 31))
    Appeal.objects.create(ban=lapsed, text="I was not.", outcome="upheld", answer="You were.")
    Ban.objects.create(email=EMAIL, reason="Advertises.")
    Ban.objects.create(email="quinn@example.org", reason="Of another.")
    for _ in range(3):
        full()
    with django_assert_max_num_queries(9):
        text = client.get(page_of(comment.commenter, "person-data")).content.decode()
    data = json.loads(text)
    [decision] = data["comments"][0]["decisions"]
    assert (decision["after"], decision["note"]) == ("rejected", "Twice today.")
    assert decision["reason"] == "It advertises something."
    reports = [one["reason"] for comment in data["comments"] for one in comment["reports"]]
    assert reports == ["an attack on somebody"]
    assert "neighbour" not in text, "words of another reader"
    assert [(mail["kind"], mail["comment"]) for mail in data["mails"]] == [
        ("rejected", comment.public_id)
    ]
    appeal = {"text": "I was not.", "outcome": "upheld", "answer": "You were."}
    assert data["bans"] == [
        {"reason": "Rude.", "until": "2020-01-31", "appeal": appeal},
        {"reason": "Advertises.", "until": None, "appeal": None},
    ]


def test_every_personal_column_is_emptied(client):
    comment = full()
    CommentRevision.objects.create(comment=comment, body="My former words.")
    Notice.objects.create(kind="published", comment=comment, email=EMAIL)
    erase(client, comment.commenter)
    comment.refresh_from_db()
    kept = {
        field.name: getattr(comment, field.name)
        for field in Comment._meta.concrete_fields
        if field.name not in NOT_PERSONAL
    }
    assert kept == {
        "name": "—",
        "body": "—",
        "body_html": "<p>—</p>\n",
        "held_body": "",
        "held_at": None,
        "email": "",
        "quote": "",
        "proposed_value": "",
        "proposed_date": "",
        "proposed_link": "",
        "subnet": "",
        "commenter": None,
        "is_confirmed": False,
        "wants_replies": False,
    }
    assert not CommentRevision.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("published", "withdrawn"), ("pending", "withdrawn"), ("rejected", "rejected")),
        *(("spam", "spam"), ("removed", "removed"), ("withdrawn", "withdrawn")),
    ],
)
def test_what_is_on_the_page_or_waits_is_withdrawn(client, before, after):
    comment = full(state=before)
    erase(client, comment.commenter)
    assert Comment.objects.get().state == after


def test_report_on_what_was_erased_waits_for_nobody(client):
    comment = full(report_count=1)
    made = Report.objects.create(comment=comment, reason="abuse", note="It names me.", subnet="x")
    then = timezone.now() - timedelta(days=3)
    settled = {"reason": "spam", "subnet": "y", "settled_at": then}
    former = Report.objects.create(comment=comment, **settled)
    erase(client, comment.commenter)
    comment.refresh_from_db()
    made.refresh_from_db()
    former.refresh_from_db()
    assert (comment.report_count, made.note) == (0, "")
    assert made.settled_at
    assert former.settled_at == then
    receipt = reverse("comments:receipt", args=[make_token("report", made.pk)])
    assert "Its author has taken the comment back." in client.get(receipt).content.decode()


def test_words_of_a_report_are_exported_and_erased_as_the_reporter_s(client):
    person, comment = full().commenter, CommentFactory(report_count=1)
    said = {"comment": comment, "reason": "abuse"}
    mine = Report.objects.create(**said, note="He is my neighbour.", email=EMAIL, subnet="x")
    other = Report.objects.create(**said, note="Rude.", email="quinn@example.org", subnet="y")
    data = json.loads(client.get(page_of(person, "person-data")).content)
    assert [report["note"] for report in data["reports"]] == ["He is my neighbour."]
    erase(client, person)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.note, mine.email, mine.settled_at) == ("", "", None), "it still waits for the desk"
    assert (other.note, other.email) == ("Rude.", "quinn@example.org")


def test_erasing_takes_nothing_of_others(client):
    mine, other = full(), CommentFactory(email="quinn@example.org", body="Of another.")
    notice = Notice.objects.create(kind="published", comment=mine, email="quinn@example.org")
    CommentRevision.objects.create(comment=other, body="Said before.")
    erase(client, mine.commenter)
    other.refresh_from_db()
    assert (other.body, other.email, other.state) == (
        *("Of another.", "quinn@example.org", "published"),
    )
    assert other.revisions.count() == 1
    assert Notice.objects.get() == notice


def test_page_of_a_person_counts_what_it_does_not_list(client, monkeypatch):
    monkeypatch.setattr("comments.views.people.MOST_SHOWN", 1)
    first, second = full(body="The older one."), full(body="The newer one.")
    Comment.objects.filter(pk=first.pk).update(created_at="2020-01-01T00:00:00Z")
    response = client.get(page_of(second.commenter))
    html = response.content.decode()
    assert response.context["count"] == 2
    assert "The newer one." in html
    assert "The older one." not in html


def test_nothing_else_that_is_sent_to_the_page_changes_anything(client):
    comment = full()
    assert client.post(page_of(comment.commenter), {"_other": "1"}).status_code == 302
    comment.refresh_from_db()
    comment.commenter.refresh_from_db()
    assert comment.body == "My words."
    assert not comment.commenter.refuses_mail

"""Hearts and reports: one of each visitor or network, within limits, and what a report sets off."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, CommentHeart, Report
from comments.people.identity import set_commenter_cookie
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, asked, confirmed, linked
from comments.writing import moderation
from comments.writing.posting import withdraw

pytestmark = pytest.mark.django_db
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
JSON = {**SAME_ORIGIN, "Accept": "application/json"}


@pytest.fixture
def comment():
    return CommentFactory()


def heart(comment, sender, headers=SAME_ORIGIN):
    url = reverse("comment-react", args=[comment.public_id])
    return sender.post(url, {"heart": ""}, headers=headers)


def report(comment, sender=None, **fields):
    sender = sender or Client()
    data = {"reason": "abuse", **fields}
    url = reverse("comments:report", args=[comment.public_id])
    return sender.post(url, data, headers=SAME_ORIGIN)


def network(number):
    return Client(REMOTE_ADDR=f"198.51.{number}.1")


def hearts_of(comment):
    return Comment.objects.get(pk=comment.pk).heart_count


# ---- hearts


def test_hearts_are_of_visitors_and_of_one_comment(comment):
    other = CommentFactory(discussion=comment.discussion)
    first, second = Client(), Client()
    heart(comment, first)
    heart(comment, second)
    heart(other, first)
    assert (hearts_of(comment), hearts_of(other)) == (2, 1)
    heart(comment, first)
    assert (hearts_of(comment), hearts_of(other)) == (1, 1)
    assert CommentHeart.objects.filter(is_given=True).count() == 2


def test_script_is_told_the_state_and_the_words(comment):
    sender = Client()
    given = heart(comment, sender, JSON).json()
    assert given == {"is_hearted": True, "count": 1, "label": "Heart this comment (1)"}
    taken = heart(comment, sender, JSON).json()
    assert taken == {"is_hearted": False, "count": 0, "label": "Heart this comment (0)"}


def test_form_without_script_leads_back_to_the_comment(comment):
    response = heart(comment, Client())
    assert response.status_code == 303
    assert response["Location"] == comment.get_page_url()


def test_limit_of_hearts_is_of_a_network_and_a_minute(settings):
    settings.HEARTS_PER_SUBNET_PER_MINUTE = 2
    comments = CommentFactory.create_batch(4, discussion=DiscussionFactory())
    codes = [heart(one, Client()).status_code for one in comments[:3]]
    assert codes == [303, 303, 429]
    assert heart(comments[2], network(7)).status_code == 303, "from next door"
    CommentHeart.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert heart(comments[3], Client()).status_code == 303, "a minute later"


def test_one_network_gives_a_comment_few_hearts_whatever_is_taken_back(comment, settings):
    settings.HEARTS_PER_SUBNET_AND_PAGE = 1
    other = CommentFactory(discussion=comment.discussion)
    sender = Client()
    heart(comment, sender)
    assert heart(comment, Client()).status_code == 429
    heart(comment, sender)
    assert heart(comment, Client()).status_code == 429, "taken back, it makes no room"
    assert heart(other, Client()).status_code == 303, "another comment"
    assert heart(comment, network(7)).status_code == 303, "from next door"
    assert hearts_of(comment) == 1


def test_heart_is_taken_back_beyond_the_limit_too(comment, settings):
    settings.HEARTS_PER_SUBNET_PER_MINUTE = 1
    sender = Client()
    heart(comment, sender)
    assert heart(comment, sender).status_code == 303
    assert hearts_of(comment) == 0


def test_heart_is_not_given_by_looking(comment):
    response = Client().get(reverse("comment-react", args=[comment.public_id]))
    assert response.status_code == 405
    assert hearts_of(comment) == 0


@pytest.mark.parametrize("state", ["pending", "removed", "rejected", "spam", "withdrawn"])
def test_what_nobody_sees_is_neither_hearted_nor_reported(state):
    comment = CommentFactory(state=state)
    assert heart(comment, Client()).status_code == 404
    assert report(comment).status_code == 404


# ---- reports


def test_report_is_one_of_each_network_and_the_first_word_stays(comment, mailoutbox):
    sender = network(1)
    first = report(comment, sender, reason="abuse", note="First.", email="rae@example.org")
    answer = report(comment, sender, reason="spam", note="Second.", email="other@example.org")
    assert "has reported this comment already" in answer.content.decode()
    assert "Second." in answer.content.decode()
    assert receipt_of(first) not in answer.content.decode()
    assert [(one.reason, one.note) for one in comment.reports.all()] == [("abuse", "First.")]
    assert Comment.objects.get().report_count == 1
    assert [mail.to for mail in mailoutbox] == [["rae@example.org"]]
    assert receipt_of(report(comment, network(2)))
    assert Comment.objects.get().report_count == 2


def test_report_after_a_decision_is_another_one_with_a_receipt_of_its_own(comment, admin_user):
    first = receipt_of(report(comment, network(1), note="First."))
    moderation.approve(comment, by=admin_user)
    second = receipt_of(report(comment, network(1), note="Second."))
    assert first != second
    assert list(comment.reports.values_list("note", flat=True)) == ["First.", "Second."]
    assert list(comment.reports.open().values_list("note", flat=True)) == ["Second."]


def test_looking_at_the_form_reports_nothing(comment):
    url = reverse("comments:report", args=[comment.public_id])
    response = Client().get(f"{url}?reason=abuse")
    assert response.status_code == 200
    assert comment.body in response.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"reason": "whim"}, {"note": "x" * 301}], ids=str
)
def test_report_without_a_good_reason_is_handed_back(comment, fields):
    response = report(comment, **fields)
    assert response.status_code == 422
    assert not Report.objects.exists()
    assert Comment.objects.get().report_count == 0


def test_done_report_says_so(comment):
    response = report(comment)
    assert response.status_code == 200
    assert not response.context["form"].errors
    assert response.context["receipt"]


def test_limit_of_reports_is_of_a_network_and_an_hour():
    comments = CommentFactory.create_batch(22, discussion=DiscussionFactory())
    sender = network(1)
    answers = [report(one, sender, note="Keep <these> words") for one in comments[:21]]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[20]["Retry-After"] == "3600"
    html = answers[20].content.decode()
    assert "Many reports came from your network" in html
    assert "Keep &lt;these&gt; words" in html
    assert report(comments[20], network(2)).status_code == 200
    Report.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert report(comments[21], sender).status_code == 200


@pytest.mark.parametrize(("limit", "state"), [(3, "published"), (2, "pending"), (0, "published")])
def test_so_many_reports_hold_what_nobody_has_read(comment, settings, limit, state):
    settings.COMMENTS_REPORTS_HOLD = limit
    for number in range(2):
        report(comment, network(number))
    assert Comment.objects.get().state == state
    assert Comment.objects.get().reason == ("flagged" if state == "pending" else "")


def state_after_reports(comment, numbers=range(1)):
    for number in numbers:
        report(comment, network(number))
    found = Comment.objects.get(pk=comment.pk)
    return found.state, found.reason


@pytest.fixture
def approved(settings, admin_user):
    settings.COMMENTS_REPORTS_HOLD = 1
    comment = CommentFactory(state="pending")
    moderation.approve(comment, by=admin_user)
    return comment


@pytest.mark.parametrize("has_left", [False, True])
def test_reports_do_not_hold_what_the_desk_wrote(comment, settings, admin_user, has_left):
    settings.COMMENTS_REPORTS_HOLD = 1
    answer = moderation.reply(comment, "It was 2015.", by=admin_user)
    if has_left:
        admin_user.delete()
    assert state_after_reports(answer) == ("published", "")


def test_reports_do_not_hold_what_an_editor_approved_also_after_the_editor_has_left(
    approved, admin_user
):
    admin_user.delete()
    assert state_after_reports(approved) == ("published", "")
    assert Comment.objects.get().report_count == 1


def test_reports_hold_a_text_that_was_changed_after_the_approval(approved):
    Comment.objects.update(edited_at=timezone.now())
    assert state_after_reports(approved) == ("pending", "flagged")


def test_approval_that_was_undone_protects_nothing(approved, admin_user):
    moderation.undo(approved, by=admin_user)
    Comment.objects.update(state="published")
    assert state_after_reports(approved) == ("pending", "flagged")


def test_author_is_told_that_readers_took_it_down_and_why(settings, mailoutbox, admin_user):
    settings.COMMENTS_REPORTS_HOLD, settings.COMMENTS_MAIL_MODERATORS = 2, True
    comment = confirmed(state="published")
    report(comment, network(1), reason="spam", note="Call me at 555")
    assert not mailoutbox
    report(comment, network(2), reason="abuse")
    [told] = [mail for mail in mailoutbox if mail.to == [EMAIL]]
    assert "advertising, an attack on somebody" in told.body
    assert "555" not in told.body, "what reporters write is for the desk"
    shown = Client().get(linked("own", told)).content.decode()
    assert "They said: advertising, an attack on somebody." in shown
    assert [mail.to for mail in mailoutbox if mail != told] == [[admin_user.email]]


def test_what_readers_said_is_asked_for_once(client):
    comment = CommentFactory(state="pending", reason="flagged")
    comment.reports.create(reason="spam", subnet="one")
    page = reverse("comments:own", args=[make_token("own", comment.public_id)])
    with CaptureQueriesContext(connection) as asked:
        assert "They said: advertising." in client.get(page).content.decode()
    assert sum('FROM "comments_report"' in one["sql"] for one in asked) == 1


def test_held_comment_whose_reports_are_gone_quotes_none(client):
    comment = CommentFactory(state="pending", reason="flagged")
    page = reverse("comments:own", args=[make_token("own", comment.public_id)])
    assert "They said" not in client.get(page).content.decode()


def test_author_of_a_comment_that_reports_did_not_hold_is_told_nothing(settings, mailoutbox):
    settings.COMMENTS_REPORTS_HOLD = 2
    report(confirmed(state="published"), network(1))
    assert not mailoutbox


def test_report_from_another_site_is_refused(comment):
    url = reverse("comments:report", args=[comment.public_id])
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert Client().post(url, {"reason": "abuse"}, headers=headers).status_code == 403
    assert not Report.objects.exists()


# ---- what becomes of a report


def receipt_of(response):
    return response.context["receipt"]


def shown(url):
    return Client().get(url).content.decode()


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (moderation.approve, "the comment stays"),
        (moderation.remove, "not on the page any more"),
        (moderation.mark_spam, "not on the page any more"),
    ],
)
def test_reporter_has_a_receipt_and_is_told_the_outcome(
    comment, admin_user, mailoutbox, verb, words
):
    url = receipt_of(report(comment, email="Rae@example.org", note="Look at line 2"))
    assert "has not looked at it yet" in shown(url)
    [receipt] = mailoutbox
    assert receipt.to == ["rae@example.org"]
    for private in (comment.body, "Look at line 2"):
        assert private not in receipt.body
    verb(comment, by=admin_user)
    assert words in shown(url)
    assert words in mailoutbox[1].body
    assert mailoutbox[1].to == ["rae@example.org"]
    assert len(mailoutbox) == 2


def test_reporter_without_an_address_has_the_receipt_alone(comment, admin_user, mailoutbox):
    url = receipt_of(report(comment))
    moderation.remove(comment, by=admin_user)
    assert "not on the page any more" in shown(url)
    assert not mailoutbox


def test_reporter_learns_that_the_author_took_it_back(comment, mailoutbox):
    url = receipt_of(report(comment, email="rae@example.org"))
    withdraw(Comment.objects.get())
    assert "Its author has taken the comment back" in shown(url)
    assert len(mailoutbox) == 2


def test_wrong_address_of_a_reporter_is_told_and_nothing_is_reported(comment):
    response = report(comment, email="not an address", note="Keep these words")
    assert response.status_code == 422
    assert "Keep these words" in response.content.decode()
    assert not Report.objects.exists()


def test_reports_mail_a_mailbox_that_anybody_may_have_typed_once_a_day(mailoutbox, admin_user):
    comments = CommentFactory.create_batch(3, discussion=DiscussionFactory())
    for number, one in enumerate(comments):
        report(one, network(number), email=f"victim+{number}@example.org")
    assert [mail.to for mail in mailoutbox] == [["victim+0@example.org"]]
    for one in comments:
        moderation.remove(one, by=admin_user)
    assert len(mailoutbox) == 2, "the outcome of the one whose receipt was sent"


def test_reporter_who_proved_the_address_is_told_of_each(mailoutbox, admin_user):
    commenter = confirmed().commenter
    comments = CommentFactory.create_batch(2, discussion=DiscussionFactory())
    sender = Client()
    response = HttpResponse()
    set_commenter_cookie(response, commenter)
    sender.cookies = response.cookies
    for one in comments:
        report(one, sender, email=EMAIL)
    assert len(mailoutbox) == 2


def test_who_never_wants_mail_from_here_is_sent_no_receipt(mailoutbox, comment):
    report(comment, network(1), email="victim+1@example.org")
    Client().post(linked("refuse", mailoutbox[0]))
    asked(hours=25)
    report(comment, network(2), email="victim+2@example.org")
    assert len(mailoutbox) == 1


def test_what_was_decided_on_is_counted_anew(comment, admin_user):
    report(comment, network(1))
    moderation.approve(comment, by=admin_user)
    assert Comment.objects.get().report_count == 0
    report(comment, network(2))
    assert Comment.objects.get().report_count == 1
    report(comment, network(1))
    assert Comment.objects.get().report_count == 2, "of who reported it before as well"

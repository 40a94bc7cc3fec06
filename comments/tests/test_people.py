"""Trust without accounts: an address is confirmed by a mailed link, and what follows from it."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments.factories import CommentFactory, DiscussionFactory
from comments.mail import notices
from comments.mail.letters import own_link, person_link
from comments.models import Ban, Comment, Commenter, Notice
from comments.people.tokens import make_token
from comments.screening.phases import Refused
from comments.tests.mailed import EMAIL, asked, confirmed, latest, linked, links, path_of
from comments.writing import moderation
from comments.writing.posting import edit_comment
from core.taskqueue.models import QueuedTask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _held(settings):
    settings.COMMENTS_MODE = "trust"
    settings.COMMENTS_TRUST_AFTER = 1


def test_address_is_asked_once_a_day_and_told_nothing_else(run, post):
    run(post, email=EMAIL, text="The first one.")
    run(post, email=EMAIL.upper(), text="The second one.")
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert "The first one" not in message.body, "nobody sends words of theirs by our hand"
    asked(hours=48)
    run(post, email=EMAIL, text="The third one.")
    assert len(mail.outbox) == 2


def test_no_mail_without_an_address(run, post):
    run(post)
    assert mail.outbox == []
    assert latest().commenter is None


def test_link_confirms_by_its_button_and_not_by_being_opened(run, post, client):
    run(post, email=EMAIL)
    link = linked("confirm")
    assert "Yes, it is mine" in client.get(link).content.decode()
    assert not Commenter.objects.get().is_confirmed
    response = client.post(link)
    assert response.status_code == 302
    assert Commenter.objects.get().is_confirmed
    assert latest().is_confirmed
    assert "httponly" in str(response.cookies).lower()


def test_trust_is_earned_by_the_address_and_its_approval_together(run, post, client, admin_user):
    run(post, email=EMAIL)
    client.post(linked("confirm"))
    run(post, email=EMAIL, text="Not approved yet.")
    assert latest().state == "pending"
    moderation.approve(latest(), by=admin_user)
    run(post, email=EMAIL, text="Approved once.")
    assert (latest().state, latest().is_confirmed) == ("published", True)


def test_whoever_types_a_trusted_address_elsewhere_gains_nothing(run, post, client, admin_user):
    run(post, email=EMAIL)
    client.post(linked("confirm"))
    moderation.approve(latest(), by=admin_user)
    run(post, email=EMAIL, text="I am Priya, believe me.", sender=Client())
    assert (latest().state, latest().reason, latest().is_confirmed) == ("pending", "first", False)


def test_trust_needs_as_many_approvals_as_are_set(run, post, client, admin_user, settings):
    settings.COMMENTS_TRUST_AFTER = 2
    run(post, email=EMAIL)
    client.post(linked("confirm"))
    moderation.approve(latest(), by=admin_user)
    run(post, email=EMAIL, text="One approval.")
    assert latest().state == "pending"


def test_browser_that_confirmed_need_not_say_who_it_is(run, post, client, article):
    run(post, email=EMAIL, name="Priya")
    address = f"/discussions/article/{article.pk}/form/"
    assert "email" not in Client().get(address).json()
    client.post(linked("confirm"))
    assert client.get(address).json()["email"] == EMAIL
    assert client.get(address).json()["name"] == "Priya"


def test_author_is_told_of_approval_once(run, admin_user):
    comment = confirmed(state="pending", published_at=None)
    run(moderation.approve, comment, by=admin_user)
    run(moderation.undo, comment, by=admin_user)
    run(moderation.approve, comment, by=admin_user)
    [message] = mail.outbox
    assert "on the page" in message.subject
    assert message.alternatives[0].mimetype == "text/html"


def test_author_of_an_accepted_correction_is_told_in_one_mail(run, admin_user):
    comment = confirmed(kind="correction", state="pending", published_at=None)
    run(moderation.set_course, comment, "accepted", outcome="There are 57.", by=admin_user)
    [message] = mail.outbox
    assert "There are 57." in message.body


def test_author_is_told_why_not(run, admin_user):
    comment = confirmed(state="pending", published_at=None)
    run(moderation.reject, comment, by=admin_user, reason="off-topic", note="Try the forum.")
    [message] = mail.outbox
    assert "It is not about this page." in message.body
    assert "Try the forum." in message.body


def test_spam_is_told_to_confirmed_addresses_alone(run, admin_user):
    unproven = {"is_confirmed": False, "state": "pending", "published_at": None}
    run(moderation.mark_spam, confirmed(**unproven), by=admin_user)
    assert mail.outbox == []


def test_reply_is_mailed_after_approval_and_to_who_asked(run, post, admin_user, article):
    discussion = DiscussionFactory(article=article)
    parent = confirmed(discussion=discussion, wants_replies=True)
    run(post, parent=parent.public_id, text="I answer you.", name="Ben")
    assert mail.outbox == []
    run(moderation.approve, latest(), by=admin_user)
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert "I answer you." in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "change", [{"wants_replies": False}, {"is_confirmed": False}, {"commenter": None}]
)
def test_reply_is_not_mailed_to_others(run, admin_user, change):
    parent = confirmed(**{"wants_replies": True, **change})
    answer = CommentFactory(
        discussion=parent.discussion, thread=parent, in_reply_to=parent, state="pending"
    )
    run(moderation.approve, answer, by=admin_user)
    assert mail.outbox == []


def test_one_click_ends_replies_without_a_token(run, admin_user):
    parent = confirmed(wants_replies=True)
    run(moderation.reply, parent, "Thank you.", by=admin_user)
    client = Client(enforce_csrf_checks=True)
    link = linked("unsubscribe")
    assert client.get(link).status_code == 200
    parent.refresh_from_db()
    assert parent.wants_replies
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 204
    parent.refresh_from_db()
    assert not parent.wants_replies


def test_who_says_never_again_is_not_asked_again(run, post, client):
    run(post, email=EMAIL)
    client.post(linked("refuse"))
    Commenter.objects.update(asked_at=None)
    run(post, email=EMAIL, text="Once more.")
    assert len(mail.outbox) == 1


def test_mails_to_one_address_have_a_limit(run, admin_user, settings):
    settings.COMMENTS_MAILS_PER_DAY = 2
    parent = confirmed(wants_replies=True)
    for number in range(4):
        run(moderation.reply, parent, f"Answer {number}.", by=admin_user)
    assert len(mail.outbox) == 2


@pytest.fixture
def mail_server(settings):
    """Whether there is one is the test's to say: True or False."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    def let(is_there):
        name = "locmem" if is_there else "smtp"
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{name}.EmailBackend"

    return let


def send(notice):
    return notices.send_notice.call(notice.pk)


def test_mail_is_not_sent_by_the_request(queue, post, client):
    post(email=EMAIL)
    assert mail.outbox == []
    assert queue() > 0
    assert len(mail.outbox) == 1


def test_mail_server_that_is_away_loses_nothing(admin_user, queue, mail_server):
    mail_server(False)
    moderation.approve(confirmed(state="pending", published_at=None), by=admin_user)
    with pytest.raises(OSError):
        queue("outside")
    assert Notice.objects.get().sent_at is None
    mail_server(True)
    task = QueuedTask.objects.get(queue_name="outside")
    assert task.status == "READY", "it is tried again"
    assert send(Notice.objects.get())
    assert not send(Notice.objects.get())
    assert len(mail.outbox) == 1


def test_mail_whose_sender_was_killed_is_sent_when_its_claim_is_over(admin_user, queue, settings):
    settings.EMAIL_TIMEOUT = 10
    moderation.approve(confirmed(state="pending", published_at=None), by=admin_user)
    notice = Notice.objects.get()
    now = timezone.now()
    Notice.objects.update(claimed_until=now + timedelta(seconds=1))
    with pytest.raises(notices.Claimed):
        send(notice)
    assert mail.outbox == []
    Notice.objects.update(claimed_until=now - timedelta(seconds=1))
    assert send(notice)
    assert len(mail.outbox) == 1


def test_mail_tried_again_bears_the_same_id(admin_user, queue):
    moderation.approve(confirmed(state="pending", published_at=None), by=admin_user)
    notice = Notice.objects.get()
    for _ in range(2):
        Notice.objects.update(sent_at=None, claimed_until=None)
        send(notice)
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert str(notice.pk) in first.message()["Message-ID"]


def test_mail_is_given_up_after_a_day(admin_user, queue):
    moderation.approve(confirmed(state="pending", published_at=None), by=admin_user)
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert not send(Notice.objects.get())
    assert mail.outbox == []


def test_attempts_to_send_a_mail_last_about_a_day():
    attempts = range(1, notices.send_notice.max_attempts)
    pauses = sum(notices.send_notice.backoff(attempt).total_seconds() for attempt in attempts)
    assert 20 < pauses / 3600 < 26


def test_confirmation_is_mailed_before_what_can_wait(admin_user, queue, post):
    moderation.approve(confirmed(state="pending", published_at=None), by=admin_user)
    post(email="ada@example.org")
    queue("outside")
    assert [message.to for message in mail.outbox] == [["ada@example.org"], [EMAIL]]


def test_notice_of_what_changed_meanwhile_is_not_sent(admin_user, queue):
    comment = confirmed(state="pending", published_at=None)
    moderation.approve(comment, by=admin_user)
    moderation.remove(comment, by=admin_user)
    queue("outside")
    [message] = mail.outbox
    assert "on the page" not in message.subject, "the removal, not the approval"


def test_names_cannot_write_headers(run, admin_user):
    parent = confirmed(wants_replies=True)
    answer = CommentFactory(
        discussion=parent.discussion,
        thread=parent,
        in_reply_to=parent,
        state="pending",
        name="Eve\r\nBcc: all@example.org",
    )
    run(moderation.approve, answer, by=admin_user)
    [message] = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == [EMAIL]
    assert "Bcc" not in message.message()


def test_markup_in_a_mail_is_text(run, admin_user):
    parent = confirmed(wants_replies=True)
    run(moderation.reply, parent, "<script>alert(1)</script>", by=admin_user)
    html = mail.outbox[0].alternatives[0].content
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_moderators_are_told_and_decide_from_the_mail(run, post, settings, admin_user, client):
    settings.COMMENTS_MAIL_MODERATORS = True
    admin_user.email = "ada@example.org"
    admin_user.save()
    run(post, text="Please read me.")
    message = mail.outbox[-1]
    assert message.to == ["ada@example.org"]
    approve = next(path_of(url) for url in links(message) if "/moderate/" in url)
    assert "Please read me." in client.get(approve).content.decode()
    assert latest().state == "pending", "a mail program that follows links decides nothing"
    client.post(approve)
    assert (latest().state, latest().moderated_by) == ("published", admin_user)
    assert client.post(approve).status_code == 200, "decided: it only shows"


def test_mailed_decision_ends_with_the_right_to_decide(admin_user, client):
    comment = CommentFactory(state="pending")
    token = make_token("moderate", comment.pk, admin_user.pk, "approve")
    admin_user.is_superuser = False
    admin_user.save()
    assert client.post(f"/discussions/moderate/{token}/").status_code == 404
    assert client.get("/discussions/moderate/forged:token:x/").status_code == 404
    other = make_token("own", comment.pk, admin_user.pk, "approve")
    assert client.post(f"/discussions/moderate/{other}/").status_code == 404


def test_person_sees_exports_and_erases_all_that_is_under_the_address(client):
    mine = confirmed(body="These are my words.")
    CommentFactory(discussion=mine.discussion, thread=mine, in_reply_to=mine, body="An answer.")
    claimed = CommentFactory(
        commenter=mine.commenter, email=EMAIL, body="Somebody else posted this."
    )
    page = path_of(person_link(mine.commenter))
    html = client.get(page).content.decode()
    assert "These are my words." in html
    assert "Somebody else posted this." in html
    assert html.count("not confirmed: somebody typed this address") == 1
    data = json.loads(client.get(f"{page}comments.json").content)
    assert [(one["text"], one["is_confirmed"]) for one in data["comments"]] == [
        *(("These are my words.", True), ("Somebody else posted this.", False)),
    ]
    assert data["email"] == EMAIL
    client.post(page, {"_erase": "1"})
    mine.refresh_from_db()
    claimed.refresh_from_db()
    assert (mine.body, mine.name, mine.email, mine.subnet) == ("—", "—", "", "")
    assert mine.state == "withdrawn"
    assert (claimed.body, claimed.name, claimed.email) == ("—", "—", "")
    assert not Commenter.objects.exists()
    assert client.get(page).status_code == 404
    discussion = client.get(mine.discussion.get_page_url()).content.decode()
    assert "These are my words." not in discussion
    assert "An answer." in discussion


def test_person_without_a_link_sees_nothing(client):
    comment = confirmed()
    for forged in ("x", f"{comment.commenter.pk}:{EMAIL}", make_token("own", comment.public_id)):
        assert client.get(f"/discussions/person/{forged}/").status_code == 404


# ---- one's own comment


def test_author_changes_it_within_the_quarter_of_an_hour(post, client, settings):
    settings.COMMENTS_MODE = "post"
    post(text="It went the other way.")
    comment = latest()
    page = f"/discussions/mine/{comment.public_id}/"
    client.post(page, {"text": "It went both ways."})
    comment.refresh_from_db()
    assert (comment.body, comment.state) == ("It went both ways.", "published")
    assert comment.edited_at
    assert [revision.body for revision in comment.revisions.all()] == ["It went the other way."]
    assert "edited" in client.get(comment.discussion.get_page_url()).content.decode()
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    response = client.post(page, {"text": "Too late."})
    assert response.status_code == 422
    assert "Too late." in response.content.decode()
    comment.refresh_from_db()
    assert comment.body == "It went both ways."


def test_private_address_works_later_and_elsewhere(post, settings):
    settings.COMMENTS_MODE = "post"
    post()
    Comment.objects.update(created_at=timezone.now() - timedelta(days=30))
    comment, elsewhere = latest(), Client()
    assert elsewhere.get(f"/discussions/mine/{comment.public_id}/").status_code == 404
    page = path_of(own_link(comment))
    assert elsewhere.get(page).status_code == 200
    elsewhere.post(page, {"text": "Said better."})
    assert latest().body == "Said better."
    elsewhere.post(page, {"_withdraw": "1"})
    assert latest().state == "withdrawn"
    assert "You have taken this comment back." in elsewhere.get(page).content.decode()


def test_change_into_spam_waits_and_a_change_of_what_was_read_is_read_again(
    post, client, admin_user, settings
):
    settings.COMMENTS_MODE = "post"
    post()
    comment = latest()
    page = f"/discussions/mine/{comment.public_id}/"
    client.post(page, {"text": "http://a.example http://b.example http://c.example"})
    comment.refresh_from_db()
    assert (comment.reason, comment.held_body[:4]) == ("links", "http")
    moderation.approve(comment, by=admin_user)
    client.post(page, {"text": "Quite another thing."})
    comment.refresh_from_db()
    assert (comment.reason, comment.held_body) == ("edited", "Quite another thing.")


def test_change_that_is_refused_keeps_what_was_typed(post, client, settings):
    settings.COMMENTS_MODE = "post"
    post()
    page = f"/discussions/mine/{latest().public_id}/"
    response = client.post(page, {"text": "x" * 5001})
    assert response.status_code == 422
    assert "x" * 5001 in response.content.decode()
    Ban.objects.create(subnet=latest().subnet, reason="Advertises.")
    response = client.post(page, {"text": "Once more."})
    assert "Advertises." in response.content.decode()


def test_comment_is_changed_so_often_and_no_more(client, settings):
    page = path_of(own_link(CommentFactory()))
    codes = [client.post(page, {"text": f"Version {number}."}).status_code for number in range(21)]
    assert codes == [302] * 20 + [422]


def test_what_was_taken_down_meanwhile_is_changed_no_more(admin_user):
    comment = CommentFactory()
    moderation.remove(Comment.objects.get(pk=comment.pk), by=admin_user)
    with pytest.raises(Refused):
        edit_comment(comment, "Too late.")


def test_withdrawn_comment_leaves_a_place_only_where_others_answered(client, settings):
    root = CommentFactory(body="I take this back.")
    alone = CommentFactory(discussion=root.discussion, body="And this as well.")
    CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root, body="Why not?")
    for comment in (root, alone):
        client.post(path_of(own_link(comment)), {"_withdraw": "1"})
    html = client.get(root.discussion.get_page_url()).content.decode()
    assert "its author has taken it back" in html
    assert "Why not?" in html
    assert "take this back" not in html
    assert alone.public_id not in html


def test_withdrawn_comment_is_not_published_by_anybody(admin_user, client):
    comment = CommentFactory(state="pending")
    client.post(path_of(own_link(comment)), {"_withdraw": "1"})
    assert moderation.approve(comment, by=admin_user) is None
    comment.refresh_from_db()
    assert comment.state == "withdrawn"

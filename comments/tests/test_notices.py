"""Who is told what by mail: once, only what they agreed to, and never what they did themselves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.factories import UserFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.mail import notices
from comments.models import Comment, Commenter, Notice, mailbox_of
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, approved, asked, confirmed, latest, linked, path_of
from comments.writing import moderation
from comments.writing.posting import post_comment
from companies.factories import CompanyFactory
from core.taskqueue.models import QueuedTask

pytestmark = pytest.mark.django_db
OTHER = "quinn@example.org"


@pytest.fixture(autouse=True)
def _open(settings):
    settings.COMMENTS_MODE = "post"


def told():
    """Who was mailed, in the order of the mails."""
    return [address for message in mail.outbox for address in message.to]


def reply_to(parent, **fields):
    return CommentFactory(
        discussion=parent.discussion, thread=parent, in_reply_to=parent, state="pending", **fields
    )


# ---- nobody is mailed about their own reply


def test_reply_of_another_is_mailed(run, admin_user):
    parent = confirmed(wants_replies=True)
    run(moderation.approve, reply_to(parent), by=admin_user)
    assert told() == [EMAIL]


def test_reply_to_oneself_is_mailed_to_nobody(run, admin_user):
    parent = confirmed(wants_replies=True)
    own = reply_to(parent, commenter=parent.commenter, email=EMAIL)
    run(moderation.approve, own, by=admin_user)
    assert told() == []


def test_trusted_author_who_answers_themselves_is_not_mailed(run, client, settings):
    settings.COMMENTS_TRUST_AFTER = 1
    parent = confirmed(wants_replies=True)
    answer = Comment(name="Priya", email=EMAIL, body="I add to what I said.")
    run(post_comment, parent.discussion, answer, parent=parent, commenter=parent.commenter)
    assert latest().state == "published"
    assert told() == []


def test_trusted_author_who_answers_another_is_mailed_about_at_once(run, settings):
    settings.COMMENTS_TRUST_AFTER = 1
    parent = confirmed(wants_replies=True)
    quinn = approved(confirmed(OTHER, discussion=parent.discussion))
    answer = Comment(name="Quinn", email=OTHER, body="I answer you.")
    run(post_comment, parent.discussion, answer, parent=parent, commenter=quinn.commenter)
    assert told() == [EMAIL]


def test_reply_of_a_stranger_is_mailed_only_after_approval(run, admin_user):
    parent = confirmed(wants_replies=True)
    answer = Comment(name="Ben", body="Nobody has read this yet.")
    run(post_comment, parent.discussion, answer, parent=parent)
    assert latest().state == "published"
    assert told() == []
    run(moderation.approve, latest(), by=admin_user)
    assert told() == [EMAIL]


def test_reply_is_mailed_once_however_often_it_is_approved(run, admin_user):
    answer = reply_to(confirmed(wants_replies=True))
    for verb in (moderation.approve, moderation.reject, moderation.approve):
        run(verb, answer, by=admin_user)
    assert told() == [EMAIL]


def test_reply_is_mailed_to_who_is_answered_and_not_to_the_first_of_the_thread(run, admin_user):
    root = confirmed(wants_replies=True)
    parent = confirmed(
        email=OTHER, discussion=root.discussion, thread=root, in_reply_to=root, wants_replies=True
    )
    answer = CommentFactory(
        discussion=root.discussion, thread=root, in_reply_to=parent, state="pending"
    )
    run(moderation.approve, answer, by=admin_user)
    assert told() == [OTHER]


def test_correction_accepted_while_it_waits_is_mailed_to_whom_it_answers(run, admin_user):
    answer = reply_to(confirmed(wants_replies=True), kind="correction")
    run(moderation.set_course, answer, "accepted", outcome="It is mended.", by=admin_user)
    assert told() == [EMAIL]


def test_rejected_reply_is_mailed_to_nobody(run, admin_user):
    run(moderation.reject, reply_to(confirmed(wants_replies=True)), by=admin_user)
    assert told() == []


# ---- the question whose address it is


@pytest.mark.parametrize(("hours", "mails"), [(23, 1), (25, 2)])
def test_address_is_asked_again_after_a_day(run, post, hours, mails):
    run(post, email=EMAIL, text="The first one.")
    asked(hours)
    run(post, email=EMAIL, text="The second one.")
    assert len(told()) == mails


def test_addresses_of_one_mailbox_are_asked_once_a_day_together(run, post):
    for number in range(4):
        run(post, email=f"victim+{number}@example.org", text=f"Number {number}.")
    run(post, email="VICTIM@example.org", text="Without a plus.")
    assert told() == ["victim+0@example.org"]
    run(post, email="victor@example.org", text="Somebody else.")
    assert told() == ["victim+0@example.org", "victor@example.org"]


def test_mailbox_that_refused_at_one_address_is_asked_at_none(run, post, client):
    run(post, email="victim+1@example.org")
    client.post(linked("refuse"))
    asked(hours=25)
    run(post, email="victim+2@example.org", text="Once more.")
    assert len(told()) == 1


def test_two_questions_to_a_mailbox_at_once_become_one(run, post):
    run(post, email="victim+1@example.org", text="The one.")
    # What another process does not see that has begun before; its day is still the same.
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=25))
    run(post, email="victim+2@example.org", text="The other.")
    assert told() == ["victim+1@example.org"]
    assert Commenter.objects.filter(asked_at=None).get().email == "victim+2@example.org"


@pytest.mark.parametrize(("mails_a_day", "is_asked"), [(1, False), (2, True)])
def test_address_was_asked_only_when_a_question_went_there(
    run, post, settings, mails_a_day, is_asked
):
    settings.COMMENTS_MAILS_PER_DAY = mails_a_day
    told_already = confirmed("victim+1@example.org")
    Notice.objects.create(kind="published", comment=told_already, email="victim+1@example.org")
    run(post, email="victim+2@example.org")
    assert told() == ["victim+2@example.org"] * is_asked
    asked_at = Commenter.objects.get(email="victim+2@example.org").asked_at
    assert (asked_at is not None) is is_asked


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("eve+1@example.org", "Eve@Example.org", True),
        ("eve+a+b@example.org", "eve+@example.org", True),
        ("e.v.e@gmail.com", "eve+x@googlemail.com", True),
        ("eve@bücher.example", "eve@xn--bcher-kva.example", True),
        ("e.ve@example.org", "eve@example.org", False),
        ("eve@example.org", "eve@example.com", False),
        ("eve-1@example.org", "eve@example.org", False),
        ("+1@example.org", "+2@example.org", False),
    ],
)
def test_mailbox_is_what_plus_addresses_lead_to(one, other, is_same):
    assert (mailbox_of(one) == mailbox_of(other)) is is_same


def test_confirmed_browser_is_not_asked(run, post, client):
    run(post, email=EMAIL, text="The first one.")
    client.post(linked("confirm"))
    Commenter.objects.update(asked_at=None)
    run(post, email=EMAIL, text="The second one.")
    assert len(told()) == 1


def test_address_that_was_confirmed_elsewhere_is_asked(run, post):
    confirmed()
    run(post, email=EMAIL)
    assert told() == [EMAIL]


def test_address_that_refused_is_told_nothing_at_all(run, post, admin_user):
    comment = confirmed(state="pending", published_at=None, wants_replies=True)
    Commenter.objects.update(refuses_mail=True)
    run(post, email=EMAIL)
    run(moderation.approve, comment, by=admin_user)
    run(moderation.reply, comment, "Thank you.", by=admin_user)
    assert told() == []
    assert not Notice.objects.exists()


# ---- limits


def test_site_asks_half_as_many_as_it_mails_in_an_hour(run, post, settings):
    settings.COMMENTS_MAILS_PER_HOUR = 4
    for number in range(3):
        run(post, email=f"reader{number}@example.org", text=f"Number {number}.")
    assert told() == ["reader0@example.org", "reader1@example.org"]
    Notice.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    run(post, email="reader2@example.org", text="An hour later.")
    assert told()[2:] == ["reader2@example.org"], "not asked before, so it is now"


def answer_often(times, by):
    """Somebody who is mailed of each answer."""
    parent = confirmed(wants_replies=True)
    for number in range(times):
        moderation.reply(parent, f"Answer {number}.", by=by)
    return parent


def test_mails_beyond_an_hour_s_wait_for_the_next_and_are_not_lost(queue, admin_user, settings):
    settings.COMMENTS_MAILS_PER_HOUR = 2
    answer_often(5, by=admin_user)
    queue()
    assert len(told()) == 2
    waits = [task.run_after - timezone.now() for task in QueuedTask.objects.unfinished()]
    assert sorted(round(wait / timedelta(hours=1)) for wait in waits) == [1, 1, 2]


def test_mail_waits_behind_those_that_wait_since_the_hour_before(queue, admin_user, settings):
    settings.COMMENTS_MAILS_PER_HOUR = 2
    parent = answer_often(4, by=admin_user)
    queue()
    earlier = timezone.now() - timedelta(minutes=61)
    Notice.objects.update(created_at=earlier)
    Notice.objects.exclude(sent_at=None).update(sent_at=earlier)
    moderation.reply(parent, "Answer of the next hour.", by=admin_user)
    latest_wait = QueuedTask.objects.unfinished().latest("pk").run_after - timezone.now()
    assert round(latest_wait / timedelta(hours=1)) == 1


def test_limit_of_a_day_is_of_the_mailbox(run, admin_user, settings):
    settings.COMMENTS_MAILS_PER_DAY = 1
    for email in ("priya+1@example.org", "priya+2@example.org"):
        parent = confirmed(email=email, wants_replies=True)
        run(moderation.reply, parent, "Thank you.", by=admin_user)
    assert told() == ["priya+1@example.org"]


def test_mails_of_yesterday_do_not_count(run, admin_user, settings):
    settings.COMMENTS_MAILS_PER_DAY = 1
    parent = confirmed(wants_replies=True)
    run(moderation.reply, parent, "One.", by=admin_user)
    run(moderation.reply, parent, "Two.", by=admin_user)
    assert len(told()) == 1
    Notice.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    run(moderation.reply, parent, "Three.", by=admin_user)
    assert len(told()) == 2


def test_limit_is_of_each_address(run, admin_user, settings):
    settings.COMMENTS_MAILS_PER_DAY = 1
    parents = [confirmed(wants_replies=True), confirmed(email=OTHER, wants_replies=True)]
    for parent in parents:
        run(moderation.reply, parent, "One.", by=admin_user)
    assert told() == [EMAIL, OTHER]


# ---- what the author is told


def test_author_who_confirmed_nothing_is_told_nothing(run, admin_user):
    comment = confirmed(state="pending", published_at=None, is_confirmed=False)
    run(moderation.approve, comment, by=admin_user)
    assert told() == []


@pytest.mark.parametrize("verb", [moderation.reject, moderation.remove])
def test_author_is_told_what_was_not_published_or_taken_down(run, admin_user, verb):
    comment = confirmed(state="pending", published_at=None)
    run(verb, comment, by=admin_user, reason="abuse")
    [message] = mail.outbox
    words = "taken" if verb is moderation.remove else "did not publish"
    assert words in message.body
    assert "It attacks people instead of what they say." in message.body


def test_author_whose_comment_stays_published_is_told_nothing(run, admin_user):
    comment = confirmed()
    run(moderation.approve, comment, by=admin_user)
    assert told() == []


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ("checking", "An editor is checking"),
        ("accepted", "it is corrected"),
        ("unchanged", "changed nothing"),
    ],
)
def test_author_of_a_correction_is_told_each_step(run, admin_user, course, words):
    comment = confirmed(kind="correction", quote="There are 56.")
    run(moderation.set_course, comment, course, outcome="We looked.", by=admin_user)
    [message] = mail.outbox
    assert words in message.body
    assert "We looked." in message.body
    assert "There are 56." in message.body


def test_same_step_twice_is_told_once(run, admin_user):
    comment = confirmed(kind="correction")
    run(moderation.set_course, comment, "checking", by=admin_user)
    run(moderation.set_course, comment, "checking", outcome="Still looking.", by=admin_user)
    assert len(told()) == 1


def test_step_back_to_open_is_told_to_nobody(run, admin_user):
    comment = confirmed(kind="correction", course="checking")
    run(moderation.set_course, comment, "open", by=admin_user)
    assert told() == []


def test_step_that_was_passed_meanwhile_is_not_told(admin_user):
    comment = confirmed(kind="correction")
    notice = Notice.objects.create(kind="course", comment=comment, email=EMAIL, about="checking")
    moderation.set_course(comment, "accepted", outcome="Done.", by=admin_user)
    mail.outbox.clear()
    assert notices.send_notice.call(notice.pk) is False
    assert told() == []


# ---- moderators


@pytest.fixture
def moderators(settings):
    settings.COMMENTS_MAIL_MODERATORS = True
    settings.COMMENTS_MODE = "trust"
    UserFactory(groups=["Moderator"], email="ada@example.org")
    UserFactory(groups=["Writer"], email="writer@example.org")
    UserFactory(groups=["Moderator"], email="")
    UserFactory(groups=["Moderator"], email="gone@example.org", is_active=False)
    UserFactory(groups=["Moderator"], email="off@example.org", is_staff=False)


def test_moderators_who_may_decide_are_told_what_waits(run, post, moderators):
    run(post)
    assert told() == ["ada@example.org"]


def test_moderator_of_two_groups_is_told_once(run, post, moderators):
    UserFactory(groups=["Moderator", "Editor"], email="two@example.org", is_superuser=True)
    run(post)
    assert sorted(told()) == ["ada@example.org", "two@example.org"]


def test_moderators_are_told_nothing_of_what_is_published(run, post, moderators, settings):
    settings.COMMENTS_MODE = "post"
    run(post)
    assert told() == []


def test_moderators_are_told_nothing_unless_it_is_set(run, post, moderators, settings):
    settings.COMMENTS_MAIL_MODERATORS = False
    run(post)
    assert told() == []


def test_mail_to_a_moderator_says_why_it_waits(run, post, moderators):
    run(post, name="Ben", text="Please read me.")
    [message] = mail.outbox
    for words in ("Ben on", "Please read me.", "First comments are read by an editor"):
        assert words in message.body


def test_mail_to_a_moderator_about_what_is_decided_is_not_sent(admin_user, moderators):
    comment = CommentFactory(state="pending")
    notice = Notice.objects.create(kind="moderate", comment=comment, email="ada@example.org")
    moderation.approve(comment, by=admin_user)
    assert notices.send_notice.call(notice.pk) is False
    assert told() == []


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", "published"), ("reject", "rejected"), ("spam", "spam")]
)
def test_each_button_of_the_mail_decides(run, post, client, moderators, verb, state):
    run(post)
    [message] = mail.outbox
    pages = [path_of(url) for url in message.body.split() if "/moderate/" in url]
    page = next(page for page in pages if verb in client.get(page).context["verb"])
    client.post(page, {"reason": "off-topic"})
    assert latest().state == state


def test_mailed_verb_that_is_none_is_404(client, moderators):
    comment = CommentFactory(state="pending")
    user = UserFactory(groups=["Moderator"])
    token = make_token("moderate", comment.pk, user.pk, "erase")
    assert client.post(f"/discussions/moderate/{token}/").status_code == 404


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_mailed_decision_of_who_left_is_404(client, change):
    comment = CommentFactory(state="pending")
    user = UserFactory(groups=["Moderator"], **change)
    token = make_token("moderate", comment.pk, user.pk, "approve")
    assert client.post(f"/discussions/moderate/{token}/").status_code == 404
    comment.refresh_from_db()
    assert comment.state == "pending"


def test_mailed_decision_changes_nothing_that_another_decided(client, admin_user):
    comment = CommentFactory(state="pending")
    moderation.reject(comment, by=admin_user)
    user = UserFactory(groups=["Moderator"])
    token = make_token("moderate", comment.pk, user.pk, "approve")
    assert client.post(f"/discussions/moderate/{token}/").status_code == 200
    comment.refresh_from_db()
    assert (comment.state, comment.moderated_by) == ("rejected", admin_user)


# ---- what came too late


@pytest.mark.parametrize("change", [{"state": "removed"}, {"in_reply_to": None}])
def test_reply_that_is_gone_meanwhile_is_not_mailed(change):
    parent = confirmed(wants_replies=True)
    answer = reply_to(parent)
    notice = Notice.objects.create(kind="reply", comment=answer, email=EMAIL)
    Comment.objects.filter(pk=answer.pk).update(**change)
    assert notices.send_notice.call(notice.pk) is False
    assert told() == []


def test_erased_person_is_mailed_no_reply():
    parent = confirmed(wants_replies=True)
    answer = reply_to(parent)
    notice = Notice.objects.create(kind="reply", comment=answer, email=EMAIL)
    Comment.objects.filter(pk=answer.pk).update(state="published", published_at=timezone.now())
    parent.commenter.delete()
    assert notices.send_notice.call(notice.pk) is False


def test_page_of_the_person_ends_all_mail_and_begins_it_again(client, run, admin_user):
    parent = confirmed(wants_replies=True)
    page = f"/discussions/person/{make_token('person', parent.commenter_id)}/"
    client.post(page, {"_mail": "1"})
    run(moderation.reply, parent, "Nobody hears this.", by=admin_user)
    assert told() == []
    client.post(page, {"_mail": "1"})
    run(moderation.reply, parent, "This is heard.", by=admin_user)
    assert told() == [EMAIL]


def test_long_text_is_quoted_in_part(run, admin_user):
    parent = confirmed(wants_replies=True)
    run(moderation.reply, parent, "word " * 400, by=admin_user)
    [message] = mail.outbox
    assert "…" in message.body
    assert message.body.count("word") < 130


def test_discussion_of_a_company_is_named_in_the_mail(run, admin_user):
    company = CompanyFactory(name="Spotify")
    discussion = DiscussionFactory(article=None, company=company)
    parent = confirmed(discussion=discussion, wants_replies=True)
    run(moderation.reply, parent, "Thank you.", by=admin_user)
    assert "Spotify" in mail.outbox[0].subject

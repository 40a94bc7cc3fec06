"""Every decision tells why and has a way back, which leads past whoever made it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from comments.factories import CommentFactory
from comments.models import Appeal, Ban, Comment, Decision
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, approved, confirmed, latest, linked
from comments.writing import appeals, moderation, posting

pytestmark = pytest.mark.django_db
LIST = reverse("admin:comments_appeal_changelist")


@pytest.fixture
def first():
    return UserFactory(groups=["Moderator"], first_name="Ada")


@pytest.fixture
def second():
    return UserFactory(groups=["Moderator"], first_name="Bo")


VERDICTS = {
    "reject": ("pending", "It is not about this page."),
    "remove": ("published", "It is not about this page."),
    "spam": ("pending", "It advertises something."),
}


def taken_down(by, verb="remove", **fields):
    comment = confirmed(state=VERDICTS[verb][0], **fields)
    how = {} if verb == "spam" else {"reason": "off-topic"}
    moderation.VERBS[verb](comment, by=by, note="The last sentence.", **how)
    return comment


def own_page(comment, mailoutbox):
    return linked("own", mailoutbox[-1]).partition("#")[0]


# ---- the author


@pytest.mark.parametrize("verb", VERDICTS)
def test_verdict_is_mailed_with_its_reason_and_a_way_to_appeal(client, first, mailoutbox, verb):
    comment = taken_down(first, verb)
    [told] = mailoutbox
    assert told.to == [EMAIL]
    for words in (VERDICTS[verb][1], "The last sentence.", "#appeal"):
        assert words in told.body
    page = own_page(comment, mailoutbox)
    assert VERDICTS[verb][1] in client.get(page).content.decode()
    assert client.post(page, {"_appeal": "1", "appeal": "It is about it."}).status_code == 302
    made = Appeal.objects.get()
    assert (made.text, made.decision) == ("It is about it.", Decision.objects.get())
    assert "You appealed on" in client.get(page).content.decode()


def test_author_without_an_address_appeals_from_the_browser_that_posted(post, client, first):
    url = post()["Location"]
    moderation.mark_spam(latest(), by=first)
    html = client.get(url).content.decode()
    assert "It advertises something." in html
    client.post(url, {"_appeal": "1", "appeal": "I sell nothing."})
    assert Appeal.objects.get().text == "I sell nothing."
    assert Client().post(url, {"_appeal": "1", "appeal": "Nor do I."}).status_code == 404


def test_one_decision_is_appealed_against_once(client, first, mailoutbox):
    page = own_page(taken_down(first), mailoutbox)
    for text in ("The first.", "The first."):
        assert client.post(page, {"_appeal": "1", "appeal": text}).status_code == 302
    says_made_already(client.post(page, {"_appeal": "1", "appeal": "The <second>."}))


def says_made_already(response):
    html = response.content.decode()
    assert response.status_code == 422
    assert "An appeal was made already" in html
    assert "The &lt;second&gt;." in html
    assert "You appealed on" in html, "what came of the first stands there too"
    assert "<button" not in html.partition('id="appeal"')[2].partition("</main>")[0]
    assert Appeal.objects.get().text == "The first."


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_appeal_without_a_word_or_with_too_many_is_handed_back(client, first, mailoutbox, text):
    response = client.post(
        own_page(taken_down(first), mailoutbox), {"_appeal": "1", "appeal": text}
    )
    assert response.status_code == 422
    assert text.strip() in response.content.decode()
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("state", ["pending", "published", "withdrawn"])
def test_where_nobody_decided_against_it_there_is_no_appeal(client, state):
    comment = CommentFactory(state=state)
    url = reverse("comments:own", args=[make_token("own", comment.public_id)])
    assert 'name="_appeal"' not in client.get(url).content.decode()
    client.post(url, {"_appeal": "1", "appeal": "Let me in."})
    assert not Appeal.objects.exists()


def test_appeal_against_a_decision_undone_meanwhile_is_handed_back(client, first, mailoutbox):
    comment = taken_down(first)
    moderation.undo(comment, by=first)
    response = client.post(
        own_page(comment, mailoutbox), {"_appeal": "1", "appeal": "It <is> about it."}
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "No decision against your comment stands any more." in html
    assert "It &lt;is&gt; about it." in html
    assert 'name="_appeal"' not in html
    assert not Appeal.objects.exists()


# ---- who decides


def sent(by, **fields):
    decision = taken_down(by, **fields).decisions.get()
    return appeals.appeal("It is about it.", decision=decision)[0]


def change_url(made):
    return reverse("admin:comments_appeal_change", args=[made.pk])


ANSWER = {"outcome": "reversed", "answer": "You are right."}


def test_who_decided_reads_the_appeal_and_does_not_decide_on_it(client, first, second):
    made = sent(first)
    client.force_login(first)
    assert "It is about it." in client.get(change_url(made)).content.decode()
    assert client.post(change_url(made), ANSWER).status_code == 403
    with pytest.raises(ValidationError):
        appeals.decide(made, "reversed", "Of course.", by=first)
    assert Appeal.objects.get().is_open


def test_another_moderator_takes_it_back_and_the_author_is_told(client, first, second, mailoutbox):
    made = sent(first)
    client.force_login(second)
    page = client.get(change_url(made)).content.decode()
    assert "It is not about this page." in page
    assert Comment.objects.get().body in page
    assert client.post(change_url(made), ANSWER).status_code == 302
    made.refresh_from_db()
    assert (made.outcome, made.decided_by) == ("reversed", second)
    assert Comment.objects.get().state == "published"
    assert Decision.objects.get(pk=made.decision_id).undone_at
    assert "You are right." in mailoutbox[-1].body
    assert len(mailoutbox) == 2, "of the removal, and of the appeal"


def test_answer_that_comes_back_is_mailed_to_who_asked_for_answers(first, second, mailoutbox):
    asked = confirmed("ada@example.org", wants_replies=True)
    reply = {"discussion": asked.discussion, "thread": asked, "in_reply_to": asked}
    made = sent(first, verb="reject", **reply)
    appeals.decide(made, "reversed", "You are right.", by=second)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ada@example.org", EMAIL, EMAIL]


def test_decision_that_stands_is_answered_too(client, first, second, mailoutbox):
    made = sent(first)
    client.force_login(second)
    client.post(change_url(made), {"outcome": "upheld", "answer": "It is about cheese."})
    assert Comment.objects.get().state == "removed"
    assert "It is about cheese." in mailoutbox[-1].body
    shown = Client().get(linked("own", mailoutbox[-1])).content.decode()
    assert "It is about cheese." in shown
    assert 'name="_appeal"' not in shown


@pytest.mark.parametrize("data", [{"outcome": "reversed"}, {"answer": "Yes."}, {"outcome": ""}])
def test_appeal_is_not_decided_without_an_outcome_and_a_reason(client, first, second, data):
    made = sent(first)
    client.force_login(second)
    assert client.post(change_url(made), data).status_code == 200
    assert Appeal.objects.get().is_open


def test_appeal_is_decided_once(first, second):
    made = sent(first)
    appeals.decide(made, "upheld", "No.", by=second)
    with pytest.raises(ValidationError):
        appeals.decide(made, "reversed", "Yes.", by=second)
    assert Comment.objects.get().state == "removed"


def test_only_moderator_there_is_looks_a_second_time(first):
    assert appeals.may_decide(sent(first), first)


def test_who_may_not_moderate_sees_no_appeal(client, first):
    made = sent(first)
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(change_url(made)).status_code == 403
    assert client.get(LIST).status_code == 403


def test_queue_tells_moderators_of_appeals_that_wait(client, first, second):
    made = sent(first)
    client.force_login(second)
    queue = reverse("admin:comments_comment_changelist")
    assert "1 appeal waits" in client.get(queue).content.decode()
    assert str(made) in client.get(LIST).content.decode()
    appeals.decide(made, "upheld", "No.", by=second)
    assert "appeal waits" not in client.get(queue).content.decode()


def test_comment_that_its_author_withdrew_meanwhile_stays_withdrawn(first, second):
    made = sent(first)
    Comment.objects.update(state="withdrawn")
    appeals.decide(made, "reversed", "Yes.", by=second)
    assert Comment.objects.get().state == "withdrawn"


# ---- changes

OLD, NEW = "As an editor read it.", "As its author has it now."


@pytest.fixture
def refused(first):
    """A comment on its page, whose author was refused a change of it."""
    comment = approved(confirmed(body=OLD))
    posting.edit_comment(comment, NEW)
    moderation.reject(latest(), by=first, reason="abuse", note="The last word.")
    return latest()


def test_refused_change_is_mailed_with_a_way_to_appeal_and_another_moderator_lets_it_stand(
    client, first, second, refused, mailoutbox
):
    assert "#appeal" in mailoutbox[-1].body
    page = own_page(refused, mailoutbox)
    client.post(page, {"_appeal": "1", "appeal": "It attacks nobody."})
    made = Appeal.objects.get()
    assert not appeals.may_decide(made, first)
    assert "You appealed on" in client.get(page).content.decode()
    client.force_login(second)
    assert NEW in client.get(change_url(made)).content.decode()
    client.post(change_url(made), ANSWER)
    assert (latest().state, latest().body, latest().held_body) == ("published", NEW, "")
    assert latest().was_read
    assert Decision.objects.get(pk=made.decision_id).undone_at
    for words in ("You are right.", NEW):
        assert words in mailoutbox[-1].body


def test_appeal_against_a_refused_change_that_is_upheld_leaves_the_comment_as_it_was(
    refused, second, mailoutbox
):
    made, _is_new = appeals.appeal("It attacks nobody.", decision=appeals.decision_on(refused))
    appeals.decide(made, "upheld", "It does.", by=second)
    assert (latest().state, latest().body, latest().held_body) == ("published", OLD, "")
    assert "It does." in mailoutbox[-1].body


@pytest.mark.parametrize(
    ("then", "shown", "waits"), [("edit", OLD, "A third way."), ("remove", OLD, "")]
)
def test_refused_change_whose_comment_went_on_meanwhile_is_not_made(
    refused, first, second, then, shown, waits
):
    made, _is_new = appeals.appeal("It attacks nobody.", decision=appeals.decision_on(refused))
    if then == "edit":
        posting.edit_comment(latest(), waits)
    else:
        moderation.remove(latest(), by=first, reason="other")
    state = latest().state
    appeals.decide(made, "reversed", "You are right.", by=second)
    assert (latest().state, latest().body, latest().held_body) == (state, shown, waits)
    assert Decision.objects.get(pk=made.decision_id).undone_at


# ---- bans


def test_banned_reader_reads_why_and_appeals_and_somebody_else_lifts_it(
    post, client, first, second
):
    post()
    moderation.ban(latest(), by=first, what="subnet", reason="Advertised for weeks.")
    refused = post(text="Once more.")
    page = refused.context["form"].appeal_url
    assert page in refused.content.decode()
    assert "Advertised for weeks." in client.get(page).content.decode()
    client.post(page, {"appeal": "It was my neighbour."})
    made = Appeal.objects.get()
    assert not appeals.may_decide(made, first)
    client.force_login(second)
    client.post(change_url(made), ANSWER)
    assert "You are right." in client.get(page).content.decode()
    assert post(text="Thank you.").status_code == 303


def test_second_of_a_banned_network_hears_that_the_first_has_appealed(client):
    ban = Ban.objects.create(subnet="0a", reason="Advertised for weeks.")
    page = reverse("comments:ban", args=[make_token("ban", ban.pk)])
    for text in ("The first.", "The first."):
        assert client.post(page, {"appeal": text}).status_code == 302
    says_made_already(Client().post(page, {"appeal": "The <second>."}))


def test_ban_is_mailed_to_a_confirmed_author_with_its_reason(client, first, mailoutbox):
    until = timezone.localdate() + timedelta(days=7)
    moderation.ban(confirmed(), by=first, what="email", until=until, reason="Advertises.")
    [told] = mailoutbox
    assert "Advertises." in told.body
    assert str(until.year) in told.body
    assert client.get(linked("ban", told)).status_code == 200


def test_ban_that_was_lifted_before_the_mail_went_is_not_told(queue, first, mailoutbox):
    moderation.ban(confirmed(), by=first, what="email", reason="Advertises.")
    Ban.objects.all().delete()
    queue()
    assert not mailoutbox


def test_appeal_is_against_one_thing(first):
    ban = Ban.objects.create(subnet="0a", reason="-")
    decision = taken_down(first).decisions.get()
    for against in ({}, {"ban": ban, "decision": decision}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.create(text="-", **against)

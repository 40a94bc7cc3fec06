"""Akismet is asked by a task: what a comment waits for, and what becomes of it."""

from urllib.parse import parse_qs

import pytest
from django.core import mail, signing
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskContext
from django_tasks_db.models import DBTaskResult

from comments.models import Comment, PendingCheck, WordRule
from comments.people import identity
from comments.screening import akismet
from comments.tests.mailed import EMAIL, approved, confirmed
from comments.writing import checking, moderation, posting

pytestmark = pytest.mark.django_db
Reason, State = Comment.Reason, Comment.State
OTHER = "quinn@example.org"


@pytest.fixture(autouse=True)
def _asked(settings, queue):
    settings.COMMENTS_MODE = "post"
    settings.AKISMET_KEY = "key"


class Service:
    """Stands where Akismet does. `answer` is a verdict, or the error that there is no answer."""

    def __init__(self):
        self.answer, self.asked = b"false", []

    def __call__(self, request, *, seconds, is_ours):
        said = parse_qs(request.data.decode())
        self.asked.append({name: value for name, [value] in said.items()})
        if isinstance(self.answer, OSError):
            raise self.answer
        return 200, self.answer


@pytest.fixture
def service(monkeypatch):
    service = Service()
    monkeypatch.setattr(akismet.outbound, "send", service)
    return service


def latest():
    return Comment.objects.latest("pk")


def outcome():
    return latest().state, latest().reason


def make_due():
    DBTaskResult.objects.update(run_after=timezone.now())


def test_comment_is_answered_before_akismet_is_asked(post, service, queue, client):
    page = client.get(post(text="Quite harmless.").url).content.decode()
    assert service.asked == []
    assert outcome() == (State.PENDING, Reason.CHECKING)
    assert "being checked for advertising" in page
    assert "waiting for an editor" not in page
    queue("outside")
    assert outcome() == (State.PUBLISHED, "")
    assert latest().published_at
    assert [one["comment_content"] for one in service.asked] == ["Quite harmless."]


def test_spam_waits_for_an_editor_and_moderators_are_told_once(
    post, service, queue, settings, admin_user
):
    settings.COMMENTS_MAIL_MODERATORS = True
    service.answer = b"true"
    post(text="Buy pelicans.")
    queue("outside")
    assert outcome() == (State.PENDING, Reason.AKISMET)
    assert [message.to for message in mail.outbox] == [[admin_user.email]]


def test_nothing_is_asked_without_a_key(post, service, queue, settings):
    settings.AKISMET_KEY = ""
    post(text="Quite harmless.")
    queue("outside")
    assert outcome() == (State.PUBLISHED, "")
    assert service.asked == []


def test_network_address_is_kept_until_the_answer_and_no_longer(post, service, queue):
    post(text="Quite harmless.")
    assert PendingCheck.objects.get().address == "127.0.0.1"
    queue("outside")
    assert service.asked[0]["user_ip"] == "127.0.0.1"
    assert not PendingCheck.objects.exists()
    assert "127.0.0.1" not in str(list(DBTaskResult.objects.values()))


def test_akismet_that_is_away_is_asked_again_and_then_holds_nothing_up(post, service, queue):
    service.answer = TimeoutError()
    post(text="Quite harmless.")
    for _ in range(checking.ATTEMPTS - 1):
        make_due()
        with pytest.raises(TimeoutError):
            queue("outside")
        assert outcome() == (State.PENDING, Reason.CHECKING)
    make_due()
    queue("outside")
    assert outcome() == (State.PUBLISHED, "")
    assert len(service.asked) == checking.ATTEMPTS


@pytest.mark.parametrize(
    ("mode", "text", "reason"),
    [("trust", "Hello.", "first"), ("pre", "Hello.", "mode"), ("post", "Buy pelicans.", "words")],
)
def test_akismet_is_told_nothing_of_what_waits_anyway(
    post, service, queue, settings, mode, text, reason
):
    settings.COMMENTS_MODE = mode
    WordRule.objects.create(phrase="pelicans")
    post(text=text)
    queue("outside")
    assert outcome() == (State.PENDING, reason)
    assert service.asked == []
    assert not PendingCheck.objects.exists()


def trusted(client):
    """A comment of somebody whom trust and this browser's cookie let skip the queue."""
    comment = approved(confirmed())
    client.cookies[identity.COOKIE] = signing.dumps(
        [comment.commenter.pk, EMAIL], salt=identity.SALT
    )
    return comment


@pytest.mark.parametrize(
    ("answer", "state", "mails"), [(b"true", State.PENDING, 0), (b"false", State.PUBLISHED, 1)]
)
def test_akismet_is_asked_about_the_trusted_before_anybody_is_mailed(
    post, client, service, queue, settings, answer, state, mails
):
    settings.COMMENTS_MODE = "trust"
    service.answer = answer
    theirs = trusted(client)
    asks = confirmed(OTHER, discussion=theirs.discussion, wants_replies=True)
    on = theirs.discussion.article
    post(on=on, email=EMAIL, text="Buy pelicans.", parent=asks.public_id)
    assert outcome() == (State.PENDING, Reason.CHECKING)
    queue("outside")
    assert latest().state == state
    assert [message.to for message in mail.outbox] == [[OTHER]] * mails


def test_edit_of_what_is_on_the_page_is_asked_about(post, client, service, queue):
    post(text="Quite harmless.")
    queue("outside")
    published_at = latest().published_at
    page = reverse("comments:mine-one", args=[latest().public_id])
    client.post(page, {"text": "Harmless, as I said."})
    assert outcome() == (State.PUBLISHED, Reason.CHECKING)
    assert latest().body == "Quite harmless."
    queue("outside")
    assert outcome() == (State.PUBLISHED, "")
    assert (latest().body, latest().held_body) == ("Harmless, as I said.", "")
    assert latest().published_at == published_at
    service.answer = b"true"
    client.post(page, {"text": "Buy pelicans."})
    queue("outside")
    assert outcome() == (State.PUBLISHED, Reason.AKISMET)
    assert (latest().body, latest().held_body) == ("Harmless, as I said.", "Buy pelicans.")
    assert [one["comment_content"] for one in service.asked] == [
        *("Quite harmless.", "Harmless, as I said.", "Buy pelicans."),
    ]


def test_editor_who_decides_first_is_not_overruled(post, service, queue, admin_user):
    post(text="Buy pelicans.")
    moderation.approve(latest(), by=admin_user)
    queue("outside")
    assert outcome() == (State.PUBLISHED, "")
    assert service.asked == []


def test_comment_taken_back_meanwhile_is_not_published(post, service, queue):
    post(text="Quite harmless.")
    posting.withdraw(latest())
    queue("outside")
    assert latest().state == State.WITHDRAWN
    assert service.asked == []
    assert not PendingCheck.objects.exists()


def test_text_changed_while_akismet_thinks_is_asked_about_again(post, service, queue, monkeypatch):
    post(text="Quite harmless.")

    def change_then_answer(comment, visitor):
        monkeypatch.setattr(
            checking, "is_spam", lambda comment, visitor: "pelicans" in comment.body
        )
        posting.edit_comment(comment, "Buy pelicans.")
        return False

    monkeypatch.setattr(checking, "is_spam", change_then_answer)
    queue("outside")
    assert outcome() == (State.PENDING, Reason.AKISMET)


def test_change_that_is_changed_once_more_is_asked_about_as_it_is_then(
    post, client, service, queue
):
    post(text="Quite harmless.")
    queue("outside")
    page = reverse("comments:mine-one", args=[latest().public_id])
    for text in ("Said otherwise.", "Said once more."):
        client.post(page, {"text": text})
    queue("outside")
    assert (latest().body, outcome()) == ("Said once more.", (State.PUBLISHED, ""))
    assert [one["comment_content"] for one in service.asked][1:] == ["Said once more."]


def test_words_found_by_an_edit_hold_a_comment_that_is_being_checked(post, service, queue):
    WordRule.objects.create(phrase="pelicans")
    post(text="Quite harmless.")
    posting.edit_comment(latest(), "Buy pelicans.")
    queue("outside")
    assert outcome() == (State.PENDING, Reason.WORDS)


def test_check_that_ran_already_does_nothing_again(post, service, queue):
    post(text="Quite harmless.")
    check = PendingCheck.objects.get()
    queue("outside")
    checking.check_comment.call(TaskContext(task_result=None), check.pk)
    assert len(service.asked) == 1

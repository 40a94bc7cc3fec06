"""Erased means erased: afterwards no table holds the name, the words or the address."""

import pytest
from django.apps import apps
from django.contrib.admin.models import DELETION, LogEntry
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.publishing import snapshots
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Commenter, CommentRevision, Notice, PendingCheck, Report
from comments.people.data import FREE_TEXTS
from comments.people.tokens import make_token
from comments.writing import appeals, moderation, posting
from corrections.publishing import publish_correction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager_tasks")]
EMAIL = "quillaxa@brenthorpe.example"
# Everything of hers has one of these in it, and nothing else has.
MARKS = ["quillaxa", "brenthorpe", "zyxomel"]
NAME, WORDS = "Quillaxa Brenthorpe", "Zyxomel has two offices"


def holders() -> dict[str, list[str]]:
    """The marks that each table holds, search index included; tables without any are left out."""
    tables = connection.introspection.table_names()
    assert {model._meta.db_table for model in apps.get_models()} <= set(tables)
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = str(cursor.fetchall()).casefold()
            if marks := [mark for mark in MARKS if mark in rows]:
                found[table] = marks
    return found


@pytest.fixture
def moderator():
    return UserFactory(username="mo", groups=["Moderator"])


@pytest.fixture
def discussion():
    return DiscussionFactory(article=ArticleFactory(body="It has 75.", authors=[AuthorFactory()]))


@pytest.fixture
def commenter():
    return Commenter.objects.create(email=EMAIL, name=NAME, confirmed_at=timezone.now())


@pytest.fixture
def say(discussion, commenter):
    def make(**fields):
        own = {"commenter": commenter, "name": NAME, "is_confirmed": True}
        return CommentFactory(
            **{"discussion": discussion, "email": EMAIL.title(), "body": WORDS, **own, **fields}
        )

    return make


def live_through(say, discussion, moderator):
    """What can become of comments, so that each table that may hold her does."""
    edited = say(subnet="abc")
    for verb in (moderation.approve, moderation.reject):
        verb(posting.edit_comment(edited, f"{WORDS}, {verb.__name__}"), by=moderator)
    posting.edit_comment(edited, f"{WORDS} now")
    say(is_confirmed=False, name="Brenthorpe himself")
    waiting = say(state="pending", reason="checking")
    PendingCheck.objects.create(comment=waiting, address="192.0.2.7", agent="Zyxomel/1.0")
    moderation.reject(say(state="pending"), by=moderator, note=f"{NAME}, calm down.")
    moderation.reply(say(kind="question"), "There you are.", by=moderator)
    taken = say(state="pending")
    decision = moderation.mark_spam(taken, by=moderator)
    against, _is_new = appeals.appeal(f"I am {NAME}", decision=decision)
    second = UserFactory(groups=["Moderator"])
    appeals.decide(against, "upheld", f"No, {NAME}.", by=second)
    ban = moderation.ban(say(), by=moderator, what="email", reason=f"Writes from {EMAIL.upper()}.")
    appeals.appeal(f"Lift it, says {NAME}", ban=ban)
    Report.objects.create(comment=edited, reason="other", note=f"I know {NAME}", subnet="c")
    own = {"reason": "other", "email": EMAIL, "note": WORDS, "subnet": "d"}
    Report.objects.create(comment=edited, **own)
    by_another = CommentFactory(discussion=discussion, name="Bo", body="I see it otherwise.")
    Report.objects.create(comment=by_another, reason="other", note=f"also {EMAIL}", subnet="c")
    Notice.objects.create(kind="published", comment=edited, email=EMAIL)
    correct(say(kind="correction"), moderator)
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="comments.mail.notices.send_notice",
        backend_name="default",
        run_after=timezone.now(),
        exception_class_path="smtplib.SMTPRecipientsRefused",
        traceback=f"SMTPRecipientsRefused: {{'{EMAIL}': (550, b'no such user')}}",
    )
    return by_another


def correct(proposal, moderator):
    article = proposal.discussion.article
    content = snapshots.of(article) | {"body": "It has 57."}
    publishing.save_revision(article, content, by=moderator)
    publish_correction(
        article, kind="correction", note="It has 57.", by=moderator, comment=proposal, credit=NAME
    )


def delete_at_the_desk(client, comment):
    """As the admin does, which keeps what it calls the row."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    url = reverse("admin:comments_comment_delete", args=[comment.pk])
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 1
    client.logout()


def erase(client, commenter):
    page = reverse("comments:person", args=[make_token("person", commenter.pk)])
    assert client.post(page, {"_erase": "1"}).status_code == 200


def test_nothing_of_an_erased_person_stays_in_any_table(
    client, say, discussion, commenter, moderator
):
    by_another = live_through(say, discussion, moderator)
    delete_at_the_desk(client, say(state="spam", published_at=None))
    assert set(holders()) >= {
        *("comments_comment", "comments_commenter", "comments_commentrevision"),
        *("comments_decision", "comments_report", "comments_notice", "comments_ban"),
        *("comments_pendingcheck", "corrections_correction", "corrections_correctionnotes"),
        DBTaskResult._meta.db_table,
    }
    assert LogEntry._meta.db_table not in holders(), "the log outlives its subjects"
    erase(client, commenter)
    assert holders() == {}
    by_another.refresh_from_db()
    assert (by_another.body, by_another.name) == ("I see it otherwise.", "Bo")
    assert by_another.reports.get().note == "also …"
    assert Ban.objects.get().reason == "Writes from …."
    assert Comment.objects.exclude(name__in=["—", "Bo"]).values_list("body", flat=True).get() == (
        "There you are."
    )
    assert not CommentRevision.objects.exists()


def named_by_others(moderator):
    """Her address in every text that is none of hers."""
    other = CommentFactory(kind="correction", state="pending", outcome=f"As {EMAIL} said.")
    decision = moderation.remove(other, by=moderator, reason="other", note=f"Is it {EMAIL}?")
    against, _is_new = appeals.appeal(f"I am not {EMAIL}.", decision=decision)
    appeals.decide(against, "upheld", f"Nor is it {EMAIL}.", by=UserFactory(groups=["Moderator"]))
    Report.objects.create(comment=other, reason="other", note=f"It is {EMAIL}.", subnet="c")
    Ban.objects.create(email="bo@example.org", reason=f"Posed as {EMAIL}.")
    logged = LogEntry.objects.log_actions(moderator.pk, [other], 2, f"Told {EMAIL}.")
    LogEntry.objects.filter(pk=logged[0].pk).update(object_repr=f"Ban of {EMAIL}")


def test_address_is_struck_out_wherever_others_wrote_it(client, commenter, moderator):
    named_by_others(moderator)
    tables = {model._meta.db_table for model, _field in FREE_TEXTS if model is not DBTaskResult}
    assert set(holders()) >= tables
    erase(client, commenter)
    assert holders() == {}


def test_person_who_erased_everything_stays_banned(commenter, client, say, moderator):
    moderation.ban(say(), by=moderator, what="email", reason="Advertises.")
    erase(client, commenter)
    assert Ban.objects.against(emails=[EMAIL.title()]).exists()
    assert not Ban.objects.against(emails=[f"x{EMAIL}"]).exists()


def test_address_that_only_ends_alike_is_not_struck_out(commenter, client, say):
    other = CommentFactory()
    note = f"Not hers: x{EMAIL}, {EMAIL}pany"
    Report.objects.create(comment=other, reason="other", note=note, subnet="c")
    erase(client, commenter)
    assert other.reports.get().note == note

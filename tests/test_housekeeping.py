"""What has served its purpose is deleted on time, and nothing a second before."""

import uuid
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.factories import UserFactory
from accounts.models import ResetRequest
from ads.models import CountedClick
from articles.factories import ArticleFactory
from articles.models import Autosave, ShareLink
from audience.models import Heart
from comments.factories import CommentFactory
from comments.models import Comment, Commenter, CommentHeart, Notice, Report
from comments.people.tokens import AGES
from comments.screening.phases import HISTORY_WINDOW
from core import housekeeping
from core.models import Change
from core.taskqueue.models import Batch
from desk.models import DeskMail
from facts.models import FigureImport

SECOND = timedelta(seconds=1)
FILES = "Static files of former releases"


def rule_of(subject):
    [rule] = [rule for rule in housekeeping.registry if rule.subject == subject]
    return rule


def row(model, field, at, **values):
    """A row whose time is `at`, also where the model sets its own."""
    made = model.objects.create(**values)
    model._base_manager.filter(pk=made.pk).update(**{field: at})
    return made


def session(at):
    return Session.objects.create(session_key=uuid.uuid4().hex, session_data="", expire_date=at)


def attempt(at):
    name = uuid.uuid4().hex
    return row(AccessAttempt, "attempt_time", at, username=name, failures_since_start=1)


def reset_request(at):
    return row(ResetRequest, "created_at", at, subnet="0a")


def login(at):
    return row(AccessLog, "attempt_time", at, username="editor")


def task(status):
    def make(at):
        values = {"args_kwargs": {"args": [], "kwargs": {}}, "backend_name": "default"}
        return row(DBTaskResult, "finished_at", at, status=status, run_after=at, **values)

    return make


def change(at):
    return row(Change, "written_at", at, key="articles", position=1)


def commenter(at, **values):
    values = {"email": f"{uuid.uuid4().hex}@example.org"} | values
    return row(Commenter, "created_at", at, **values)


def notice(at):
    values = {"kind": Notice.Kind.REPLY, "email": "reader@example.org"}
    return row(Notice, "created_at", at, comment=CommentFactory(), **values)


def report(at, **comment):
    values = {"reason": Report.Reason.SPAM, "subnet": "0a"}
    return row(Report, "created_at", at, comment=CommentFactory(**comment), **values)


def comment(at):
    made = CommentFactory(subnet="0a")
    Comment._base_manager.filter(pk=made.pk).update(created_at=at)
    return made


def comment_heart(at):
    values = {"comment": CommentFactory(), "visitor": uuid.uuid4(), "subnet": "0a"}
    return row(CommentHeart, "created_at", at, **values)


def taken_back_comment_heart(at):
    return _taken_back(comment_heart(at))


def taken_back_heart(at):
    return _taken_back(heart(at))


def file_of_figures(at):
    batch = Batch.objects.create(title="Check of figures")
    return row(FigureImport, "created_at", at, text="company,metric,value", check_batch=batch)


def _taken_back(made):
    type(made)._base_manager.filter(pk=made.pk).update(is_given=False)
    return made


def ended_link(at):
    return row(ShareLink, "expires_at", at, article=ArticleFactory())


def heart(at):
    values = {"article": ArticleFactory(), "visitor": uuid.uuid4(), "subnet": "0a"}
    return row(Heart, "created_at", at, **values)


def trashed_article(at):
    return ArticleFactory(draft=True, trashed_at=at)


def unsaved_text(at):
    values = {"editor": UserFactory(), "copy": uuid.uuid4().hex, "values": {"title": "Half"}}
    return row(Autosave, "seen_at", at, **values)


def desk_mail(at):
    values = {"kind": DeskMail.Kind.SENT, "user": UserFactory(), "about": 1}
    return row(DeskMail, "created_at", at, **values)


def counted_click(at):
    return row(CountedClick, "hour", at, mark=uuid.uuid4().hex, hour=at)


DELETED = {
    "Sessions that ended": session,
    "Failed logins": attempt,
    "Requests for a new password": reset_request,
    "Record of logins": login,
    "Tasks that succeeded": task(TaskResultStatus.SUCCESSFUL),
    "Tasks that failed for good": task(TaskResultStatus.FAILED),
    "Change log": change,
    "Addresses that nobody confirmed": commenter,
    "Notices that were mailed": notice,
    "Reports of comments": report,
    "Hearts on comments that were taken back": taken_back_comment_heart,
    "Hearts on articles that were taken back": taken_back_heart,
    "Marks of networks that clicked on ads": counted_click,
    "Files of figures that were sent": file_of_figures,
    "Articles in the trash": trashed_article,
    "Texts that were typed and not saved": unsaved_text,
    "Links to drafts that have ended": ended_link,
    "Mails to the desk": desk_mail,
}
BLANKED = {
    "Networks of comments": comment,
    "Networks of hearts on comments": comment_heart,
    "Networks of hearts on articles": heart,
}


def test_every_rule_is_tried_here():
    # tests/test_static_files.py in core has that of files.
    assert {*DELETED, *BLANKED, FILES} == {rule.subject for rule in housekeeping.registry}


@pytest.mark.parametrize("subject", DELETED)
@pytest.mark.django_db
def test_row_goes_when_its_time_is_over_and_not_a_second_before(subject):
    rule, now, make = rule_of(subject), timezone.now(), DELETED[subject]
    over, kept = make(now - rule.age - SECOND), make(now - rule.age)
    assert rule.count(now) == 1
    assert rule.apply(now) == 1
    left = type(over)._base_manager.filter(pk__in=[over.pk, kept.pk])
    assert [one.pk for one in left] == [kept.pk]
    assert rule.apply(now) == 0


@pytest.mark.parametrize("subject", BLANKED)
@pytest.mark.django_db
def test_network_is_forgotten_when_its_time_is_over_and_not_a_second_before(subject):
    rule, now, make = rule_of(subject), timezone.now(), BLANKED[subject]
    over, kept = make(now - rule.age - SECOND), make(now - rule.age)
    assert rule.apply(now) == 1
    over.refresh_from_db()
    kept.refresh_from_db()
    assert (over.subnet, kept.subnet) == ("", "0a")
    assert (rule.count(now), rule.apply(now)) == (0, 0)


@pytest.mark.django_db
def test_forgetting_a_network_changes_no_page():
    rule, now = rule_of("Networks of comments"), timezone.now()
    comment(now - rule.age - SECOND)
    before = Change.objects.count()
    rule.apply(now)
    assert Change.objects.count() == before


@pytest.mark.django_db
def test_address_stays_while_it_is_of_use():
    rule, now = rule_of("Addresses that nobody confirmed"), timezone.now()
    long_ago = now - 2 * rule.age
    stay = [
        commenter(long_ago, confirmed_at=long_ago),
        commenter(long_ago, refuses_mail=True),
        commenter(long_ago, asked_at=now - rule.age),
        commenter(long_ago),
    ]
    CommentFactory(commenter=stay[-1], state=Comment.State.PENDING)
    commenter(long_ago, asked_at=now - rule.age - SECOND)
    assert rule.apply(now) == 1
    assert set(Commenter.objects.all()) == set(stay)


@pytest.mark.django_db
def test_comment_stands_without_the_address_that_nobody_confirmed():
    rule, now = rule_of("Addresses that nobody confirmed"), timezone.now()
    address = commenter(now - 2 * rule.age)
    posted = CommentFactory(commenter=address, email=address.email, wants_replies=True)
    rule.apply(now)
    posted.refresh_from_db()
    assert posted.is_published
    assert (posted.commenter, posted.email, posted.wants_replies) == (None, "", False)


@pytest.mark.django_db
def test_report_stays_while_its_comment_waits_for_an_editor():
    rule, now = rule_of("Reports of comments"), timezone.now()
    waiting = report(now - 2 * rule.age, state=Comment.State.PENDING)
    assert rule.apply(now) == 0
    Comment._base_manager.filter(pk=waiting.comment_id).update(state=Comment.State.REJECTED)
    assert rule.apply(now) == 1


@pytest.mark.django_db
def test_newest_change_stays_since_positions_continue_from_it():
    rule, now = rule_of("Change log"), timezone.now()
    change(now - 2 * rule.age)
    newest = change(now - 2 * rule.age)
    rule.apply(now)
    assert [one.pk for one in Change.objects.all()] == [newest.pk]


@pytest.mark.parametrize("status", [TaskResultStatus.READY, TaskResultStatus.RUNNING])
@pytest.mark.django_db
def test_task_that_has_not_ended_stays(status):
    made = task(status)(timezone.now() - timedelta(days=400))
    housekeeping.apply_all()
    assert DBTaskResult.objects.filter(pk=made.pk).exists()


def test_ages_are_longer_than_what_needs_the_rows():
    assert rule_of("Addresses that nobody confirmed").age > timedelta(seconds=AGES["confirm"])
    assert rule_of("Networks of comments").age > HISTORY_WINDOW


@pytest.mark.django_db
def test_many_rows_go_in_batches(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    now = timezone.now()
    for _number in range(5):
        session(now - SECOND)
    # Three batches and the empty last one; each has a savepoint, its keys and its deletion.
    with django_assert_num_queries(3 * 4 + 3):
        assert rule_of("Sessions that ended").apply(now) == 5
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_dry_run_shows_every_rule_with_its_age_and_changes_nothing(capsys):
    kept = session(timezone.now() - SECOND)
    call_command("clean_up", "--dry-run")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        rule.subject for rule in housekeeping.registry
    ]
    [sessions] = [line.split() for line in lines if line.startswith("Sessions")]
    [notices] = [line.split() for line in lines if line.startswith("Notices")]
    assert (sessions[-2:], notices[-3:]) == (["-", "1"], ["180", "days", "0"])
    assert Session.objects.filter(pk=kept.pk).exists()
    call_command("clean_up")
    assert not Session.objects.filter(pk=kept.pk).exists()

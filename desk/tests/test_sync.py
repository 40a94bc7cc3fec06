import threading
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing as article_publishing
from articles.factories import ArticleFactory, SectionFactory
from articles.models import Article
from audience.models import DailyViews
from core.taskqueue.models import QueuedTask
from core.taskqueue.recurring import all_recurring
from desk import actions, signals, sync
from desk.factories import ReviewTaskFactory
from desk.models import ReviewTask
from desk.tests.test_rules import DAY, dated, link, newer, open_tasks
from facts import publishing
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, SourceFactory
from facts.review.contradictions import distinguish

pytestmark = pytest.mark.django_db

Kind, Resolution = ReviewTask.Kind, ReviewTask.Resolution
commits = pytest.fixture(
    lambda django_capture_on_commit_callbacks: (
        lambda: django_capture_on_commit_callbacks(execute=True)
    ),
    name="commits",
)


def update(fact, *, amount, as_of=None, by=None):
    claim = {"amount": amount, "as_of": as_of or timezone.localdate(), "as_of_precision": "day"}
    return publishing.update(fact, by=by, source=SourceFactory(), **claim)


def undo(act):
    with suppress(ZeroDivisionError), transaction.atomic():
        act()
        1 / 0  # noqa: B018 - anything that takes back what was done


def all_rows():
    return sorted(ReviewTask.objects.values_list("pk", "kind", "target", "state", "resolution"))


# What is looked at, and when


def test_new_value_raises_its_tasks_after_the_commit(commits):
    old = dated(100)
    articles = [ArticleFactory(body=link(old)) for _n in range(3)]
    with commits():
        update(old, amount=90_000_000)
        assert not ReviewTask.objects.exists()
    assert {task.article for task in ReviewTask.objects.all()} == set(articles)


def test_change_that_is_rolled_back_raises_nothing(commits):
    old = dated(100)
    ArticleFactory(body=link(old))
    with commits() as callbacks:
        undo(lambda: update(old, amount=90_000_000))
    assert callbacks == []
    assert not ReviewTask.objects.exists()


def test_what_one_transaction_changes_is_looked_at_once(queue, monkeypatch):
    old = dated(100)
    queue()
    looked = []
    monkeypatch.setattr(sync, "update", lambda **scope: looked.append(scope))
    with transaction.atomic():
        new = update(old, amount=90_000_000)
        undo(FactFactory)
        article = ArticleFactory(body=link(old))
        publishing.verify(new, by=None)
    queue()
    about_company = {"companies": {old.company_id}, "articles": set()}
    about_article = {"companies": set(), "articles": {article.pk}}
    assert sorted(looked, key=str) == sorted([about_company, about_article], key=str)
    publishing.verify(new, by=None)
    queue()
    assert looked[2:] == [about_company]


def test_fault_in_raising_leaves_the_change_and_is_tried_again(queue, monkeypatch):
    def fail(*args):
        raise RuntimeError("no")

    monkeypatch.setattr(sync, "_settle", fail)
    article = ArticleFactory()
    with pytest.raises(RuntimeError):
        queue()
    assert Article.objects.get() == article
    assert QueuedTask.objects.get(traceback__contains="RuntimeError: no").due_at > timezone.now()


def test_each_way_in_which_a_task_falls_due_or_lapses_is_noticed(commits):
    is_off, is_asked = ({"unsourced": level} for level in ("off", "warn"))
    metric, section = MetricFactory(shelf_life_days=None), SectionFactory(check_levels=is_off)
    fact = dated(100, metric=metric)
    source = fact.references.get().source
    bare = ArticleFactory(section=section)
    Article.objects.filter(pk=bare.pk).update(
        naked_figures=[{"kind": "number", "text": "75 million", "sentence": "It has 75 million."}]
    )
    sync.rebuild()

    def kinds_after(row, **values):
        for name, value in values.items():
            setattr(row, name, value)
        with commits():
            row.save()
        return sorted(kind for kind, _target in open_tasks())

    assert kinds_after(metric, shelf_life_days=30) == ["stale"]
    assert kinds_after(source, gone_since=timezone.localdate()) == ["source", "stale"]
    assert kinds_after(section, check_levels=is_asked) == ["source", "stale", "unsourced"]
    assert kinds_after(section, check_levels=is_off) == ["source", "stale"]
    assert kinds_after(source, gone_since=None) == ["stale"]
    assert kinds_after(fact.company, is_public=False) == []
    assert kinds_after(fact.company, is_public=True) == ["stale"]
    with commits():
        fact.references.get().delete()
    assert sorted(kind for kind, _target in open_tasks()) == ["source", "stale"]
    with commits():
        ReferenceFactory(fact=fact)
        publishing.verify(fact, by=None)
    # Verified in the moment of its publication is not looked at again since.
    assert sorted(kind for kind, _target in open_tasks()) == []


def test_telling_two_figures_apart_closes_their_task(commits):
    first = dated(10, amount=100)
    second = dated(10, amount=200, company=first.company, metric=first.metric)
    sync.rebuild()
    with commits():
        distinguish(first, second, reason="One counts guests.", by=UserFactory())
    assert ReviewTask.objects.get().resolution == Resolution.SETTLED


def test_source_of_more_figures_than_can_be_looked_at_waits_for_the_night(queue, monkeypatch):
    monkeypatch.setattr(signals, "MOST_AT_ONCE", 1)
    source = SourceFactory()
    for _n in range(2):
        FactFactory(references__source=source)
    queue()
    source.gone_since = timezone.localdate()
    source.save()
    queue()
    assert not ReviewTask.objects.exists()
    sync.rebuild()
    assert ReviewTask.objects.open().count() == 2


def test_article_that_is_rewritten_or_taken_down_closes_its_task(commits):
    old, editor = dated(100), UserFactory()
    articles = [ArticleFactory(body=link(old)) for _n in range(2)]
    new = newer(old)
    sync.rebuild()
    with commits():
        article_publishing.withdraw(articles[0], by=editor)
    assert [task.article for task in ReviewTask.objects.open()] == [articles[1]]
    articles[1].body = link(new)
    with commits():
        articles[1].save()
    assert {task.resolution for task in ReviewTask.objects.all()} == {Resolution.SETTLED}
    assert {task.decided_by for task in ReviewTask.objects.all()} == {None}


# Comparing


def test_sync_and_rebuild_are_idempotent():
    old = dated(100, metric__shelf_life_days=30)
    ArticleFactory(body=link(old))
    newer(old, 50)
    first = sync.rebuild()
    assert first["raised"] == ReviewTask.objects.count() == 2
    rows = all_rows()
    assert sync.rebuild() == {}
    assert sync.update(companies=[old.company_id], articles=[1, 2, 3]) == {}
    assert all_rows() == rows


def test_sync_leaves_what_it_was_not_asked_about():
    other = ReviewTaskFactory()
    assert sync.update(companies=[dated(1).company_id], articles=[ArticleFactory().pk]) == {}
    other.refresh_from_db()
    assert other.state == ReviewTask.State.OPEN


def test_newer_evidence_moves_the_task_and_wakes_it():
    old = dated(100)
    ArticleFactory(body=link(old))
    newer(old, 50)
    sync.rebuild()
    task = ReviewTask.objects.get()
    actions.snooze(task, until=timezone.localdate() + 30 * DAY, by=UserFactory(), note="Later")
    assert sync.rebuild() == {}
    newest = newer(old, 10)
    sync.rebuild()
    task.refresh_from_db()
    assert (task.other, task.evidence) == (newest, f"fact:{newest.pk}")
    assert (task.snoozed_until, task.decided_by, task.note) == (None, None, "")


def test_word_of_an_editor_holds_until_there_is_other_evidence():
    old = dated(100)
    ArticleFactory(body=link(old))
    newer(old, 50)
    sync.rebuild()
    actions.keep(ReviewTask.objects.get(), by=UserFactory(), note="A look back.")
    assert sync.rebuild() == {}
    newest = newer(old, 10)
    sync.rebuild()
    assert ReviewTask.objects.open().get().other == newest
    publishing.deprecate(newest, reason="A slip.", by=None)
    sync.rebuild()
    assert not ReviewTask.objects.open().exists()


def test_second_open_task_of_a_kind_and_target_is_refused_by_the_database():
    task = ReviewTaskFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewTaskFactory(fact=task.fact)
    ReviewTask.objects.bulk_create(
        [ReviewTask(kind=task.kind, target=task.target)], ignore_conflicts=True
    )
    assert ReviewTask.objects.get() == task


@pytest.mark.django_db(transaction=True)
def test_savepoint_that_is_rolled_back_is_not_looked_at(monkeypatch):
    looks = []
    monkeypatch.setattr(sync, "update", lambda **asked: looks.append(asked))
    fact, other = dated(10), dated(20)
    looks.clear()
    with transaction.atomic():
        undo(fact.save)
    assert looks == []
    with transaction.atomic():
        other.save()
        undo(fact.save)
    assert looks == [{"companies": {other.company_id}, "articles": set()}]


@pytest.mark.django_db(transaction=True)
def test_syncs_at_once_raise_each_task_once():
    with transaction.atomic():
        old = dated(100)
        for _n in range(5):
            ArticleFactory(body=link(old))
        newer(old)
    ReviewTask.objects.all().delete()
    start, failures = threading.Barrier(4), []

    def look():
        try:
            start.wait()
            for _n in range(3):
                sync.update(companies=[old.company_id])
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ReviewTask.objects.count() == ReviewTask.objects.open().count() == 5


# Sizes


def queries_to_raise(commits, count):
    old = dated(100)
    for _n in range(count):
        ArticleFactory(body=link(old))
        ArticleFactory(body=link(old, ""))
    new = newer(old)
    with CaptureQueriesContext(connection) as captured:
        sync.update(companies=[old.company_id])
    assert ReviewTask.objects.filter(other=new, kind=Kind.SUPERSEDED).count() == count
    with CaptureQueriesContext(connection) as settling:
        publishing.deprecate(new, reason="A slip.", by=None)
        sync.update(companies=[old.company_id])
    assert not ReviewTask.objects.filter(other=new).open().exists()
    return len(captured), len(settling)


def test_queries_do_not_grow_with_the_articles_that_quote(commits):
    few, many = queries_to_raise(commits, 3), queries_to_raise(commits, 150)
    # SQLite takes some 80 rows in one statement.
    assert many[0] <= few[0] + 2
    assert many[1] <= few[1]


def test_rebuild_s_queries_do_not_grow_with_the_companies():
    def queries(count):
        for _n in range(count):
            old = dated(100, metric__shelf_life_days=30, references=None)
            ArticleFactory(body=link(old))
            newer(old, 50, references=None)
        with CaptureQueriesContext(connection) as captured:
            sync.rebuild()
        return len(captured)

    few, many = queries(2), queries(20)
    assert ReviewTask.objects.open().count() == 22 * 3
    assert many <= few + 1


def test_rebuild_command_says_what_it_found():
    fact = dated(100, metric__shelf_life_days=30)
    out = StringIO()
    call_command("rebuild_review_tasks", stdout=out)
    assert "1 raised, 0 closed" in out.getvalue()
    assert "      1  figure past its shelf life" in out.getvalue()
    publishing.verify(fact, by=None)
    out = StringIO()
    call_command("rebuild_review_tasks", stdout=out)
    assert "0 raised, 1 closed" in out.getvalue()


def test_views_of_the_day_reorder_the_queue_by_themselves(django_assert_max_num_queries):
    metric = MetricFactory(shelf_life_days=30)
    first, second, bare = dated(40, metric=metric), dated(35, metric=metric), "It made $4 billion."
    read = ArticleFactory(body=f"{link(second)} {bare}")
    ArticleFactory(body=f"{link(first)} {bare}")
    sync.rebuild()

    def order():
        return [task.target for task in ReviewTask.objects.filter(kind__in=("stale", "unsourced"))]

    before = order()
    assert before.index(f"fact:{first.pk}") < before.index(f"fact:{second.pk}")
    command = "rebuild_review_tasks --read-today"
    assert command in [one.command for one in all_recurring()]
    # Nothing was read: nothing is looked at.
    with django_assert_max_num_queries(3):
        call_command(*command.split(), stdout=StringIO())
    DailyViews.objects.create(article=read, day=timezone.localdate(), views=50)
    call_command(*command.split(), stdout=StringIO())
    assert order()[0] == f"article:{read.pk}"
    assert order().index(f"fact:{second.pk}") < order().index(f"fact:{first.pk}")

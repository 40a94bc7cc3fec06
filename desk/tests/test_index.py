import datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import PlannedChange
from articles.publishing import (
    newest_content,
    return_with_note,
    save_revision,
    submit_for_review,
)
from comments.factories import CommentFactory
from comments.models import Appeal, Ban, Comment
from core.taskqueue.models import QueuedTask
from desk import actions
from desk.factories import ReviewTaskFactory
from desk.today.needs import MOST_NAMED

pytestmark = pytest.mark.django_db


def needs_of(client, user):
    client.force_login(user)
    return client.get("/admin/").context["needs"]


def test_counts_what_waits_and_for_how_long(client):
    for _n in range(MOST_NAMED + 1):
        ArticleFactory(in_review=True)
    ArticleFactory(scheduled=True)
    ArticleFactory()
    hours = datetime.timedelta(hours=1)
    for ago in (3, 5):
        pending = CommentFactory(state=Comment.State.PENDING)
        since = timezone.now() - ago * hours
        Comment.objects.filter(pk=pending.pk).update(created_at=since)
    CommentFactory()
    comments, texts = needs_of(client, UserFactory(groups=["Editor"]))
    assert (comments.count, comments.since) == (2, since)
    assert (texts.count, texts.label) == (MOST_NAMED + 1, "articles are in review")


def test_corrections_appeals_and_changes_that_are_held_up_wait_as_well(client):
    CommentFactory(kind=Comment.Kind.CORRECTION, course=Comment.Course.OPEN)
    Appeal.objects.create(ban=Ban.objects.create(email="x@example.org", reason="x"), text="No.")
    editor, article = UserFactory(groups=["Editor"]), ArticleFactory()
    revision = save_revision(article, newest_content(article) | {"title": "Next"}, by=editor)
    plan = PlannedChange(article=article, revision=revision, at=timezone.now(), problem="Torn.")
    plan.save()
    assert [need.count for need in needs_of(client, editor)] == [1, 1, 1]
    assert len(needs_of(client, UserFactory(groups=["Moderator"]))) == 2
    assert needs_of(client, UserFactory(groups=["Writer"])) == []


def test_tasks_that_failed_are_told_to_administrators_alone(client):
    waiting = {"task_path": "x.y", "args_kwargs": {"args": [], "kwargs": {}}}
    QueuedTask.objects.create(**waiting, run_after=timezone.now(), status="FAILED")
    assert [need.act for need in needs_of(client, UserFactory(is_superuser=True))] == ["Look"]
    assert needs_of(client, UserFactory(groups=["Editor"])) == []


def test_questions_about_figures_are_counted_by_kind(client):
    stale = [ReviewTaskFactory() for _n in range(2)]
    ReviewTaskFactory(superseded=True)
    editor, today = UserFactory(groups=["Editor"]), timezone.localdate()
    actions.keep(ReviewTaskFactory(), by=editor)
    actions.snooze(stale[0], until=today + datetime.timedelta(days=1), by=editor)
    told = [(need.count, need.label) for need in needs_of(client, editor)]
    assert told == [
        (1, "quoted figure has a newer one"),
        (1, "figure is past its shelf life"),
    ]


def test_leads_to_what_waits(client):
    article = ArticleFactory(in_review=True)
    ReviewTaskFactory()
    client.force_login(UserFactory(groups=["Editor"]))
    page = client.get("/admin/")
    assert f"“{article}” waits for review" in page.text
    assert page.context["needs"]
    for need in page.context["needs"]:
        assert need.url.replace("&", "&amp;") in page.text
        assert client.get(need.url).status_code == 200


def registered():
    return [
        f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    ]


def test_every_list_and_form_of_the_desk_opens(admin_client):
    for name in registered():
        response = admin_client.get(reverse(f"{name}_changelist"), {"q": "'\"*("}, follow=True)
        assert response.status_code == 200, name
        assert admin_client.get(reverse(f"{name}_add")).status_code in (200, 302, 403), name


@pytest.mark.parametrize("group", ["Writer", "Editor", "Moderator"])
def test_desk_opens_for_each_group_and_keeps_logins_to_administrators(client, group):
    client.force_login(UserFactory(groups=[group]))
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


def test_reader_s_counts_are_read_and_never_typed(admin_client):
    ArticleFactory()
    assert admin_client.get("/admin/audience/audience/").status_code == 200
    assert admin_client.get("/admin/audience/audience/add/").status_code == 403


def test_texts_that_wait_are_named_while_they_are_few(client):
    tomas = UserFactory(first_name="Tomas", last_name="Adeyemi", groups=["Writer"])
    editor = UserFactory(groups=["Editor"])
    live = ArticleFactory(title="Live")
    save_revision(live, newest_content(live) | {"title": "Who writes the stack down?"}, by=tomas)
    submit_for_review(live, by=tomas)
    labels = [need.label for need in needs_of(client, editor)]
    assert "Tomas Adeyemi sent “Who writes the stack down?” to review" in labels
    assert needs_of(client, tomas) == []
    for _n in range(MOST_NAMED):
        ArticleFactory(in_review=True)
    [task] = needs_of(client, editor)
    assert task.count == MOST_NAMED + 1
    client.force_login(editor)
    assert "Who writes the stack down?" in client.get(task.url).text


def test_writer_is_told_what_came_back_until_it_is_sent_again(client):
    tomas, editor = UserFactory(groups=["Writer"]), UserFactory(groups=["Editor"])
    article = ArticleFactory(draft=True, title="Harbour", authors=[AuthorFactory(user=tomas)])
    review = submit_for_review(article, by=tomas)
    return_with_note(review, by=editor, number=1, note="The date for Quora?")
    assert [need.label for need in needs_of(client, tomas)] == ["“Harbour” came back with a note"]
    assert not [one for one in needs_of(client, editor) if "Harbour" in one.label]
    submit_for_review(article, by=tomas)
    assert needs_of(client, tomas) == []

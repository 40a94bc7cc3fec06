import datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from articles.publishing import (
    newest_content,
    return_with_note,
    save_revision,
    submit_for_review,
)
from comments.factories import CommentFactory
from comments.models import Comment
from desk import actions
from desk.factories import ReviewTaskFactory
from desk.tasks import MOST_NAMED, tasks_for

pytestmark = pytest.mark.django_db


def test_tasks_count_what_waits():
    ArticleFactory(in_review=True)
    ArticleFactory(in_review=True)
    ArticleFactory(scheduled=True)
    ArticleFactory()
    CommentFactory(state=Comment.State.PENDING)
    CommentFactory()
    editor = UserFactory(groups=["Editor"])
    assert [task.count for task in tasks_for(editor)] == [1, 0, 1, 1, 1, 0]


@pytest.mark.parametrize(("group", "count"), [("Editor", 5), ("Moderator", 2), ("Writer", 0)])
def test_tasks_are_those_that_one_may_do(group, count):
    assert len(tasks_for(UserFactory(groups=[group]))) == count


def test_questions_about_figures_are_counted_by_kind():
    stale = [ReviewTaskFactory() for _n in range(2)]
    ReviewTaskFactory(superseded=True)
    editor, today = UserFactory(groups=["Editor"]), timezone.localdate()
    actions.keep(ReviewTaskFactory(), by=editor)
    actions.snooze(stale[0], until=today + datetime.timedelta(days=1), by=editor)
    told = [(task.count, task.label) for task in tasks_for(editor)[4:]]
    assert told == [(1, "quoted figure has a newer one"), (1, "figure has gone stale")]


def test_index_leads_to_what_waits(client):
    article = ArticleFactory(in_review=True)
    ReviewTaskFactory()
    client.force_login(UserFactory(groups=["Editor"]))
    html = client.get("/admin/").content.decode()
    assert f"“{article}” waits for review" in html
    for task in tasks_for(UserFactory(groups=["Editor"])):
        assert task.url.replace("&", "&amp;") in html
        assert client.get(task.url).status_code == 200


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
    labels = [task.label for task in tasks_for(editor)]
    assert "Tomas Adeyemi sent “Who writes the stack down?” to review" in labels
    assert tasks_for(tomas) == []
    for _n in range(MOST_NAMED):
        ArticleFactory(in_review=True)
    [task] = [task for task in tasks_for(editor) if task.label == "articles are in review"]
    assert task.count == MOST_NAMED + 1
    client.force_login(editor)
    assert "Who writes the stack down?" in client.get(task.url).text


def test_writer_is_told_what_came_back_until_it_is_sent_again():
    tomas, editor = UserFactory(groups=["Writer"]), UserFactory(groups=["Editor"])
    article = ArticleFactory(draft=True, title="Harbour", authors=[AuthorFactory(user=tomas)])
    review = submit_for_review(article, by=tomas)
    return_with_note(review, by=editor, number=1, note="The date for Quora?")
    assert [task.label for task in tasks_for(tomas)] == ["“Harbour” came back with a note"]
    assert not [task for task in tasks_for(editor) if "Harbour" in task.label]
    submit_for_review(article, by=tomas)
    assert tasks_for(tomas) == []

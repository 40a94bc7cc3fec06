import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus

from accounts.factories import UserFactory
from core.taskqueue import claims
from core.taskqueue.models import Batch, QueuedTask, Worker
from core.taskqueue.tests import sample
from core.taskqueue.worker import run_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
LIST = "/admin/taskqueue/queuedtask/"


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def failed_task():
    """One that failed three times, which is its end."""
    sample.fail.enqueue("the third quarter")
    task = QueuedTask.objects.get(status=TaskResultStatus.READY)
    QueuedTask.objects.filter(pk=task.pk).update(worker_ids=["before", "before"])
    run_task(claims.claim_next(["default"], "one"))()
    task.refresh_from_db()
    return task


def retry(client, task):
    return client.post(f"{LIST}{task.pk}/retry/", follow=True)


def test_list_shows_what_waits_and_failed_with_its_error_and_not_what_is_done(administrator, queue):
    sample.note.enqueue("done long ago")
    queue()
    failed_task()
    sample.note.enqueue("next")
    page = administrator.get(LIST).content.decode()
    assert "&#x27;next&#x27;" in page
    assert "ValueError: No" in page
    assert '<td class="field-attempt">3</td>' in page
    assert "done long ago" not in page
    assert "done long ago" in administrator.get(LIST, {"state": "done"}).content.decode()


def test_list_says_whether_a_worker_is_running(administrator):
    assert "No worker is running" in administrator.get(LIST).content.decode()
    now = timezone.now()
    Worker.objects.create(pk="one", started_at=now, seen_at=now)
    page = administrator.get(LIST).content.decode()
    assert "1 worker is running" in page
    assert "No worker" not in page


def test_failed_task_is_tried_again_from_its_first_attempt(administrator):
    task = failed_task()
    page = administrator.get(f"{LIST}{task.pk}/change/").content.decode()
    assert "Traceback" in page
    assert "Try again" in page
    assert "1 task is tried again." in retry(administrator, task).content.decode()
    task.refresh_from_db()
    assert (task.status, task.attempts) == (TaskResultStatus.READY, 0)
    assert claims.claim_next(["default"], "one")


def test_selected_failed_tasks_are_tried_again_and_others_left_alone(administrator):
    task = failed_task()
    sample.note.enqueue("next")
    selected = [str(one.pk) for one in QueuedTask.objects.all()]
    form = {"action": "retry_selected", "_selected_action": selected}
    page = administrator.post(LIST, form, follow=True).content.decode()
    assert "1 task is tried again." in page
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_running_task_is_not_tried_again(administrator):
    sample.note.enqueue("a")
    task = claims.claim_next(["default"], "one")
    assert "Try again" not in administrator.get(f"{LIST}{task.pk}/change/").content.decode()
    assert "0 tasks are tried again." in retry(administrator, task).content.decode()
    assert QueuedTask.objects.get().status == TaskResultStatus.RUNNING


def test_retry_takes_a_post_of_an_administrator_alone(client, administrator):
    task = failed_task()
    assert administrator.get(f"{LIST}{task.pk}/retry/").status_code == 405
    for group in ("Editor", "Writer", "Moderator"):
        client.force_login(UserFactory(groups=[group]))
        assert client.post(f"{LIST}{task.pk}/retry/").status_code == 403
    assert QueuedTask.objects.get().status == TaskResultStatus.FAILED


def test_editor_sees_tasks_and_others_do_not(client):
    task = failed_task()
    client.force_login(UserFactory(groups=["Editor"]))
    assert client.get(LIST).status_code == 200
    page = client.get(f"{LIST}{task.pk}/change/")
    assert "Traceback" in page.text
    assert "Try again" not in page.text
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{task.pk}/change/").status_code == 403


def test_list_asks_as_much_for_fifty_tasks_as_for_one(administrator, django_assert_max_num_queries):
    for number in range(50):
        sample.note.enqueue(number)
    administrator.get(LIST)
    with django_assert_max_num_queries(7):
        administrator.get(LIST)


# Batches


def page_of(client, batch):
    return client.get(batch.get_absolute_url())


def test_progress_names_what_failed_and_why(client, queue):
    editor = UserFactory(groups=["Editor"])
    client.force_login(editor)
    items = [(number, f"Row {number}") for number in range(1, 6)]
    batch = Batch.start("Five rows", items, sample.change_rows, by=editor.username)
    page = page_of(client, batch).content.decode()
    assert "0 of 5 done" in page
    assert "data-is-over" not in page
    queue()
    page = page_of(client, batch).content.decode()
    assert "4 of 5 done" in page
    assert "1 failed" in page
    assert "Row 3" in page
    assert "Three is not to be had." in page
    assert "data-is-over" in page


def test_progress_is_shown_to_who_started_it_and_to_editors(client):
    writer = UserFactory(groups=["Writer"])
    batch = Batch.start("Nothing", [], sample.change_rows, by=writer.username)
    for user, status in (
        (writer, 200),
        (UserFactory(groups=["Editor"]), 200),
        (UserFactory(groups=["Writer"]), 403),
        (UserFactory(groups=["Moderator"]), 403),
    ):
        client.force_login(user)
        assert page_of(client, batch).status_code == status


@pytest.mark.parametrize("pk", ["abc", "1.5", "99", "9" * 40])
def test_progress_of_no_batch_is_no_fault(administrator, pk):
    response = administrator.get(f"/admin/taskqueue/batch/{pk}/change/", follow=True)
    assert response.status_code in (200, 404)


def test_progress_of_no_batch_tells_a_writer_nothing(client):
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get("/admin/taskqueue/batch/99/change/").status_code == 403


def test_progress_asks_as_much_for_two_hundred_rows_as_for_one(
    administrator, django_assert_max_num_queries
):
    items = [(number, "Row") for number in range(200)]
    batch = Batch.start("Many rows", items, sample.change_rows)
    batch.items.update(state="failed", error="No.")
    with django_assert_max_num_queries(6):
        page_of(administrator, batch)

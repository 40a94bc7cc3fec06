"""The queue keeps its place, asks why, and takes thousands at a time."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, Decision
from comments.people.tokens import make_token
from comments.tests.mailed import EMAIL, confirmed
from core.taskqueue.models import Batch, QueuedTask

pytestmark = pytest.mark.django_db
LIST = reverse("admin:comments_comment_changelist")
DECIDE = reverse("admin:comments_comment_decide")


@pytest.fixture
def waiting():
    """Newest first, as the queue shows them."""
    return CommentFactory.create_batch(4, state="pending", discussion=DiscussionFactory())[::-1]


def change_url(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])


def state_of(comment):
    return Comment.objects.get(pk=comment.pk).state


# ---- its place


@pytest.mark.parametrize(("decided", "next_up"), [(0, 1), (1, 2), (3, 2)])
def test_decision_leads_back_to_what_stands_below_in_the_same_list(
    client, moderator, waiting, decided, next_up
):
    query = "links=no&p=2"
    here = {"referer": f"http://testserver{LIST}?{query}"}
    response = client.post(DECIDE, {"_approve": waiting[decided].pk}, headers=here)
    assert response["Location"] == f"{LIST}?{query}#comment-{waiting[next_up].pk}"
    html = client.get(LIST).content.decode()
    assert f'id="comment-{waiting[next_up].pk}"' in html


@pytest.mark.parametrize(
    ("query", "row", "next_up"),
    [
        ("state=likely", "links", "words"),
        ("state=likely", "words", "links"),
        ("", "first", "mode"),
        ("kind=question", "first", None),
        ("state=all", "first", "words"),
        ("state=all&o=3", "first", "links"),
        ("q=Quinn", "first", "published"),
        ("no-such-field=1", "first", None),
        ("id__in=99999999999999999999", "first", None),
        ("created_at__year=x", "first", None),
    ],
)
def test_queue_goes_on_within_the_filters_and_the_order_of_its_list(
    client, moderator, query, row, next_up
):
    """From the oldest to the newest: the list shows the newest first."""
    discussion = DiscussionFactory()
    rows = {}
    for reason in ("mode", "published", "words", "first", "links"):
        held = {"state": "pending", "reason": reason} if reason != "published" else {}
        name = "Quinn" if reason in ("first", "published") else "Ben"
        rows[reason] = CommentFactory(discussion=discussion, name=name, **held)
    here = {"referer": f"http://testserver{LIST}?{query}"}
    response = client.post(DECIDE, {"_approve": rows[row].pk}, headers=here)
    place = f"#comment-{rows[next_up].pk}" if next_up else ""
    assert response["Location"] == f"{LIST}{f'?{query}' if query else ''}{place}"


def test_decision_on_a_comment_s_page_leads_back_to_the_list_it_was_opened_from(
    client, moderator, waiting
):
    url = f"{change_url(waiting[0])}?_changelist_filters=links%3Dno%26p%3D2"
    response = client.post(url, {"_approve": "1", "course": "", "outcome": ""})
    assert response["Location"] == f"{LIST}?links=no&p=2#comment-{waiting[1].pk}"


def test_last_decision_leads_to_an_empty_list(client, moderator):
    response = client.post(DECIDE, {"_approve": CommentFactory(state="pending").pk})
    assert response["Location"] == LIST


def test_page_whose_last_row_was_decided_shows_the_page_before(client, moderator, waiting):
    response = client.get(f"{LIST}?p=7")
    assert response.status_code == 200
    assert f"comment-{waiting[0].pk}" in response.content.decode()


# ---- its reason


@pytest.mark.parametrize(("verb", "state"), [("reject", "pending"), ("remove", "published")])
@pytest.mark.parametrize("door", ["row", "page"])
def test_what_hides_a_comment_asks_why_and_is_done_with_the_answer(
    client, moderator, verb, state, door
):
    comment = CommentFactory(state=state, body="Words to be judged")
    row = door == "row"
    url, value = (DECIDE, comment.pk) if row else (change_url(comment), "1")
    data = {f"_{verb}": value, "course": "", "outcome": ""}
    asked = client.post(url, data, headers={"referer": f"http://testserver{LIST}?state=all"})
    assert "Words to be judged" in asked.content.decode()
    assert state_of(comment) == state
    hidden = dict(asked.context["hidden"])
    assert client.post(asked.context["action"], hidden).status_code == 422, "no answer"
    assert state_of(comment) == state
    answer = {**hidden, "reason": "abuse", "note": "The last sentence."}
    response = client.post(asked.context["action"], answer)
    assert response["Location"].startswith(LIST)
    assert Decision.objects.values_list("reason", "note").get() == ("abuse", "The last sentence.")


@pytest.mark.parametrize("verb", ["approve", "spam"])
def test_what_says_why_by_itself_asks_nothing(client, moderator, verb):
    comment = CommentFactory(state="pending")
    assert client.post(DECIDE, {f"_{verb}": comment.pk}).status_code == 302
    assert state_of(comment) != "pending"


def test_rejecting_many_asks_once(client, moderator, waiting):
    chosen = [comment.pk for comment in waiting[:3]]
    asked = client.post(LIST, {"action": "reject_all", "_selected_action": chosen})
    assert asked.status_code == 200
    assert not Decision.objects.exists()
    data = {}
    for name, value in asked.context["hidden"]:
        data.setdefault(name, []).append(value)
    client.post(asked.context["action"], {**data, "reason": "duplicate"})
    assert set(Decision.objects.values_list("comment", "reason")) == {
        (pk, "duplicate") for pk in chosen
    }


@pytest.mark.parametrize(
    ("answer", "status", "state"), [({}, 422, "pending"), ({"reason": "ad"}, 302, "rejected")]
)
def test_mail_s_link_asks_why_too(client, moderator, answer, status, state):
    comment = CommentFactory(state="pending")
    token = make_token("moderate", comment.pk, moderator.pk, "reject")
    url = reverse("comments:moderate", args=[token])
    assert "Choose a reason." not in client.get(url).content.decode()
    assert client.post(url, answer).status_code == status
    assert state_of(comment) == state


# ---- thousands


def test_two_thousand_are_rejected_by_tasks_and_not_by_the_request(
    client, moderator, queue, django_assert_max_num_queries
):
    known = confirmed(state="pending")
    fields = [field.attname for field in Comment._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(known, name) for name in fields} | {"commenter_id": None, "email": ""}
    Comment.objects.bulk_create(
        Comment(**{**same, "public_id": f"c{number}", "nonce": None}) for number in range(1999)
    )
    data = {"action": "reject_all", "select_across": "1", "_selected_action": [known.pk]}
    with django_assert_max_num_queries(150):
        response = client.post(LIST, {**data, "reason": "ad"})
    batch = Batch.objects.get()
    assert response["Location"] == batch.get_absolute_url()
    assert client.get(batch.get_absolute_url()).status_code == 200, "shown to who began it"
    assert Comment.objects.filter(state="pending").count() == 2000, "the request itself does none"
    assert batch.progress == {"total": 2000, "done": 0, "failed": 0}
    assert QueuedTask.objects.filter(task_path__endswith="decide_each").count() == 100


def test_batch_does_what_was_asked_and_leaves_what_changed_meanwhile(
    client, moderator, queue, mailoutbox
):
    known = confirmed(state="pending")
    comments = CommentFactory.create_batch(24, state="pending", discussion=known.discussion)
    changed, deleted = comments[3], comments[5]
    data = {"action": "reject_all", "select_across": "1", "_selected_action": [known.pk]}
    client.post(LIST, {**data, "reason": "ad"})
    Comment.objects.filter(pk=changed.pk).update(edited_at=timezone.now())
    Comment._base_manager.filter(pk=deleted.pk).delete()
    queue()
    assert Comment.objects.filter(state="rejected").count() == 23
    assert state_of(changed) == "pending"
    assert Batch.objects.get().progress == {"total": 25, "done": 23, "failed": 2}
    assert [mail.to for mail in mailoutbox] == [[EMAIL]]
    assert set(Decision.objects.values_list("reason", "by")) == {("ad", moderator.pk)}


def test_batch_of_who_may_not_moderate_any_more_decides_nothing(client, moderator, queue):
    comments = CommentFactory.create_batch(21, state="pending", discussion=DiscussionFactory())
    pks = [comment.pk for comment in comments]
    client.post(LIST, {"action": "approve_all", "_selected_action": pks})
    moderator.groups.clear()
    queue()
    assert not Decision.objects.exists()
    assert Batch.objects.get().progress["failed"] == 21

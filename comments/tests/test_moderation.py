import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.urls import reverse

from accounts.factories import UserFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Discussion
from comments.writing import moderation

pytestmark = pytest.mark.django_db

LIST = reverse("admin:comments_comment_changelist")
ALL = f"{LIST}?state=all"
VERBS = {
    "approve_all": "published",
    "reject_all": "rejected",
    "spam_all": "spam",
    "remove_all": "removed",
}


@pytest.fixture
def sign_in(client, django_user_model):
    def make(*codenames, **fields):
        user = django_user_model.objects.create_user("moderator", is_staff=True, **fields)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return user

    return make


@pytest.fixture
def moderator(sign_in):
    return sign_in("moderate_comment", first_name="Ada", last_name="Desk")


def change_url(comment):
    return reverse("admin:comments_comment_change", args=[comment.pk])


def reply_url(comment):
    return reverse("admin:comments_comment_reply", args=[comment.pk])


@pytest.mark.parametrize(("action", "state"), VERBS.items())
def test_action_moves_the_chosen_comments_and_logs_each(client, moderator, action, state):
    discussion = DiscussionFactory()
    before = "pending" if state != "pending" else "published"
    chosen = CommentFactory.create_batch(2, discussion=discussion, state=before)
    other = CommentFactory(discussion=discussion, state=before)
    data = {"action": action, "_selected_action": [comment.pk for comment in chosen]}
    data["reason"] = "off-topic"
    assert client.post(ALL, data).status_code == 302
    assert {Comment.objects.get(pk=comment.pk).state for comment in chosen} == {state}
    assert Comment.objects.get(pk=other.pk).state == before
    assert LogEntry.objects.filter(user=moderator).count() == 2
    assert Comment.objects.get(pk=chosen[0].pk).moderated_by == moderator


@pytest.mark.parametrize("action", VERBS)
def test_action_without_the_permission_changes_nothing(client, sign_in, action):
    sign_in("view_comment", "change_comment", "delete_comment")
    comment = CommentFactory(state="pending")
    client.post(ALL, {"action": action, "_selected_action": [comment.pk]})
    client.post(change_url(comment), {"_approve": "1", "course": "", "outcome": ""})
    assert client.post(reply_url(comment), {"text": "Hello"}).status_code == 403
    comment.refresh_from_db()
    assert comment.state == "pending"
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("name", ["changelist", "add"])
def test_visitor_is_sent_to_the_login(client, name):
    response = client.get(reverse(f"admin:comments_comment_{name}"))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_nobody_adds_a_comment_by_hand(client, moderator):
    assert client.get(reverse("admin:comments_comment_add")).status_code == 403


def test_list_shows_what_a_moderator_needs_in_few_queries(
    client, moderator, django_assert_max_num_queries
):
    CommentFactory.create_batch(20, state="pending", name="<script>alert(1)</script>")
    with django_assert_max_num_queries(12):
        html = client.get(LIST, {"state__exact": "pending"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_search_finds_by_text(client, moderator):
    CommentFactory(body="A needle in it", name="Needle")
    CommentFactory(body="Only straw", name="Strawman")
    html = client.get(LIST, {"q": "needle"}).content.decode()
    assert "Needle" in html
    assert "Strawman" not in html


def test_words_of_others_are_read_and_not_rewritten(client, moderator):
    comment = CommentFactory(state="pending", body="As it was", kind="correction")
    data = {"body": "Rewritten", "name": "Nobody", "state": "published", "staff": moderator.pk}
    client.post(change_url(comment), {**data, "course": "checking", "outcome": ""})
    comment.refresh_from_db()
    assert (comment.body, comment.state, comment.staff) == ("As it was", "pending", None)
    assert comment.course == "checking"


def test_correction_is_resolved_with_its_outcome(client, moderator):
    comment = CommentFactory(kind="correction")
    client.post(change_url(comment), {"course": "unchanged", "outcome": "We counted again."})
    comment.refresh_from_db()
    assert (comment.course, comment.outcome) == ("unchanged", "We counted again.")
    assert comment.resolved_at
    assert LogEntry.objects.filter(change_message="not changed").exists()


def test_correction_is_not_accepted_without_what_was_put_right(client, moderator):
    comment = CommentFactory(kind="correction")
    response = client.post(change_url(comment), {"course": "accepted", "outcome": "Done."})
    comment.refresh_from_db()
    assert comment.course == "open"
    assert "in the inbox" in response.content.decode()


@pytest.mark.parametrize("course", ["accepted", "unchanged", ""])
def test_correction_is_not_resolved_without_a_word(client, moderator, course):
    comment = CommentFactory(kind="correction")
    client.post(change_url(comment), {"course": course, "outcome": " "})
    comment.refresh_from_db()
    assert comment.course == "open"
    assert comment.resolved_at is None


def test_correction_that_was_answered_is_shown_though_it_waited(moderator):
    waiting, refused = CommentFactory.create_batch(2, kind="correction", state="pending")
    moderation.set_course(refused, "unchanged", outcome="It is right as it is.", by=moderator)
    moderation.set_course(waiting, "accepted", outcome="Yes.", by=moderator)
    for comment in (waiting, refused):
        comment.refresh_from_db()
    assert (waiting.state, waiting.course) == ("published", "accepted")
    assert waiting.moderated_by == moderator
    assert waiting.decisions.get().after == "published"
    assert (refused.state, refused.course) == ("published", "unchanged")


@pytest.mark.parametrize("state", ["rejected", "spam", "removed", "withdrawn"])
def test_accepting_brings_no_comment_back(moderator, state):
    comment = CommentFactory(kind="correction", state=state)
    moderation.set_course(comment, "accepted", outcome="Yes.", by=moderator)
    comment.refresh_from_db()
    assert comment.state == state


def test_correction_opened_again_is_not_resolved(moderator):
    comment = CommentFactory(kind="correction")
    moderation.set_course(comment, "accepted", outcome="Yes.", by=moderator)
    moderation.set_course(comment, "checking", by=moderator)
    comment.refresh_from_db()
    assert comment.resolved_at is None


def test_note_has_no_course(moderator):
    comment = CommentFactory(kind="note")
    with pytest.raises(ValueError, match="correction"):
        moderation.set_course(comment, "open", by=moderator)
    comment.course = "open"
    with pytest.raises(IntegrityError):
        comment.save()


def test_button_on_the_comment_approves_it(client, moderator):
    comment = CommentFactory(state="pending")
    assert "_approve" in client.get(change_url(comment)).content.decode()
    client.post(change_url(comment), {"_approve": "Approve"})
    comment.refresh_from_db()
    assert comment.state == "published"
    assert comment.published_at


def test_approved_again_keeps_its_first_date(moderator):
    comment = CommentFactory()
    first = comment.published_at
    moderation.remove(comment, by=moderator)
    moderation.approve(comment, by=moderator)
    comment.refresh_from_db()
    assert comment.published_at == first


def test_staff_reply_stands_under_the_comment_with_the_badge(client, moderator):
    root = CommentFactory(state="pending", body="Is it so?")
    reply = CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root)
    assert "Is it so?" in client.get(reply_url(root)).content.decode()
    assert client.post(reply_url(reply), {"text": "It **is**."}).status_code == 302
    answer = Comment.objects.get(staff=moderator)
    assert (answer.name, answer.state) == ("Ada Desk", "published")
    assert (answer.thread, answer.in_reply_to) == (root, reply)
    client.logout()
    moderation.approve(root, by=moderator)
    html = client.get(root.discussion.get_page_url()).content.decode()
    assert "<strong>is</strong>" in html
    assert 'class="staff"' in html


def test_staff_reply_publishes_what_it_answers(client, moderator):
    comment = CommentFactory(state="pending")
    client.post(reply_url(comment), {"text": "Thank you."})
    comment.refresh_from_db()
    assert comment.state == "published"


@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 5001])
def test_empty_or_endless_staff_reply_is_refused(client, moderator, text):
    comment = CommentFactory(state="pending")
    assert client.post(reply_url(comment), {"text": text}).status_code == 200
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("object_id", ["0", "x", "9" * 30])
def test_reply_to_no_comment_is_404(client, moderator, object_id):
    assert client.get(f"{LIST}{object_id}/reply/").status_code == 404


def test_reading_changes_nothing(client, moderator):
    comment = CommentFactory(state="pending")
    for url in (LIST, change_url(comment), reply_url(comment), f"{LIST}?action=approve_all"):
        client.get(url)
    comment.refresh_from_db()
    assert comment.state == "pending"


@pytest.mark.parametrize(("action", "is_open"), [("close_all", False), ("open_all", True)])
def test_discussion_is_closed_and_opened(client, sign_in, action, is_open):
    sign_in("view_discussion", "change_discussion")
    discussion = DiscussionFactory(is_open=not is_open)
    url = reverse("admin:comments_discussion_changelist")
    client.post(url, {"action": action, "_selected_action": [discussion.pk]})
    discussion.refresh_from_db()
    assert discussion.is_open is is_open


def test_latest_decisions_of_several_are_undone_at_once(client, moderator):
    comments = CommentFactory.create_batch(2, state="pending")
    for comment in comments:
        moderation.approve(comment, by=moderator)
    data = {"action": "undo_all", "_selected_action": [comment.pk for comment in comments]}
    client.post(ALL, data)
    assert set(Comment.objects.values_list("state", flat=True)) == {"pending"}


def test_page_of_a_discussion_is_chosen_once(client, sign_in):
    sign_in("view_discussion", "change_discussion", "add_discussion")
    discussion = DiscussionFactory()
    url = reverse("admin:comments_discussion_change", args=[discussion.pk])
    assert 'name="article"' not in client.get(url).content.decode()
    add = reverse("admin:comments_discussion_add")
    assert 'name="article"' in client.get(add).content.decode()


def test_ban_made_by_hand_names_who_made_it_first(client, sign_in):
    user = sign_in("view_ban", "add_ban", "change_ban")
    data = {"email": "Eve@example.org", "subnet": "", "until": "", "reason": "Advertises."}
    client.post(reverse("admin:comments_ban_add"), data)
    ban = Ban.objects.get()
    assert (ban.email, ban.by) == ("eve@example.org", user)
    Ban.objects.update(by=None)
    change = reverse("admin:comments_ban_change", args=[ban.pk])
    client.post(change, {**data, "reason": "Again."})
    ban.refresh_from_db()
    assert (ban.reason, ban.by) == ("Again.", user)


@pytest.mark.parametrize("both", [("", ""), ("eve@example.org", "abc")])
def test_ban_made_by_hand_is_of_one_thing(client, sign_in, both):
    sign_in("view_ban", "add_ban")
    email, subnet = both
    data = {"email": email, "subnet": subnet, "until": "", "reason": "Advertises."}
    response = client.post(reverse("admin:comments_ban_add"), data)
    assert "one of the two" in response.content.decode()
    assert not Ban.objects.exists()


# What is kept


@pytest.mark.parametrize(
    ("values", "is_kept"),
    [
        ({"state": "published"}, True),
        ({"state": "removed"}, True),
        ({"state": "pending", "kind": "correction"}, True),
        ({"state": "spam", "kind": "correction"}, True),
        ({"state": "pending"}, True),
        ({"state": "rejected"}, False),
        ({"state": "spam"}, False),
    ],
)
def test_editor_deletes_what_was_refused_and_no_proposal(client, values, is_kept):
    client.force_login(UserFactory(groups=["Editor"]))
    comment = CommentFactory(**values)
    if not comment.published_at and values["state"] == "removed":
        Comment.objects.filter(pk=comment.pk).update(published_at=comment.created_at)
    client.post(reverse("admin:comments_comment_delete", args=[comment.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [comment.pk], "post": "yes"}
    client.post(ALL, chosen)
    assert Comment.objects.filter(pk=comment.pk).exists() is is_kept


def test_discussion_is_deleted_only_while_nobody_has_written_in_it(client):
    client.force_login(UserFactory(groups=["Editor"]))
    comment, empty = CommentFactory(state="spam"), DiscussionFactory()
    for pk in (comment.discussion_id, empty.pk):
        client.post(reverse("admin:comments_discussion_delete", args=[pk]), {"post": "yes"})
    assert [row.pk for row in Discussion.objects.all()] == [comment.discussion_id]

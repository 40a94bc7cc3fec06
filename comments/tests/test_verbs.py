"""The desk's verbs one by one: what each changes, what it leaves alone, what it writes down."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Ban, Comment, Decision, Report
from comments.tests.mailed import approved
from comments.writing import moderation
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return UserFactory(first_name="Ada", last_name="Desk")


def reread(comment):
    return Comment.objects.get(pk=comment.pk)


def logged():
    return list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))


# ---- decisions


def test_decision_says_what_it_was_before_and_why_it_waited(editor):
    comment = CommentFactory(state="pending", reason="links")
    decision = moderation.reject(comment, by=editor, reason="ad", note=" Twice today. ")
    assert (decision.before, decision.after, decision.held_for) == ("pending", "rejected", "links")
    assert (decision.reason, decision.note, decision.by) == ("ad", "Twice today.", editor)
    assert logged() == ["waiting → rejected"]


def test_same_decision_twice_is_made_once(editor):
    comment = CommentFactory(state="pending")
    assert moderation.approve(comment, by=editor)
    assert moderation.approve(comment, by=editor) is None
    assert Decision.objects.count() == 1
    assert len(logged()) == 1


@pytest.mark.parametrize(
    "fields", [{}, {"reason": "edited"}, {"report_count": 1}], ids=["unread", "changed", "reported"]
)
def test_published_comment_that_asks_to_be_read_again_can_be_approved(editor, fields):
    comment = CommentFactory(**fields)
    if fields:
        approved(comment)
    assert moderation.approve(comment, by=editor)
    comment = reread(comment)
    assert (comment.state, comment.reason, comment.report_count) == ("published", "", 0)
    assert comment.moderated_by == editor


def test_first_date_of_publication_stays(editor):
    comment = CommentFactory(published_at=timezone.now() - timedelta(days=3))
    first = comment.published_at
    moderation.remove(comment, by=editor)
    moderation.approve(comment, by=editor)
    assert reread(comment).published_at == first
    moderation.undo(comment, by=editor)
    assert reread(comment).state == "removed"


def test_what_is_published_for_the_first_time_gets_its_date(editor):
    comment = CommentFactory(state="pending")
    moderation.approve(comment, by=editor)
    assert reread(comment).published_at


def test_reports_end_when_somebody_has_looked_and_count_anew(editor):
    comment = CommentFactory(report_count=1)
    made = Report.objects.create(comment=comment, reason="abuse", subnet="a")
    moderation.remove(comment, by=editor)
    assert reread(comment).report_count == 0
    made.refresh_from_db()
    assert made.settled_at, "what was said against it is still there to read"


def test_note_of_a_decision_has_an_end(editor):
    with pytest.raises(ValidationError):
        moderation.reject(CommentFactory(state="pending"), by=editor, note="x" * 301)
    assert Comment.objects.get().state == "pending"


# ---- undo


def test_undo_goes_back_one_decision_at_a_time(editor):
    comment = CommentFactory(state="pending", reason="links")
    moderation.approve(comment, by=editor)
    moderation.remove(comment, by=editor)
    assert moderation.undo(comment, by=editor)
    assert reread(comment).state == "published"
    assert moderation.undo(comment, by=editor)
    assert (reread(comment).state, reread(comment).reason) == ("pending", "links")
    assert moderation.undo(comment, by=editor) is False
    assert logged()[2:] == ["Undone: published → removed", "Undone: waiting → published"]


def test_undo_of_what_its_author_took_back_does_nothing(editor):
    comment = CommentFactory(state="pending")
    moderation.approve(comment, by=editor)
    Comment.objects.update(state="withdrawn")
    assert moderation.undo(comment, by=editor) is False
    assert reread(comment).state == "withdrawn"
    assert Decision.objects.get().undone_at is None


def test_undo_of_nothing_does_nothing(editor):
    comment = CommentFactory()
    assert moderation.undo(comment, by=editor) is False
    assert logged() == []


# ---- marks


@pytest.mark.parametrize(
    ("verb", "field", "kind", "words"),
    [
        (moderation.set_answered, "answered_at", "question", ["Answered", "Not answered"]),
        (moderation.set_picked, "picked_at", "note", ["Editors’ pick", "No editors’ pick"]),
        (moderation.set_pinned, "pinned_at", "note", ["Pinned", "Not pinned"]),
    ],
)
def test_mark_is_set_kept_and_taken_away(editor, verb, field, kind, words):
    comment = CommentFactory(kind=kind)
    verb(comment, True, by=editor)
    first = getattr(reread(comment), field)
    assert first
    verb(comment, True, by=editor)
    assert getattr(reread(comment), field) == first, "the date is of the first time"
    verb(comment, False, by=editor)
    assert getattr(reread(comment), field) is None
    assert logged() == [words[0], words[0], words[1]]


@pytest.mark.parametrize("kind", ["note", "correction", "tip"])
def test_only_a_question_is_answered(editor, kind):
    with pytest.raises(ValueError, match="question"):
        moderation.set_answered(CommentFactory(kind=kind), True, by=editor)


@pytest.mark.parametrize("kind", ["note", "question", "tip"])
def test_only_a_correction_has_a_course(editor, kind):
    with pytest.raises(ValueError, match="correction"):
        moderation.set_course(CommentFactory(kind=kind), "checking", by=editor)


def test_pin_of_another_thread_lets_the_former_go_on_its_page_alone(editor):
    discussion = DiscussionFactory()
    former, other = CommentFactory.create_batch(2, discussion=discussion)
    elsewhere = CommentFactory()
    for comment in (former, elsewhere, other):
        moderation.set_pinned(comment, True, by=editor)
    assert reread(former).pinned_at is None
    assert reread(other).pinned_at
    assert reread(elsewhere).pinned_at


def test_pin_that_is_taken_away_leaves_the_others(editor):
    discussion = DiscussionFactory()
    pinned, other = CommentFactory.create_batch(2, discussion=discussion)
    moderation.set_pinned(pinned, True, by=editor)
    moderation.set_pinned(other, False, by=editor)
    assert reread(pinned).pinned_at


def test_reply_is_never_pinned_and_may_be_unpinned(editor):
    root = CommentFactory()
    reply = CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root)
    with pytest.raises(ValidationError):
        moderation.set_pinned(reply, True, by=editor)
    moderation.set_pinned(reply, False, by=editor)


# ---- the course of a correction


def test_answer_publishes_what_waits_and_nothing_else_does(editor):
    for course, state in (
        ("checking", "pending"),
        ("unchanged", "published"),
        ("accepted", "published"),
    ):
        comment = CommentFactory(kind="correction", state="pending")
        moderation.set_course(comment, course, outcome="We looked.", by=editor)
        assert reread(comment).state == state, course


def test_date_of_the_answer_is_of_the_first_and_goes_when_it_is_open_again(editor):
    comment = CommentFactory(kind="correction")
    moderation.set_course(comment, "accepted", outcome="Yes.", by=editor)
    first = reread(comment).resolved_at
    moderation.set_course(comment, "unchanged", outcome="No.", by=editor)
    assert reread(comment).resolved_at == first
    moderation.set_course(comment, "checking", by=editor)
    assert reread(comment).resolved_at is None
    assert logged() == ["accepted", "not changed", "being checked"]


def test_course_that_is_none_is_refused(editor):
    with pytest.raises(ValueError, match="whim"):
        moderation.set_course(CommentFactory(kind="correction"), "whim", by=editor)


# ---- replies


def test_reply_of_the_desk_stands_under_the_thread_and_answers_the_question(editor):
    root = CommentFactory()
    question = CommentFactory(
        discussion=root.discussion, thread=root, in_reply_to=root, kind="question", state="pending"
    )
    answer = moderation.reply(question, "It was **2015**.", by=editor)
    assert (answer.thread, answer.in_reply_to, answer.name) == (root, question, "Ada Desk")
    assert (answer.staff, answer.moderated_by, answer.state) == (editor, editor, "published")
    assert "<strong>2015</strong>" in answer.body_html
    assert reread(question).state == "published"
    assert reread(question).answered_at
    assert f"Reply to Question {question.public_id}" in logged()


def test_second_reply_keeps_the_date_of_the_answer(editor):
    question = CommentFactory(kind="question")
    moderation.reply(question, "It was 2015.", by=editor)
    first = reread(question).answered_at
    moderation.reply(reread(question), "In June.", by=editor)
    assert reread(question).answered_at == first


def test_reply_to_a_note_answers_no_question(editor):
    note = CommentFactory()
    moderation.reply(note, "Thank you.", by=editor)
    assert reread(note).answered_at is None


def test_who_has_no_name_replies_as_they_sign_in():
    nameless = UserFactory(username="desk7", first_name="", last_name="")
    assert moderation.reply(CommentFactory(), "Thank you.", by=nameless).name == "desk7"


def test_badge_of_the_author_is_for_the_author_of_this_article_alone(editor):
    author = AuthorFactory(user=editor)
    article = ArticleFactory()
    article.bylines.create(author=author, position=9)
    pages = {
        True: DiscussionFactory(article=article),
        False: DiscussionFactory(),
    }
    for is_author, discussion in pages.items():
        answer = moderation.reply(CommentFactory(discussion=discussion), "Thanks.", by=editor)
        assert answer.is_by_author is is_author
    company = DiscussionFactory(article=None, company=CompanyFactory())
    assert not moderation.reply(
        CommentFactory(discussion=company), "Thanks.", by=editor
    ).is_by_author


# ---- bans


def test_ban_says_who_until_when_and_why_and_is_logged(editor):
    comment = CommentFactory(email="Eve@example.org")
    until = timezone.localdate() + timedelta(days=7)
    ban = moderation.ban(comment, by=editor, what="email", until=until, reason="Advertises.")
    assert (ban.email, ban.subnet, ban.until, ban.by) == ("eve@example.org", "", until, editor)
    assert logged() == [f"Banned, see Ban {ban.pk}"], "the log outlives the address"


def test_ban_of_a_network_names_no_address(editor):
    comment = CommentFactory(email="eve@example.org", subnet="abcdef0123")
    ban = moderation.ban(comment, by=editor, what="subnet", reason="Advertises.")
    assert (ban.email, ban.subnet, ban.who) == ("", "abcdef0123", "network abcdef01…")


@pytest.mark.parametrize(
    ("what", "reason"), [("subnet", "Advertises."), ("email", "a\x00b"), ("email", "x" * 301)]
)
def test_ban_of_nothing_or_for_no_reason_is_refused(editor, what, reason):
    with pytest.raises(ValidationError):
        moderation.ban(CommentFactory(email="e@example.org"), by=editor, what=what, reason=reason)
    assert not Ban.objects.exists()
    assert logged() == []

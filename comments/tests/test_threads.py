"""How a discussion is read: its order, its kinds, its marks, hearts, reports and feeds."""

import sys
from datetime import timedelta
from unicodedata import bidirectional

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Article
from comments import threads
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, CommentHeart, Report
from comments.writing import moderation

pytestmark = pytest.mark.django_db
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def discussion():
    return DiscussionFactory()


def said(discussion, days_ago=0, **fields):
    comment = CommentFactory(discussion=discussion, **fields)
    at = timezone.now() - timedelta(days=days_ago)
    Comment.objects.filter(pk=comment.pk).update(created_at=at)
    return comment


def order_on(client, url):
    html = client.get(url).content.decode()
    found = (part.partition('"')[0] for part in html.split('id="c-')[1:])
    return list(found)


def ids(*comments):
    return [comment.public_id for comment in comments]


def test_threads_come_in_the_order_asked_for(client, discussion):
    old = said(discussion, 3, heart_count=1)
    loved = said(discussion, 2, heart_count=9)
    new = said(discussion, 1)
    page = discussion.get_page_url()
    assert order_on(client, page) == ids(old, loved, new)
    assert order_on(client, f"{page}?sort=newest") == ids(new, loved, old)
    assert order_on(client, f"{page}?sort=oldest") == ids(old, loved, new)
    assert order_on(client, f"{page}?sort=best") == ids(loved, old, new)


def test_replies_stay_under_their_comment_in_every_order(client, discussion):
    root, other = said(discussion, 3), said(discussion, 2)
    reply = said(discussion, 1, thread=root, in_reply_to=root)
    for sort in ("oldest", "best", "newest"):
        found = order_on(client, f"{discussion.get_page_url()}?sort={sort}")
        assert found.index(reply.public_id) == found.index(root.public_id) + 1
        assert other.public_id in found


def test_one_kind_is_shown_with_its_count(client, discussion):
    question = said(discussion, 2, kind="question")
    said(discussion, 1, kind="question", answered_at=timezone.now())
    note = said(discussion, 1)
    said(discussion, 1, kind="question", state="pending")
    page = discussion.get_page_url()
    html = client.get(page).content.decode()
    assert "2 questions, 1 unanswered" in html
    assert "correction" not in html.partition("comment-choices")[2].partition("</p>")[0]
    found = order_on(client, f"{page}?kind=question")
    assert question.public_id in found
    assert note.public_id not in found
    assert len(found) == 2


@pytest.mark.parametrize(
    "query", ["sort=worst", "kind=rant", "sort=best&page=0", "kind=tip&page=x"]
)
def test_choice_that_is_none_is_404(client, discussion, query):
    assert client.get(f"{discussion.get_page_url()}?{query}").status_code == 404


def test_pages_of_a_long_discussion_hold_each_thread_once(client, discussion):
    comments = [said(discussion, days) for days in range(120)]
    for sort in ("newest", "oldest", "best"):
        found = []
        for page in (1, 2, 3, 4):
            found += order_on(client, f"{discussion.get_page_url()}?sort={sort}&page={page}")
        assert sorted(found) == sorted(ids(*comments))


def test_marks_are_shown(client, discussion, admin_user):
    question = said(discussion, 3, kind="question")
    picked, pinned = said(discussion, 2), said(discussion, 1)
    moderation.set_picked(picked, True, by=admin_user)
    moderation.set_pinned(pinned, True, by=admin_user)
    moderation.reply(question, "Because.", by=admin_user)
    page = discussion.get_page_url()
    html = client.get(page).content.decode()
    assert order_on(client, page)[0] == pinned.public_id
    for words in ("pinned", "editors’ pick", "answered", "staff"):
        assert words in html
    moderation.set_pinned(picked, True, by=admin_user)
    pinned.refresh_from_db()
    assert pinned.pinned_at is None


def test_reply_cannot_be_pinned_and_a_note_not_answered(discussion, admin_user):
    root = said(discussion)
    reply = said(discussion, thread=root, in_reply_to=root)
    with pytest.raises(ValidationError):
        moderation.set_pinned(reply, True, by=admin_user)
    with pytest.raises(ValueError, match="question"):
        moderation.set_answered(root, True, by=admin_user)


def test_author_of_the_article_has_a_badge_of_their_own(client, discussion, admin_user):
    comment = said(discussion)
    author = AuthorFactory(user=admin_user)
    discussion.article.bylines.create(author=author, position=1)
    moderation.reply(comment, "I wrote it.", by=admin_user)
    assert (
        '<span class="staff">author</span>'
        in client.get(comment.get_page_url(), follow=True).content.decode()
    )


# ---- hearts


def press(client, comment, button="heart", **headers):
    url = reverse("comment-react", args=[comment.public_id])
    return client.post(url, {button: ""}, headers=headers or SAME_ORIGIN)


def test_heart_is_given_once_and_taken_back(client, discussion):
    comment = said(discussion)
    told = press(client, comment, **SAME_ORIGIN, Accept="application/json")
    assert told.json() == {"is_hearted": True, "count": 1, "label": "Heart this comment (1)"}
    press(Client(), comment)
    comment.refresh_from_db()
    assert comment.heart_count == 2 == CommentHeart.objects.count()
    press(client, comment)
    comment.refresh_from_db()
    assert comment.heart_count == 1


def test_heart_from_another_site_or_for_what_nobody_sees_is_none(client, discussion):
    comment, hidden = said(discussion), said(discussion, state="pending")
    assert press(client, comment, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert press(client, hidden).status_code == 404
    draft = CommentFactory(discussion=DiscussionFactory(article=ArticleFactory(draft=True)))
    assert press(client, draft).status_code == 404
    assert not CommentHeart.objects.exists()


def test_hearts_from_one_network_have_a_limit(discussion, settings):
    settings.HEARTS_PER_SUBNET_PER_MINUTE = 2
    comment = said(discussion)
    codes = [press(Client(), comment).status_code for _n in range(3)]
    assert codes == [303, 303, 429]


@pytest.mark.parametrize("button", ["reply", "report", ""])
def test_button_that_only_leads_to_a_page_asks_for_no_proof(client, discussion, button):
    comment = said(discussion)
    response = press(client, comment, button, Accept="text/html")
    page = {
        "reply": f"{discussion.get_page_url()}?reply={comment.public_id}#join",
        "report": reverse("comments:report", args=[comment.public_id]),
        "": comment.get_page_url(),
    }[button]
    assert (response.status_code, response["Location"]) == (303, page)
    assert client.get(page, follow=True).status_code == 200


def test_buttons_lead_nowhere_from_what_nobody_sees(client, discussion):
    hidden = said(discussion, state="pending")
    assert [press(client, hidden, name).status_code for name in ("reply", "report")] == [404, 404]


# ---- reports


def report(comment, address="203.0.113.7", client=None, **data):
    client = client or Client()
    url = reverse("comments:report", args=[comment.public_id])
    data = {"reason": "abuse", **data}
    return client.post(url, data, headers=SAME_ORIGIN, REMOTE_ADDR=address)


def test_reports_from_several_networks_hold_what_nobody_has_read(discussion, settings):
    settings.COMMENTS_REPORTS_HOLD = 3
    comment = said(discussion)
    for address in ("203.0.113.7", "203.0.113.8", "198.51.100.7"):
        assert "An editor looks at it." in report(comment, address).content.decode()
    comment.refresh_from_db()
    assert (comment.state, comment.report_count) == ("published", 2), "one network counts once"
    report(comment, "192.0.2.7")
    comment.refresh_from_db()
    assert (comment.state, comment.reason) == ("pending", "flagged")


def test_reports_do_not_take_down_what_an_editor_has_read(discussion, settings, admin_user):
    settings.COMMENTS_REPORTS_HOLD = 1
    comment = said(discussion, state="pending")
    moderation.approve(comment, by=admin_user)
    report(comment)
    comment.refresh_from_db()
    assert (comment.state, comment.report_count) == ("published", 1)
    moderation.approve(comment, by=admin_user)
    comment.refresh_from_db()
    assert comment.report_count == 0, "an editor has looked again"


def test_report_without_a_reason_keeps_the_note(discussion):
    comment = said(discussion)
    response = report(comment, reason="", note="He means me.")
    assert response.status_code == 422
    assert "He means me." in response.content.decode()
    assert not Report.objects.exists()


def test_report_page_shows_the_comment_and_works_without_script(client, discussion):
    comment = said(discussion, body="<b>Rude</b> words.")
    html = client.get(reverse("comments:report", args=[comment.public_id])).content.decode()
    assert "words." in html
    assert "What is wrong with it?" in html


# ---- feeds


def test_feed_of_one_page_and_of_one_kind(client, discussion):
    question = said(discussion, kind="question", body="Why Java?")
    said(discussion, kind="question", state="pending", body="Held back.")
    said(DiscussionFactory(), kind="note", body="Elsewhere.")
    hidden = DiscussionFactory(article=ArticleFactory(draft=True))
    said(hidden, kind="question", body="Under a draft.")
    of_page = client.get(f"{discussion.get_page_url()}comments.atom").content.decode()
    of_kind = client.get("/feeds/comments/question.atom").content.decode()
    for feed in (of_page, of_kind):
        assert "Why Java?" in feed
        assert question.public_id in feed
        for words in ("Held back.", "Elsewhere.", "Under a draft."):
            assert words not in feed
    assert client.get("/feeds/comments/rant.atom").status_code == 404
    assert client.get(f"{hidden.get_page_url()}comments.atom").status_code == 404


def test_old_article_takes_corrections_only(post, settings, article):
    settings.COMMENTS_MODE = "post"
    settings.COMMENTS_CLOSE_AFTER_DAYS = 30
    article.published_at = timezone.now() - timedelta(days=31)
    article.save()
    response = post(text="Too late for a note.")
    assert response.status_code == 403
    assert "Too late for a note." in response.content.decode()
    assert "only corrections" in response.content.decode()
    assert post(kind="correction", text="This is wrong.").status_code == 303
    settings.COMMENTS_CLOSE_AFTER_DAYS = 40
    assert post(text="In time.").status_code == 303


def fill_with_everything(discussion):
    """More threads than a page shows, one with many replies, in every state and kind."""
    for number in range(threads.THREADS_SHOWN + 5):
        root = said(discussion, 90 - number, kind=[*Comment.Kind][number % 4])
        if number % 5 == 0:
            count = 30 if number == 25 else 2
            replies = [said(discussion, thread=root, in_reply_to=root) for _ in range(count)]
            said(discussion, thread=root, in_reply_to=replies[0], state="pending")
            said(discussion, thread=root, in_reply_to=replies[-1], state="removed")
        if number % 4 == 3:
            Comment.objects.filter(pk=root.pk).update(state=[*Comment.State][number % 6])
    Comment.objects.filter(state="rejected").update(kind="note")
    hidden = said(discussion, 1, state="spam")
    said(discussion, thread=hidden, in_reply_to=hidden)
    said(discussion, 2, state="spam")
    said(discussion, 2, kind="question", answered_at=timezone.now())


@pytest.mark.parametrize("limit", [0, 10])
def test_discussion_read_whole_shows_what_a_long_one_does(client, discussion, monkeypatch, limit):
    fill_with_everything(discussion)
    article = discussion.article.get_absolute_url()
    for url in (article, discussion.get_page_url()):
        whole = client.get(url).content
        with monkeypatch.context() as patched:
            patched.setattr(threads, "READ_WHOLE", limit)
            assert client.get(url).content == whole


def test_discussion_is_read_whole_in_one_query(discussion, django_assert_num_queries):
    fill_with_everything(discussion)
    article = Article.objects.select_related("discussion").get(pk=discussion.article_id)
    with django_assert_num_queries(1):
        shown = threads.threads_of(article)
    assert shown.comment_count == discussion.comments.visible().count()


def test_every_letter_that_runs_from_right_to_left_is_found():
    letters = [chr(point) for point in range(sys.maxunicode + 1)]
    turning = [letter for letter in letters if bidirectional(letter) in ("R", "AL")]
    assert all(map(threads.may_turn_direction, turning))
    assert not threads.may_turn_direction("It’s “plain” — Ωmega, Жук, Ա, 日本, नमस्ते")

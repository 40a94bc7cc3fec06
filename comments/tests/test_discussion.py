"""The discussion under a page: what everybody sees, in how many queries, and what nobody sees."""

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, Discussion
from comments.threads import THREADS_SHOWN
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db
HIDDEN = ["pending", "rejected", "spam", "removed"]


def shown(subject):
    tag = Template("{% load comments_tags %}{% discussion subject %}")
    return tag.render(Context({"subject": subject}))


def test_page_without_comments_invites_a_note(article):
    html = shown(article)
    assert "No comments yet" in html
    assert "helps the next reader" in html
    assert "stay visible to everyone reading this page" in html
    assert "Join the discussion" in html
    assert not Discussion.objects.exists()


def test_discussion_of_a_company_is_its_own():
    company = CompanyFactory()
    CommentFactory(discussion=DiscussionFactory(article=None, company=company), body="Of this one")
    assert "Of this one" in shown(company)
    assert "No comments yet" in shown(CompanyFactory())


@pytest.mark.parametrize(("number", "words"), [(1, "1 comment<"), (2, "2 comments<")])
def test_count_has_the_right_plural(article, number, words):
    discussion = DiscussionFactory(article=article)
    CommentFactory.create_batch(number, discussion=discussion)
    assert words in shown(article)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 comment is waiting for an editor"), (2, "2 comments are waiting for an editor")],
)
def test_number_of_waiting_comments_is_said(article, number, words):
    discussion = DiscussionFactory(article=article)
    CommentFactory.create_batch(number, discussion=discussion, state="pending")
    html = shown(article)
    assert words in html
    assert "No comments yet" not in html
    assert "Be the first" not in html


def test_page_whose_only_comment_was_rejected_has_none(article):
    CommentFactory(discussion=DiscussionFactory(article=article), state="rejected")
    assert "No comments yet" in shown(article)


def test_closed_discussion_says_so_and_shows_no_form(article):
    CommentFactory(discussion=DiscussionFactory(article=article, is_open=False), body="Said before")
    html = shown(article)
    assert "This discussion is closed" in html
    assert "Said before" in html
    assert "comment-form" not in html
    assert "?reply=" not in html


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_published_is_nowhere(client, article, state):
    discussion = DiscussionFactory(article=article)
    root = CommentFactory(discussion=discussion, body="A thread of its own")
    secret = {"discussion": discussion, "state": state, "name": "Zaphod", "body": "Unseen words"}
    comment = CommentFactory(**secret)
    CommentFactory(**secret, thread=root, in_reply_to=root)
    answer = CommentFactory(
        discussion=discussion, thread=root, in_reply_to=comment, body="An answer to it"
    )
    url = discussion.get_page_url()
    pages = [
        shown(article),
        *(
            client.get(address).content.decode()
            for address in (
                url,
                f"{url}?thread={root.public_id}",
                f"{url}?reply={root.public_id}",
                f"{url}mine/",
                "/feeds/comments.atom",
                comment.get_page_url(),
                article.get_absolute_url(),
            )
        ),
    ]
    assert "An answer to it" in pages[0]
    for html in pages:
        assert "Zaphod" not in html
        assert "Unseen words" not in html
    assert client.get(f"{url}?reply={comment.public_id}").status_code in (404, 200)
    assert answer.public_id in pages[0]


@pytest.mark.parametrize("state", ["rejected", "spam", "removed"])
def test_comment_taken_down_leaves_its_place_above_its_replies(article, state):
    root = CommentFactory(discussion__article=article, state=state, body="Gone words")
    CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root, body="Still here")
    html = shown(article)
    assert "was taken down" in html
    assert "Still here" in html
    assert "Gone words" not in html


def test_every_permalink_of_a_page_has_a_name_of_its_own(article):
    discussion = DiscussionFactory(article=article)
    posted_at = timezone.now().replace(hour=12, minute=5, second=0)
    for minutes, name in [(0, "Priya"), (0, "Priya"), (0, "Ben"), (1, "Priya")]:
        comment = CommentFactory(discussion=discussion, name=name)
        posted = posted_at + timedelta(minutes=minutes)
        Comment.objects.filter(pk=comment.pk).update(created_at=posted)
    reply = {"thread": Comment.objects.first(), "in_reply_to": Comment.objects.first()}
    comment = CommentFactory(discussion=discussion, name="Ben", **reply)
    Comment.objects.filter(pk=comment.pk).update(created_at=posted_at)
    links = re.findall(r'<article id="c-\w+"><p><a href="[^"]+">(.*?)</a>', shown(article))
    names = [strip_tags(link) for link in links]
    assert len(set(names)) == len(names) == 5
    at = timezone.localtime(posted_at)
    assert f"Priya {date_format(at, 'j M Y')}, {at:%H:%M} (2)" in names
    assert f"Priya {date_format(at, 'j M Y')}, {at + timedelta(minutes=1):%H:%M}" in names


def test_staff_and_kind_are_marked(article, django_user_model):
    discussion = DiscussionFactory(article=article)
    user = django_user_model.objects.create_user("editor")
    assert 'class="staff"' not in shown(article)
    CommentFactory(discussion=discussion, kind="question")
    CommentFactory(discussion=discussion, staff=user)
    html = shown(article)
    assert html.count('class="staff"') == 1
    assert '<span class="kind">Question</span>' in html


@pytest.mark.parametrize(
    ("course", "resolved", "words"),
    [
        ("open", None, "Correction · open"),
        ("checking", None, "Correction · being checked"),
        ("accepted", timedelta(hours=2), "Correction · accepted in 2\xa0hours"),
        ("unchanged", timedelta(days=1), "Correction · not changed in 1\xa0day"),
    ],
)
def test_correction_shows_its_quote_its_course_and_its_outcome(article, course, resolved, words):
    comment = CommentFactory(
        discussion__article=article,
        kind="correction",
        quote="rewrote its <b>sync</b> engine",
        course=course,
        outcome="Corrected above." if resolved else "",
    )
    if resolved:
        comment.resolved_at = comment.created_at + resolved
        comment.save()
    html = shown(article)
    assert words in html
    assert "rewrote its &lt;b&gt;sync&lt;/b&gt; engine" in html
    assert ("Corrected above." in html) is bool(resolved)


def test_markup_in_a_name_is_shown_as_written(article):
    CommentFactory(discussion__article=article, name="<img src=x onerror=alert(1)>")
    html = shown(article)
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_e_mail_is_shown_to_nobody(client, article):
    comment = CommentFactory(discussion__article=article, email="secret@example.org")
    assert "secret@example.org" not in shown(article)
    assert "secret@example.org" not in client.get("/feeds/comments.atom").content.decode()
    page = client.get(f"{comment.discussion.get_page_url()}?reply={comment.public_id}")
    assert "secret@example.org" not in page.content.decode()


@pytest.mark.parametrize("threads", [1, 49])
def test_queries_do_not_grow_with_the_comments(
    article, django_assert_max_num_queries, django_user_model, threads
):
    discussion = DiscussionFactory(article=article)
    user = django_user_model.objects.create_user("editor")
    for _ in range(threads):
        root = CommentFactory(discussion=discussion)
        reply = CommentFactory(discussion=discussion, thread=root, in_reply_to=root, staff=user)
        CommentFactory(discussion=discussion, thread=root, in_reply_to=reply)
    article = type(article).objects.get(pk=article.pk)
    with django_assert_max_num_queries(3):
        shown(article)


def test_fragment_holds_no_token_and_the_page_no_cookie(client, article):
    assert "csrf" not in shown(article)
    response = client.get(Discussion.objects.of(article).get_page_url())
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.fixture
def long_discussion(article):
    discussion = DiscussionFactory(article=article)
    comments = CommentFactory.create_batch(THREADS_SHOWN + 2, discussion=discussion)
    for number, comment in enumerate(comments):
        comment.created_at = timezone.now() - timedelta(minutes=len(comments) - number)
        comment.save()
    return discussion, comments


def test_page_shows_the_newest_threads_and_leads_to_the_older(client, article, long_discussion):
    discussion, comments = long_discussion
    html = shown(article)
    assert f'id="c-{comments[1].public_id}"' not in html
    assert f'id="c-{comments[2].public_id}"' in html
    link = f"{discussion.get_page_url()}?before={comments[2].public_id}"
    assert link in html
    older = client.get(link).content.decode()
    assert f'id="c-{comments[0].public_id}"' in older
    assert f'id="c-{comments[1].public_id}"' in older
    assert f'id="c-{comments[2].public_id}"' not in older


def test_permalink_finds_a_comment_wherever_it_stands(client, article, long_discussion):
    discussion, comments = long_discussion
    new, old = comments[-1], comments[0]
    assert client.get(new.get_page_url())["Location"] == new.get_absolute_url()
    assert client.get(old.get_page_url())["Location"] == (
        f"{discussion.get_page_url()}?thread={old.public_id}#c-{old.public_id}"
    )


def test_long_thread_is_cut_and_leads_to_all_of_it(client, article):
    root = CommentFactory(discussion__article=article)
    replies = CommentFactory.create_batch(
        THREADS_SHOWN + 1, discussion=root.discussion, thread=root, in_reply_to=root
    )
    last = replies[-1]
    link = f"{root.discussion.get_page_url()}?thread={root.public_id}"
    assert f'id="c-{last.public_id}"' not in shown(article)
    assert link in shown(article)
    assert f'id="c-{last.public_id}"' in client.get(link).content.decode()
    assert client.get(last.get_page_url())["Location"] == f"{link}#c-{last.public_id}"


def test_feed_lists_published_comments_of_public_pages_alone(client, article):
    CommentFactory(discussion__article=article, body="In the *feed*", name="Pri\x0bya <b>")
    for state in ("draft", "in_review", "scheduled", "archived"):
        CommentFactory(discussion__article=ArticleFactory(**{state: True}), body="Not public")
    hidden = CompanyFactory(is_public=False)
    CommentFactory(discussion=DiscussionFactory(article=None, company=hidden), body="Not public")
    response = client.get("/feeds/comments.atom")
    feed = response.content.decode()
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "In the &lt;em&gt;feed&lt;/em&gt;" in feed
    assert "Priya &lt;b&gt; on A story to discuss" in feed
    assert "Not public" not in feed

"""Long threads come in pages, a permalink lands on its comment, and what went leaves its place."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment

pytestmark = pytest.mark.django_db
REPLIES = 1500


@pytest.fixture
def root():
    return CommentFactory(discussion=DiscussionFactory(article=ArticleFactory()))


def fill(root, number):
    """So many replies, a second apart, each of a line."""
    start = timezone.now() - timedelta(days=1)
    common = {"discussion": root.discussion, "thread": root, "in_reply_to": root, "name": "Ben"}
    texts = {"body": "A line.", "body_html": "<p>A line.</p>", "state": "published"}
    made = Comment.objects.bulk_create(
        Comment(**common, **texts, published_at=start, public_id=f"r{n}") for n in range(number)
    )
    for n, comment in enumerate(made):
        comment.created_at = start + timedelta(seconds=n)
    Comment.objects.bulk_update(made, ["created_at"], batch_size=500)
    return made


def ids_in(html):
    return re.findall(r'id="c-(\w+)"', html)


def next_page(html):
    found = re.search(r'rel="next" href="([^"]+)"', html)
    return found and found[1].replace("&amp;", "&")


def test_thread_of_1500_is_read_to_its_end_in_pages_of_bounded_weight(
    client, root, django_assert_max_num_queries
):
    fill(root, REPLIES)
    url, found = f"{root.discussion.get_page_url()}?thread={root.public_id}", []
    while url and len(found) <= REPLIES:
        with django_assert_max_num_queries(8):
            html = client.get(url).content.decode()
        assert len(html) < 100_000
        assert ids_in(html)[0] == root.public_id, "each page begins with what is answered"
        found += ids_in(html)[1:]
        url = next_page(html)
    assert found == [f"r{n}" for n in range(REPLIES)]


def test_page_beyond_the_last_is_404(client, root):
    fill(root, 2)
    url = f"{root.discussion.get_page_url()}?thread={root.public_id}&page="
    assert [client.get(url + page).status_code for page in ("1", "2", "0", "x")] == [
        *(200, 404, 404, 404)
    ]


def landing(client, comment):
    """The page that its permalink leads to, and the place on it."""
    response = client.get(comment.get_page_url())
    url, _hash, place = response["Location"].partition("#c-")
    return client.get(url).content.decode(), place


@pytest.mark.parametrize("n", [0, 24, 25, 99, 100, 250])
def test_permalink_lands_on_the_page_with_its_comment(client, root, n):
    replies = fill(root, 251)
    html, place = landing(client, replies[n])
    assert place == f"r{n}"
    assert place in ids_in(html)


def test_author_of_a_reply_is_led_to_where_it_stands(client, root, post, settings):
    settings.COMMENTS_MODE = "post"
    fill(root, 120)
    response = post(on=root.discussion.article, parent=root.public_id, text="The latest.")
    url, _hash, place = response["Location"].partition("#c-")
    html = client.get(url).content.decode()
    assert place in ids_in(html)
    assert "The latest." in html


def test_desk_leads_to_where_a_reply_stands(client, root, moderator):
    reply = fill(root, 120)[110]
    row = reverse("admin:comments_comment_change", args=[reply.pk])
    assert f'<a href="{reply.get_page_url()}"' in client.get(row).content.decode()


def test_permalink_lands_beyond_the_pages_that_a_reader_turns(client, root, monkeypatch):
    monkeypatch.setattr("comments.threads.REPLIES_ON_A_PAGE", 1)
    monkeypatch.setattr("comments.views.discussion.MOST_PAGES", 2)
    replies = fill(root, 30)
    html, place = landing(client, replies[28])
    assert place in ids_in(html)


def test_permalink_counts_what_has_a_place_and_nothing_else(client, root):
    replies = fill(root, 130)
    Comment.objects.filter(pk__in=[one.pk for one in replies[:40]]).update(state="spam")
    for n in (40, 100, 129):
        html, place = landing(client, replies[n])
        assert place in ids_in(html)


@pytest.mark.parametrize("state", ["withdrawn", "removed", "rejected", "spam"])
def test_reply_that_went_leaves_its_place_and_who_answered_it_still_says_so(client, root, state):
    common = {"discussion": root.discussion, "thread": root}
    went = CommentFactory(**common, in_reply_to=root, name="Gone Gil", body="Gone words")
    CommentFactory(**common, in_reply_to=went, name="Ann", body="I answer you.")
    CommentFactory(**common, in_reply_to=root, state=state, name="Gone too", body="Unanswered")
    Comment.objects.filter(pk=went.pk).update(state=state)
    html = client.get(root.discussion.article.get_absolute_url()).content.decode()
    assert went.public_id in ids_in(html)
    assert f'<a href="#c-{went.public_id}">in reply to <bdi>a comment that is gone</bdi>' in html
    assert "Gone Gil" not in html
    assert "Gone words" not in html
    landed, place = landing(client, went)
    assert place in ids_in(landed)


def test_reply_that_went_unanswered_leaves_nothing(client, root):
    went = CommentFactory(
        discussion=root.discussion, thread=root, in_reply_to=root, state="withdrawn"
    )
    html = client.get(root.discussion.article.get_absolute_url()).content.decode()
    assert went.public_id not in html
    assert client.get(went.get_page_url()).status_code == 404


def test_what_is_answered_on_another_page_is_linked_there(client, root):
    replies = fill(root, 130)
    Comment.objects.filter(pk=replies[129].pk).update(in_reply_to=replies[3])
    html, _place = landing(client, replies[129])
    assert f'<a href="{replies[3].get_page_url()}">in reply to <bdi>Ben</bdi>' in html


@pytest.mark.parametrize("state", ["withdrawn", "removed", "spam"])
def test_thread_below_a_comment_that_went_is_read_to_its_end(client, root, state):
    fill(root, 30)
    Comment.objects.filter(pk=root.pk).update(state=state)
    url = f"{root.discussion.get_page_url()}?thread={root.public_id}"
    assert ids_in(client.get(url).content.decode())[-1] == "r29"


def test_long_and_short_discussions_show_the_same_places(client, root, monkeypatch):
    common = {"discussion": root.discussion, "thread": root}
    went = CommentFactory(**common, in_reply_to=root, state="withdrawn")
    CommentFactory(**common, in_reply_to=went)
    CommentFactory(**common, in_reply_to=root, state="pending")
    url = root.discussion.get_page_url()
    whole = ids_in(client.get(url).content.decode())
    monkeypatch.setattr("comments.threads.READ_WHOLE", 0)
    assert ids_in(client.get(url).content.decode()) == whole
    assert went.public_id in whole

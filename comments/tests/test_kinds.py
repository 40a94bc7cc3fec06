"""Everything that tells kinds of comments apart follows `comments.kinds.Kind`.

A kind that is added there and nowhere else has to pass these tests as it is.
"""

import pytest
from django.urls import reverse

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.kinds import Kind
from comments.models import Comment
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db
COUNTED = [kind for kind in Kind if kind != Kind.NOTE]
every_kind = pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
counted_kind = pytest.mark.parametrize("kind", COUNTED, ids=lambda kind: kind.value)


@pytest.fixture
def discussion():
    return DiscussionFactory()


def page_of(client, discussion, query=""):
    return client.get(f"{discussion.get_page_url()}{query}").content.decode()


def one_of_each(discussion):
    return {kind: CommentFactory(discussion=discussion, kind=kind) for kind in Kind}


@every_kind
def test_form_offers_the_kind(client, discussion, kind):
    html = page_of(client, discussion)
    assert f'name="kind" value="{kind.value}"' in html
    assert str(kind.label) in html


@every_kind
def test_comment_of_the_kind_is_kept_as_what_it_is(post, kind):
    post(kind=kind.value)
    assert Comment.objects.get().kind == kind


@counted_kind
def test_number_of_the_kind_is_said_and_leads_to_those_alone(client, discussion, kind):
    comments = one_of_each(discussion)
    CommentFactory(discussion=discussion, kind=kind)
    CommentFactory(discussion=discussion, kind=kind, state="pending")
    html = page_of(client, discussion)
    assert str(kind.counted % 2) in html
    assert f"?kind={kind.value}" in html
    chosen = page_of(client, discussion, f"?kind={kind.value}")
    shown = {one for one, comment in comments.items() if comment.public_id in chosen}
    assert shown == {kind}


@counted_kind
def test_number_of_a_kind_that_nobody_used_is_not_said(client, discussion, kind):
    for other in COUNTED:
        if other != kind:
            CommentFactory.create_batch(2, discussion=discussion, kind=other)
    html = page_of(client, discussion)
    assert f"?kind={kind.value}" not in html
    assert html.count("?kind=") == len(COUNTED) - 1


def test_plain_notes_are_neither_counted_nor_labelled(client, discussion):
    CommentFactory.create_batch(2, discussion=discussion)
    html = page_of(client, discussion)
    assert "?kind=" not in html
    assert 'class="kind"' not in html


@counted_kind
def test_kind_is_said_beside_the_name(client, discussion, kind):
    CommentFactory(discussion=discussion, kind=kind)
    label = page_of(client, discussion).partition('<span class="kind">')[2].partition("<")[0]
    assert label.startswith(str(kind.label))


@every_kind
def test_feed_of_the_kind_holds_those_alone(client, discussion, kind):
    comments = one_of_each(discussion)
    feed = client.get(reverse("comments-kind-feed", args=[kind.value])).content.decode()
    shown = {one for one, comment in comments.items() if comment.public_id in feed}
    assert shown == {kind}
    assert str(kind.label) in feed


@every_kind
def test_desk_narrows_its_list_to_the_kind(admin_client, discussion, kind):
    comments = one_of_each(discussion)
    url = reverse("admin:comments_comment_changelist")
    html = admin_client.get(url, {"kind__exact": kind.value, "state": "all"}).content.decode()
    shown = {one for one, comment in comments.items() if comment.name in html}
    assert shown == {kind}


@every_kind
def test_discussion_page_leads_to_the_feed_of_the_kind(client, discussion, kind):
    html = page_of(client, discussion)
    url = reverse("comments-kind-feed", args=[kind.value])
    assert f'<a href="{url}">' in html
    assert f'href="{url}">\n' in html.partition("</head>")[0]


@pytest.mark.parametrize("on", ["article", "company"])
def test_page_with_a_discussion_leads_to_its_feed(client, on):
    subject = ArticleFactory() if on == "article" else CompanyFactory()
    feed = reverse("comments:atom", args=[on, subject.pk])
    head, _end, body = client.get(subject.get_absolute_url()).content.decode().partition("</head>")
    assert '<link rel="alternate" type="application/atom+xml"' in head
    assert f'href="{feed}">' in head
    assert f'<a href="{feed}">' in body
    assert client.get(feed).status_code == 200


def test_discussion_page_leads_to_its_own_feed_and_to_that_of_all_comments(client, discussion):
    head, _end, body = page_of(client, discussion).partition("</head>")
    for url in (reverse("comments:atom", args=discussion.key), reverse("comments-feed")):
        assert f'href="{url}">' in head
        assert f'<a href="{url}">' in body

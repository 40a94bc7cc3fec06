"""What people type into comments, where others read it: the queue, private pages, mails, feeds."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.utils import timezone

from accounts.factories import UserFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.mail.letters import own_link, person_link
from comments.models import Comment, Commenter
from comments.writing import moderation
from core.tests.markup import assert_safe, attributes
from tests.hostile import sample

pytestmark = pytest.mark.django_db
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def keepable(text):
    """What a form lets through: the forms themselves are tried elsewhere."""
    return "".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)


def handlers(html, tag):
    return [name for found in attributes(html, tag) for name in found if name.startswith("on")]


@pytest.fixture
def comments(db):
    """Hostile names, passages and words of somebody whose address is confirmed."""
    commenter = Commenter.objects.create(email="eve@example.org", confirmed_at=timezone.now())
    discussion = DiscussionFactory()
    made = []
    for text in sample(60):
        words = keepable(text) or "-"
        fields = {"name": words[:60], "quote": words[:500], "body": words[:5000]}
        made.append(
            CommentFactory(
                **fields,
                discussion=discussion,
                commenter=commenter,
                is_confirmed=True,
                wants_replies=True,
                email=commenter.email,
                state="pending",
                kind="correction",
            )
        )
    return made


def test_queue_and_private_pages_show_hostile_words_as_words(client, comments):
    client.force_login(UserFactory(groups=["Moderator"]))
    pages = ["/admin/comments/comment/", "/admin/comments/comment/?state=all&q=%27%22"]
    for comment in comments[::6]:
        pages.append(f"/admin/comments/comment/{comment.pk}/change/")
        pages.append(urlsplit(own_link(comment)).path)
    pages.append(urlsplit(person_link(comments[0].commenter)).path)
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        html = response.content.decode()
        # Our own scripts are files: whatever else stands in a script was typed.
        assert "<script>alert" not in html
        assert not [name for tag in ("img", "svg", "a") for name in handlers(html, tag)]


def test_hostile_words_do_no_harm_in_mails_and_feeds(
    client, comments, admin_user, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for comment in comments:
            moderation.approve(comment, by=admin_user)
            moderation.set_course(comment, "accepted", outcome=comment.body[:400], by=admin_user)
    assert len(mail.outbox) >= 20
    for message in mail.outbox:
        assert message.recipients() == ["eve@example.org"]
        assert "\n" not in message.subject
        text = message.message().as_string()
        head = text.partition("\n\n")[0]
        assert "\nBcc:" not in head
        html = message.alternatives[0].content
        assert_safe(html.partition("</head>")[2])
    feeds = ["/feeds/comments.atom", "/feeds/comments/correction.atom"]
    for feed in [*feeds, f"{comments[0].discussion.get_page_url()}comments.atom"]:
        ElementTree.fromstring(client.get(feed).content)


def test_hostile_words_in_reports_and_choices_are_no_fault(client):
    comment = CommentFactory()
    for text in map(keepable, sample(40)):
        data = {"reason": text[:50], "note": text}
        url = f"/discussions/report/{comment.public_id}/"
        response = client.post(url, data, headers=SAME_ORIGIN)
        assert response.status_code == 422
        response = client.post(url, {**data, "reason": "spam"}, headers=SAME_ORIGIN)
        assert response.status_code in (200, 422, 429)
        for name in ("sort", "kind", "page"):
            query = {"sort": "best", name: text}
            status = client.get(comment.discussion.get_page_url(), query).status_code
            assert status in (200, 400, 404)
    comment.refresh_from_db()
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.get(f"/admin/comments/comment/{comment.pk}/change/").status_code == 200


def test_hostile_links_lead_nowhere(client):
    CommentFactory()
    for text in sample(40):
        token = keepable(text).replace("/", "").strip(".") or "x"
        for name in ("own", "confirm", "person", "unsubscribe", "refuse", "moderate"):
            address = f"/discussions/{name}/{token[:500]}/"
            assert client.get(address).status_code in (400, 404, 301), address
            assert client.post(address).status_code in (400, 404, 301), address
    assert Comment.objects.filter(state="published").count() == 1

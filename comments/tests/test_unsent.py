"""No words are lost: what went while somebody wrote hands them back, and names are remembered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.factories import ArticleFactory
from comments.factories import CommentFactory
from comments.models import Comment, Discussion
from comments.people.identity import NAME_COOKIE
from comments.people.tokens import make_token
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db
WORDS = "Two hours of <thought> & work"
SHOWN = "Two hours of &lt;thought&gt; &amp; work"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _open(settings):
    settings.COMMENTS_MODE = "post"


def put_off(article):
    type(article).objects.filter(pk=article.pk).update(
        published_at=timezone.now() + timedelta(days=1)
    )


def unpublish(article):
    type(article).objects.filter(pk=article.pk).update(status="draft", published_at=None)


def delete(article):
    type(article)._base_manager.filter(pk=article.pk).delete()


@pytest.mark.parametrize("headers", [None, JSON], ids=["page", "script"])
@pytest.mark.parametrize("happens", [put_off, unpublish, delete])
def test_article_that_went_while_somebody_wrote_hands_the_words_back(
    aged_form_token, client, happens, headers
):
    article = ArticleFactory(title="A secret headline")
    discussion = Discussion.objects.of(article)
    stamp, url = aged_form_token(discussion), discussion.get_page_url()
    happens(article)
    typed = {"kind": "correction", "name": "P", "text": WORDS, "quote": "Said so", "stamp": stamp}
    response = client.post(url, typed, headers=headers)
    html = response.json()["html"] if headers else response.content.decode()
    assert response.status_code == 404
    assert SHOWN in html
    assert "Said so" in html
    assert "secret headline" not in html
    assert "no-store" in response["Cache-Control"]
    assert not Comment.objects.exists()


def test_company_that_was_closed_hands_the_words_back(post):
    company = CompanyFactory()
    type(company).objects.filter(pk=company.pk).update(is_public=False)
    assert SHOWN in post(on=company, text=WORDS).content.decode()


def test_discussion_that_was_closed_hands_the_words_back(post, article):
    Discussion.objects.create(article=article, is_open=False)
    response = post(text=WORDS)
    assert response.status_code == 403
    assert SHOWN in response.content.decode()


def test_article_that_never_was_answers_like_any_address(client):
    response = client.post("/discussions/article/987654/", {"text": "  "})
    assert response.status_code == 404
    assert "What you wrote" not in response.content.decode()
    assert client.get("/discussions/article/987654/").status_code == 404


def test_answer_to_a_comment_that_went_is_handed_back_and_not_posted_by_itself(post, article):
    parent = CommentFactory(discussion__article=article)
    Comment.objects.update(state="withdrawn")
    response = post(text=WORDS, parent=parent.public_id)
    assert response.status_code == 422
    assert SHOWN in response.content.decode()
    assert "no longer there" in response.content.decode()
    assert Comment.objects.count() == 1


def test_edit_under_an_article_that_went_is_handed_back(post, client, article):
    url = f"/discussions/mine/{post()['Location'].partition('#c-')[2]}/"
    unpublish(article)
    response = client.post(url, {"text": WORDS})
    assert (response.status_code, SHOWN in response.content.decode()) == (404, True)


def test_note_of_a_report_on_a_comment_that_went_is_handed_back():
    comment = CommentFactory(state="withdrawn")
    url = reverse("comments:report", args=[comment.public_id])
    headers = {"Sec-Fetch-Site": "same-origin"}
    response = Client().post(url, {"reason": "abuse", "note": WORDS}, headers=headers)
    assert (response.status_code, SHOWN in response.content.decode()) == (404, True)


@pytest.mark.parametrize("field", ["text", "appeal"])
def test_what_is_written_about_one_s_own_comment_that_was_deleted_is_handed_back(client, field):
    url = reverse("comments:own", args=[make_token("own", "gone")])
    response = client.post(url, {field: WORDS})
    assert (response.status_code, SHOWN in response.content.decode()) == (404, True)


def test_appeal_against_a_ban_that_was_deleted_is_handed_back(client):
    url = reverse("comments:ban", args=[make_token("ban", 987654)])
    response = client.post(url, {"appeal": WORDS})
    assert (response.status_code, SHOWN in response.content.decode()) == (404, True)


# ---- name and address


def form_of(client, article):
    return client.get(f"{Discussion.objects.of(article).get_page_url()}form/").json()


def test_name_and_address_are_remembered_where_somebody_asked_for_it(post, client, article):
    post(name="Priya", email="p@example.org", remember="on")
    assert client.cookies[NAME_COOKIE]["httponly"]
    told = form_of(client, article)
    assert (told["name"], told["email"], told["remember"]) == ("Priya", "p@example.org", True)
    parent = Comment.objects.get()
    reply = client.get(f"{parent.discussion.get_page_url()}?reply={parent.public_id}")
    assert 'value="p@example.org"' in reply.content.decode()
    assert "checked" in reply.content.decode().partition('name="remember"')[2][:60]


def test_nothing_is_remembered_unasked_and_the_next_comment_may_forget(post, client, article):
    post(name="Priya")
    assert NAME_COOKIE not in client.cookies
    post(name="Priya", text="Remember me.", remember="on")
    post(name="Priya", text="Forget me.")
    assert "name" not in form_of(client, article)


@pytest.mark.parametrize("value", ["", "forged", "a:b:c"])
def test_forged_name_is_nobody_s(client, article, value):
    client.cookies[NAME_COOKIE] = value
    assert "name" not in form_of(client, article)


def test_remembered_address_proves_nothing(post, client, article):
    post(name="Priya", email="p@example.org", remember="on")
    post(name="Priya", email="p@example.org", text="Once more.")
    assert not Comment.objects.filter(is_confirmed=True).exists()

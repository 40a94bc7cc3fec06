import re

import pytest
from django.test import Client

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, Discussion, WordRule
from comments.writing import moderation
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def open_door(settings):
    settings.COMMENTS_MODE = "post"


def page_of(client, discussion):
    return client.get(discussion.get_page_url()).content.decode()


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]+)"', html)[1]


# Without JavaScript: the whole way.


def test_form_of_stored_page_answers_check_page_with_everything_typed(client, article):
    discussion = Discussion.objects.of(article)
    typed = {"kind": "tip", "name": "Priya", "email": "p@example.org", "text": "Read *this*."}
    response = client.post(discussion.get_page_url(), typed)
    html = response.content.decode()
    assert response.status_code == 200
    assert Comment.objects.count() == 0
    assert "Check your comment" in html
    assert 'value="Priya"' in html
    assert 'value="p@example.org"' in html
    assert "<em>this</em>" in html
    assert re.search(r'value="tip"[^>]*checked', html)
    assert "Post it" in html
    assert "no-store" in response["Cache-Control"]


def test_what_posting_would_refuse_is_refused_before_the_check_page_says_post_it(client, article):
    WordRule.objects.create(phrase="casino", effect="refuse")
    url = Discussion.objects.of(article).get_page_url()
    for refused in ({"name": "The desk"}, {"text": "Win at my casino."}):
        typed = {"kind": "note", "name": "Priya", "text": "It went the other way."} | refused
        response = client.post(url, typed)
        html = response.content.decode()
        assert response.status_code == 422
        assert "This is how it will look" not in html
        assert typed["text"] in html
    assert not Comment.objects.exists()


def test_check_page_posted_again_keeps_the_comment_and_tells_why_it_waits(article):
    client = Client(enforce_csrf_checks=True)
    url = Discussion.objects.of(article).get_page_url()
    typed = {"kind": "note", "name": "Priya", "text": "It went the other way."}
    html = client.post(url, typed).content.decode()
    secrets = {name: hidden(html, name) for name in ("stamp", "csrfmiddlewaretoken")}
    response = client.post(url, {**typed, **secrets})
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/discussions/mine/{comment.public_id}/"
    assert comment.state == "pending"
    shown = client.get(response["Location"]).content.decode()
    assert "It went the other way." in shown
    assert comment.get_reason_display() in shown


def test_post_with_a_stamp_and_no_token_is_handed_back_and_not_kept(article, aged_form_token):
    client = Client(enforce_csrf_checks=True)
    discussion = Discussion.objects.of(article)
    data = {"kind": "note", "name": "P", "text": "Cross site", "stamp": aged_form_token(discussion)}
    response = client.post(discussion.get_page_url(), data)
    assert response.status_code == 200
    assert "Cross site" in response.content.decode()
    assert Comment.objects.count() == 0


def test_held_comment_is_shown_to_nobody_else(post, article):
    url = post(text="For my eyes")["Location"]
    stranger = Client()
    assert stranger.get(url).status_code == 404
    assert "For my eyes" not in page_of(stranger, Discussion.objects.of(article))


def test_forged_cookie_opens_no_held_comment(post, client):
    url = post()["Location"]
    client.cookies["mine"] = client.cookies["mine"].value[:-3] + "abc"
    assert client.get(url).status_code == 404


def test_published_comment_leads_back_to_its_place(post, article, open_door):
    response = post()
    comment = Comment.objects.get()
    assert comment.state == "published"
    assert response["Location"] == f"{article.get_absolute_url()}#c-{comment.public_id}"


def test_comment_on_a_company_is_kept(post, db):
    company = CompanyFactory()
    assert post(on=company).status_code == 303
    assert Comment.objects.get().discussion.company == company


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Say who you are"),
        ("name", "​‍", "Say who you are"),
        ("name", "x" * 61, "Keep to 60 characters"),
        ("text", " \n ", "Write your comment"),
        ("text", "a", "at least two characters"),
        ("text", "x" * 5001, "Keep to 5000 characters"),
        ("email", "a@b.example\r\nBcc: all@example.org", "does not look like"),
        ("email", "not an address", "does not look like"),
        ("quote", "x" * 501, "Keep to 500 characters"),
        ("kind", "editorial", "valid choice"),
    ],
)
def test_wrong_field_is_told_beside_it_and_nothing_is_lost(post, field, value, words):
    response = post(**{"text": "Something long to keep", field: value})
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert 'aria-invalid="true"' in html
    assert f'id="id_{field}_error"' in html
    assert 'role="alert"' in html
    if field != "text":
        assert "Something long to keep" in html
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("text", ["ab", "x" * 5000, "a\r\n" * 2500])
def test_text_at_the_limit_is_kept(post, text):
    assert post(text=text).status_code == 303


def test_forged_fields_change_nothing(post, django_user_model):
    user = django_user_model.objects.create_user("editor")
    post(state="published", staff=user.pk, reason="", course="accepted", outcome="Yes", subnet="x")
    comment = Comment.objects.get()
    assert comment.state == "pending"
    assert comment.staff is None
    assert (comment.course, comment.outcome) == ("", "")
    assert comment.subnet != "x"


def test_correction_keeps_its_quote_and_starts_open(post):
    post(kind="correction", quote="rewrote its sync engine")
    comment = Comment.objects.get()
    assert comment.quote == "rewrote its sync engine"
    assert comment.course == "open"


PROPOSED = {"value": "57 offices", "as_of": "June 2026", "link": "example.org/report"}


def proposed_in(comment) -> list:
    return [comment.proposed_value, comment.proposed_date, comment.proposed_link]


def test_correction_may_propose_a_value_its_date_and_a_link(post, client, article):
    post(kind="correction", quote="It has 75 offices.", **PROPOSED)
    comment = Comment.objects.get()
    assert proposed_in(comment) == ["57 offices", "June 2026", "https://example.org/report"]
    moderation.approve(comment, by=UserFactory())
    html = client.get(article.get_absolute_url()).text
    assert '<b dir="auto">57 offices (June 2026)</b>' in html
    assert '<a href="https://example.org/report" rel="ugc nofollow noopener">' in html


@pytest.mark.parametrize("kind", ["note", "question", "tip"])
def test_other_kinds_propose_nothing(post, kind):
    post(kind=kind, **PROPOSED)
    assert proposed_in(Comment.objects.get()) == ["", "", ""]


def test_correction_that_proposes_nothing_shows_nothing_of_it(post, client, article):
    post(kind="correction", quote="It has 75 offices.")
    moderation.approve(Comment.objects.get(), by=UserFactory())
    assert "Proposed:" not in client.get(article.get_absolute_url()).text


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("link", "javascript:alert(1)", "not look like an address"),
        ("link", "ftp://example.org/", "not look like an address"),
        ("link", "no address", "not look like an address"),
        ("link", f"https://example.org/{'x' * 500}", "Keep to 500 characters"),
        ("value", "x" * 121, "Keep to 120 characters"),
        ("as_of", "x" * 61, "Keep to 60 characters"),
    ],
)
def test_proposal_that_cannot_be_kept_is_told_beside_its_field(post, name, value, told):
    response = post(kind="correction", quote="It has 75.", **{**PROPOSED, name: value})
    assert response.status_code == 422
    assert told in response.text
    assert "57 offices" in response.text or name == "value"
    assert not Comment.objects.exists()


def test_link_that_is_proposed_counts_as_a_link(post):
    text = "See https://one.example and https://two.example."
    post(kind="correction", text=text, **PROPOSED)
    assert Comment.objects.get().link_count == 3


def test_no_address_is_stored(post):
    post()
    assert "127.0" not in Comment.objects.get().subnet
    assert len(Comment.objects.get().subnet) == 64


# With JavaScript: the same view, answered in JSON.


def test_json_post_answers_the_held_comment_and_its_reason(post):
    response = post(headers=JSON)
    told = response.json()
    assert response.status_code == 201
    assert (told["state"], told["thread"]) == ("pending", "")
    assert "It went the other way." in told["html"]
    assert "First comments are read by an editor" in told["message"]


def test_json_reply_tells_the_thread_it_goes_under(post, article):
    parent = CommentFactory(discussion__article=article)
    told = post(headers=JSON, parent=parent.public_id).json()
    assert told["thread"] == parent.public_id


def test_json_errors_answer_the_form_with_its_stamp(post):
    response = post(headers=JSON, name="")
    assert response.status_code == 422
    assert "Say who you are" in response.json()["html"]
    assert 'name="stamp"' in response.json()["html"]


def test_stamp_fragment_is_never_stored(client, article):
    response = client.get(f"{Discussion.objects.of(article).get_page_url()}form/")
    assert set(response.json()) == {"stamp", "csrfmiddlewaretoken"}
    assert "no-store" in response["Cache-Control"]


def test_mine_answers_own_held_comments_and_no_other(post, client, article):
    post(text="Mine alone")
    discussion = Discussion.objects.get()
    CommentFactory(discussion=discussion, state="pending", body="Somebody else's")
    html = str(client.get(f"{discussion.get_page_url()}mine/").json())
    assert "Mine alone" in html
    assert "Somebody else" not in html
    assert Client().get(f"{discussion.get_page_url()}mine/").json() == {"comments": []}


# Replies.


def test_reply_page_shows_the_comment_and_its_form(client, article):
    parent = CommentFactory(discussion__article=article, name="Priya", body="Is it so?")
    response = client.get(f"{parent.discussion.get_page_url()}?reply={parent.public_id}")
    html = response.content.decode()
    assert "Is it so?" in html
    assert f'name="parent" value="{parent.public_id}"' in html
    assert "no-store" in response["Cache-Control"]


def test_reply_to_a_reply_stands_at_level_two_and_names_whom_it_answers(
    post, client, article, open_door
):
    root = CommentFactory(discussion__article=article)
    first = CommentFactory(
        discussion=root.discussion, thread=root, in_reply_to=root, name="Ann Other"
    )
    post(parent=first.public_id, text="Deeper still")
    reply = Comment.objects.get(body="Deeper still")
    assert reply.thread == root
    assert reply.in_reply_to == first
    html = page_of(client, root.discussion)
    assert "in reply to <bdi>Ann Other</bdi>" in html
    assert f'href="#c-{first.public_id}"' in html


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "removed"])
def test_reply_to_what_is_not_shown_is_handed_back(post, article, state):
    parent = CommentFactory(discussion__article=article, state=state)
    response = post(parent=parent.public_id, text="Hello there")
    assert (response.status_code, "Hello there" in response.content.decode()) == (422, True)
    assert Comment.objects.get() == parent


def test_reply_across_discussions_is_handed_back(post, article):
    DiscussionFactory(article=article)
    other = CommentFactory()
    assert post(parent=other.public_id).status_code == 422
    assert Comment.objects.get() == other


# What is not public takes nothing.


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
@pytest.mark.parametrize("part", ["", "form/", "mine/"])
def test_discussion_of_an_article_that_is_not_public_is_404(client, state, part):
    discussion = Discussion.objects.of(ArticleFactory(**{state: True}))
    assert client.get(f"{discussion.get_page_url()}{part}").status_code == 404
    assert client.post(discussion.get_page_url(), {}).status_code == 404


def test_comment_of_a_hidden_company_is_404(client):
    company = CompanyFactory(is_public=False)
    comment = CommentFactory(discussion=DiscussionFactory(article=None, company=company))
    assert client.get(comment.get_page_url()).status_code == 404


@pytest.mark.parametrize("pk", [0, 2**63, 10**30])
def test_discussion_of_nothing_is_404(client, db, pk):
    assert client.get(f"/discussions/article/{pk}/").status_code == 404


@pytest.mark.parametrize(
    "query", ["reply=", "reply=%F0", "before='", "thread=x%0A", "reply=a&reply=b"]
)
def test_mark_that_names_no_comment_is_404(client, article, query):
    url = Discussion.objects.of(article).get_page_url()
    assert client.get(f"{url}?{query}").status_code == 404

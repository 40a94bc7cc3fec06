"""Changes of words with an hour: they are named when they are approved, and told when it comes."""

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.factories import ArticleFactory, AuthorFactory
from articles.models import PlannedChange
from comments.factories import CommentFactory, DiscussionFactory
from corrections.models import Correction
from corrections.tests.test_admin import member_of, publish_url, rewrite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
NOTE = "It has 57 offices."
AT = "2999-05-01T08:00:00"


@pytest.fixture
def editor():
    return member_of("Editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def article(editor):
    article = ArticleFactory(
        slug="live", body="It is big. It has 75 offices.", authors=[AuthorFactory()]
    )
    rewrite(article, editor, body=f"It is big. {NOTE}")
    return article


def named(**values):
    return {"kind": "correction", "note": NOTE, "revision": 2, "credit": "Ada", "at": AT} | values


def page():
    return Client().get("/articles/live/").text


def test_change_of_words_is_told_to_readers_at_its_hour(desk, editor, article, queue):
    desk.post(publish_url(article), named())
    queue()
    assert "75 offices" in page()
    assert NOTE not in page()
    assert not Correction.objects.exists()
    PlannedChange.objects.update(at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    queue()
    assert "75 offices" not in page().split('id="corrections"')[0]
    correction = Correction.objects.get()
    assert (correction.kind, correction.note, correction.by) == ("correction", NOTE, editor)
    assert correction.credit == "Ada"
    assert correction.changes == [{"before": "It has 75 offices.", "after": NOTE}]


def test_change_without_an_hour_is_published_at_once(desk, article):
    desk.post(publish_url(article), named(at=""))
    assert NOTE in page()
    assert not PlannedChange.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"at": "2001-01-01T08:00:00"}, "This hour has passed."),
        ({"at": "soon"}, "Enter a valid date"),
        ({"kind": "minor"}, "A number changes"),
        ({"kind": "retraction"}, "This is not put off"),
        ({"revision": 1}, "Somebody saved the article meanwhile"),
    ],
)
def test_hour_or_name_that_cannot_be_is_told_and_keeps_what_was_typed(desk, article, values, words):
    response = desk.post(publish_url(article), named(**values))
    assert words in response.text
    assert f">\n{NOTE}</textarea>" in response.text
    assert "75 offices" in page()
    assert not PlannedChange.objects.exists()


@pytest.mark.parametrize(
    "at",
    ["2999-02-31T00:00:00Z", "2999-05-01T08:00:00", "9999-12-31T23:59:59-14:00", "soon"],
)
def test_address_with_an_hour_that_makes_no_sense_proposes_none(desk, article, at):
    response = desk.get(publish_url(article), {"at": at})
    assert response.status_code == 200
    assert 'value="2999' not in response.text
    assert 'value="9999' not in response.text


def test_what_a_reader_waits_for_is_not_put_off(desk, article):
    discussion = DiscussionFactory(article=article)
    comment = CommentFactory(discussion=discussion, kind="correction", quote="It has 75 offices.")
    form = desk.get(f"{publish_url(article)}?comment={comment.pk}").context["form"]
    assert "at" not in form.fields
    assert "at" in desk.get(publish_url(article)).context["form"].fields

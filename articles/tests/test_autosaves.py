"""What is typed at the desk is kept before it is saved: for its editor alone, and no reader."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Article, Autosave, Revision
from articles.publishing import autosaving, snapshots
from articles.tests.test_admin import form_data, new_data

pytestmark = pytest.mark.django_db
NEW = reverse("admin:articles_article_autosave_new")
ADD = reverse("admin:articles_article_add")
NOW = 1_700_000_000_000
VALUES = {"title": "Half a title", "body": "Half of a sentence", "section": [["1", "Desk"]]}


@pytest.fixture
def editor():
    return UserFactory(username="edith", groups=["Editor"])


@pytest.fixture
def mara():
    return UserFactory(first_name="Mara", last_name="Lind", groups=["Editor"])


@pytest.fixture
def article():
    return ArticleFactory(draft=True, title="Whole", authors=[AuthorFactory()])


def address(article, name="autosave"):
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


def send(client, by, url, **sent):
    """As the script does."""
    client.force_login(by)
    sent = {"user": by.pk, "copy": "tab-1", "base_number": 0, "at": NOW, **sent}
    return client.post(url, json.dumps(sent), content_type="application/json")


def form_page(client, user, url):
    client.force_login(user)
    return client.get(url).context["autosave"]["kept"]


def test_typed_text_is_kept_for_its_editor_alone_and_changes_nothing(client, editor, mara, article):
    before = snapshots.of(article), article.saved_at
    answer = send(client, editor, address(article), values=VALUES)
    assert (answer.status_code, answer.json()["kept"]) == (200, True)
    assert "no-store" in answer["Cache-Control"]
    assert not Revision.objects.exists()
    article = Article.objects.get()
    assert (snapshots.of(article), article.saved_at) == before
    kept = form_page(client, editor, address(article, "change"))
    assert kept["copies"] == [{"id": "tab-1", "at": NOW, "values": VALUES}]
    assert kept["puts_back"] == "newest"
    assert form_page(client, mara, address(article, "change"))["copies"] == []


def test_text_is_written_over_and_what_arrives_late_changes_nothing(client, editor, article):
    for at, body in [(NOW, "One"), (NOW + 2, "Two"), (NOW + 2, "Two"), (NOW + 1, "Late")]:
        assert (
            send(client, editor, address(article), values={"body": body}, at=at).status_code == 200
        )
    assert Autosave.objects.get().values == {"body": "Two"}
    send(client, editor, address(article), values={"body": "Elsewhere"}, copy="tab-2")
    assert Autosave.objects.get().values == {"body": "Elsewhere"}


def test_new_stories_are_kept_by_the_form_they_were_typed_into(client, editor, mara):
    for number in (1, 2):
        values = {"title": f"Story {number}"}
        send(client, editor, NEW, copy=f"tab-{number}", values=values, at=NOW + number)
    send(client, mara, NEW, values={"title": "Hers"})
    assert not Article.objects.exists()
    kept = form_page(client, editor, ADD)
    assert [one["title"] for one in kept["copies"]] == ["Story 2", "Story 1"]
    assert kept["puts_back"] == ""
    kept = form_page(client, editor, kept["copies"][1]["address"])
    assert kept["puts_back"] == "tab-1"
    assert kept["copies"][0]["values"] == {"title": "Story 1"}
    assert [one["title"] for one in kept["copies"][1:]] == ["Story 2"]
    [first, second] = Autosave.objects.unsaved_by(editor)
    assert (first.title, second.title) == ("Story 2", "Story 1")


def test_saving_ends_it_whatever_is_still_on_its_way(client, editor, mara, article):
    send(client, editor, address(article), values=VALUES)
    send(client, mara, address(article), values=VALUES)
    client.force_login(editor)
    data = form_data(snapshots.of(article), title="Saved", copy="tab-1", _save="")
    assert client.post(address(article, "change"), data).status_code == 302
    assert Article.objects.get().title == "Saved"
    assert form_page(client, editor, address(article, "change"))["copies"] == []
    answer = send(client, editor, address(article), values=VALUES, at=NOW + 9)
    assert answer.json()["kept"] is False
    assert not Autosave.objects.unsaved_by(editor).exists()
    assert Autosave.objects.unsaved_by(mara).count() == 1, "hers is as it was"
    assert send(client, editor, address(article), values=VALUES, copy="tab-2").json()["kept"]


def test_refused_form_ends_nothing(client, editor, article):
    send(client, editor, address(article), values=VALUES)
    data = form_data(snapshots.of(article), title="", copy="tab-1", _save="")
    assert client.post(address(article, "change"), data).status_code == 200
    assert Autosave.objects.unsaved_by(editor).count() == 1


def test_saving_a_new_story_ends_that_one(client, editor):
    for copy in ("tab-1", "tab-2"):
        send(client, editor, NEW, copy=copy, values=VALUES)
    assert client.post(ADD, new_data(copy="tab-1", _save="")).status_code == 302
    assert [one.copy for one in Autosave.objects.unsaved_by(editor)] == ["tab-2"]
    assert send(client, editor, NEW, values=VALUES, at=NOW + 9).json()["kept"] is False
    assert [one.copy for one in Autosave.objects.unsaved_by(editor)] == ["tab-2"]


def test_saving_without_scripts_ends_it_too(client, editor, article):
    send(client, editor, address(article), values=VALUES)
    client.post(address(article, "change"), form_data(snapshots.of(article), _save=""))
    assert not Autosave.objects.unsaved_by(editor).exists()


def test_what_is_thrown_away_is_gone_unless_another_form_has_written_since(client, editor, article):
    send(client, editor, address(article), values=VALUES, copy="tab-2")
    send(client, editor, address(article), thrown="tab-1")
    assert Autosave.objects.unsaved_by(editor).count() == 1
    for _twice in range(2):
        assert send(client, editor, address(article), thrown="tab-2").status_code == 200
    assert not Autosave.objects.unsaved_by(editor).exists()
    send(client, editor, NEW, values=VALUES)
    send(client, editor, NEW, thrown="tab-1")
    assert not Autosave.objects.filter(article=None).exists()


def test_it_goes_with_its_article_when_the_trash_is_emptied(client, editor, article):
    send(client, editor, address(article), values=VALUES)
    article.delete()
    assert not Autosave.objects.exists()


# Who may


def test_only_who_may_change_the_article_keeps_a_text_of_it(client, article):
    user = UserFactory(groups=["Writer"])
    assert send(client, user, address(article), values=VALUES).status_code == 403
    assert client.get(address(article)).status_code == 403
    user = UserFactory(groups=["Moderator"])
    assert send(client, user, NEW, values=VALUES).status_code == 403
    assert not Autosave.objects.exists()
    own = ArticleFactory(draft=True, authors=[AuthorFactory(user=UserFactory(groups=["Writer"]))])
    assert send(client, own.authors.get().user, address(own), values=VALUES).status_code == 200


def test_who_is_signed_out_is_told_so_where_they_are(client, article):
    answer = client.post(address(article), "{}", content_type="application/json")
    assert (answer.status_code, answer.json()) == (401, {"login": reverse("admin:login")})
    client.force_login(UserFactory(is_staff=False))
    assert client.get(NEW).status_code == 401


def test_text_is_not_taken_for_another_s_who_signed_in_meanwhile(client, editor, mara, article):
    answer = send(client, mara, address(article), user=editor.pk, values=VALUES)
    assert (answer.status_code, answer.json()["user"]) == (409, mara.pk)
    assert not Autosave.objects.exists()


def test_token_is_given_to_a_form_that_is_older_than_the_login(client, editor, article):
    client.force_login(editor)
    state = client.get(address(article)).json()
    assert len(state["token"]) == 64
    assert (state["user"], state["name"]) == (editor.pk, "edith")


# What is refused


@pytest.mark.parametrize(
    "sent",
    [
        {"copy": ""},
        {"copy": "a b"},
        {"copy": "x" * 65},
        {"copy": ["tab-1"]},
        {"base_number": -1},
        {"base_number": 2**31},
        {"base_number": True},
        {"at": -1},
        {"at": "now"},
        {"at": None},
        {"values": []},
        {"values": {"body": 7}},
        {"values": {"body": {"deep": "er"}}},
        {"values": {"section": [["1"]]}},
        {"values": {"section": [["1", None]]}},
        {"values": {"body": "a\0b"}},
        {"values": {"a\0b": ""}},
        {"values": {"body": "\ud800"}},
        {"values": {"x" * 201: ""}},
        {"values": dict.fromkeys(map(str, range(2_001)), "")},
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_what_is_no_form_is_refused(client, editor, article, sent):
    for url in (address(article), NEW):
        answer = send(client, editor, url, **({"values": VALUES} | sent))
        assert answer.status_code == 400, answer.json()
        assert answer.json()["error"]
    assert not Autosave.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "7", "{", "[" * 100_000, b"\xff", '{"at": ' + "9" * 5000]
)
def test_what_is_no_json_object_is_refused(client, editor, article, body):
    client.force_login(editor)
    answer = client.post(address(article), body, content_type="application/json")
    assert answer.status_code == 400


def test_text_of_any_length_is_kept_up_to_a_bound(client, editor, article):
    assert send(client, editor, address(article), values={"body": "x" * 999_000}).status_code == 200
    assert (
        send(client, editor, address(article), values={"body": "x" * 1_000_000}).status_code == 413
    )
    assert (
        send(client, editor, address(article), values={"body": "x" * 3_000_000}).status_code == 413
    )
    assert len(Autosave.objects.get().values["body"]) == 999_000


def test_hour_of_a_clock_that_is_ahead_is_now(client, editor, article):
    send(client, editor, address(article), values=VALUES, at=10**18)
    assert Autosave.objects.get().typed_at <= timezone.now()


def test_new_stories_are_bounded_without_losing_one(client, editor, monkeypatch):
    monkeypatch.setattr(autosaving, "MOST_NEW_STORIES", 2)
    answers = [send(client, editor, NEW, copy=copy, values=VALUES).status_code for copy in "abac"]
    assert answers == [200, 200, 200, 400]
    assert sorted(Autosave.objects.values_list("copy", flat=True)) == ["a", "b"]


def test_article_that_is_gone_is_told(client, editor, article):
    url = address(article)
    article.delete()
    assert send(client, editor, url, values=VALUES).status_code == 404


# Who else is there


def test_editors_see_each_other_for_a_minute(client, editor, mara, article):
    send(client, mara, address(article))
    here = send(client, editor, address(article)).json()["people"]
    assert here == [{"name": "Mara Lind", "is_typing": False}]
    send(client, mara, address(article), values=VALUES)
    here = send(client, editor, address(article)).json()["people"]
    assert here == [{"name": "Mara Lind", "is_typing": True}]
    assert not Autosave.objects.unsaved_by(editor).exists(), "being there is no text"
    Autosave.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert send(client, editor, address(article)).json()["people"] == []


def test_nobody_without_rights_is_named(client, editor, mara, article):
    for lost in ({"is_active": False}, {"is_staff": False}):
        send(client, mara, address(article))
        type(mara).objects.filter(pk=mara.pk).update(**lost)
        assert send(client, editor, address(article)).json()["people"] == []
        type(mara).objects.filter(pk=mara.pk).update(is_active=True, is_staff=True)


def test_newer_revision_is_told_with_who_saved_it(client, editor, mara, article):
    send(client, editor, address(article), values=VALUES)
    assert client.get(address(article)).json()["newest"] is None
    content = publishing.newest_content(article)
    for by, name in [(mara, "Mara Lind"), (editor, "You, in another window,"), (None, "Somebody")]:
        content = content | {"title": f"{content['title']}!"}
        revision = publishing.save_revision(article, content, by=by)
        newest = send(client, editor, address(article)).json()["newest"]
        assert (newest["number"], newest["by"]) == (revision.number, name)
    assert Autosave.objects.get().values == VALUES, "another's save is no end of it"


def test_being_seen_is_written_now_and_then(client, editor, article):
    send(client, editor, address(article))
    seen = Autosave.objects.get().seen_at
    send(client, editor, address(article))
    assert Autosave.objects.get().seen_at == seen
    long_ago = seen - timedelta(seconds=11)
    Autosave.objects.update(seen_at=long_ago)
    send(client, editor, address(article))
    assert Autosave.objects.get().seen_at > seen


def test_keeping_a_text_takes_few_queries(client, editor, article, django_assert_max_num_queries):
    for user in UserFactory.create_batch(7, groups=["Editor"]):
        send(client, user, address(article), values=VALUES)
    send(client, editor, address(article), values=VALUES)
    sent = {"user": editor.pk, "copy": "tab-1", "base_number": 0, "at": NOW, "values": VALUES}
    with django_assert_max_num_queries(13):
        answer = client.post(address(article), json.dumps(sent), content_type="application/json")
    assert len(answer.json()["people"]) == 5

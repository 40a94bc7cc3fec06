"""What readers will see otherwise than its author may have meant, told at the desk."""

import pytest

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article
from articles.oddities import oddities_of
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def told(parts):
    return [(one["part"], one["line"], one["text"]) for one in oddities_of(parts)]


def test_oddities_of_a_list_name_their_part_and_know_its_entries():
    CompanyFactory(slug="spotify")
    parts = ["[a](#spotify) [b](#quora)", "x\n<div>"]
    assert told(parts) == [(0, 1, "#quora"), (1, 2, "<div>")]


def test_link_to_what_no_column_holds_is_told_as_well():
    assert told(["[a](#%00) [b](#no%00where)"]) == [(0, 1, "#"), (0, 1, "#nowhere")]


def test_text_without_oddities_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert told(["## A\n\n[a](#a) <sub>b</sub>"]) == []


def test_desk_tells_them_while_they_are_typed(as_editor):
    typed = {"article": "", "language": "en", "part": ["a <b>c</b>\n\n[x](#wayback)"]}
    html = as_editor.post("/admin/articles/article/coverage/", typed).text
    assert "How readers will see it" in html
    assert 'data-text="&lt;b&gt;" data-line="1" data-part="0"' in html
    assert 'data-text="#wayback" data-line="3"' in html
    assert "no heading of the text is called that" in html
    typed["part"] = ["a <sub>c</sub>"]
    html = as_editor.post("/admin/articles/article/coverage/", typed).text
    assert "How readers will see it" not in html


@pytest.mark.parametrize(("body", "is_told"), [("a <b>c</b>", True), ("a <sub>c</sub>", False)])
def test_desk_tells_them_with_the_save_and_beside_the_form(as_editor, body, is_told):
    data = {
        "base_number": 0,
        "title": "T",
        "slug": "t",
        "standfirst": "s",
        "body": body,
        "section": SectionFactory().pk,
        "kind": "story",
        "language": "en",
        "_save": "",
        "bylines-TOTAL_FORMS": 1,
        "bylines-INITIAL_FORMS": 0,
        "bylines-0-author": AuthorFactory().pk,
        "bylines-0-position": 1,
        "entries-TOTAL_FORMS": 0,
        "entries-INITIAL_FORMS": 0,
    }
    page = as_editor.post("/admin/articles/article/add/", data, follow=True)
    assert Article.objects.get().body == body
    messages = [str(message) for message in page.context["messages"]]
    told = [one for one in messages if "<code>&lt;b&gt;</code>" in one and "line 1" in one]
    assert bool(told) is is_told
    assert ("How readers will see it" in page.text) is is_told


def test_every_id_around_a_text_is_one_that_no_author_can_take(client):
    from core.prose.headings import is_taken
    from core.tests.markup import ids

    article = ArticleFactory(body="## mine {#my-own}\n\ntext", companies=[CompanyFactory()])
    found = ids(client.get(article.get_absolute_url()).text)
    assert "my-own" in found
    assert [one for one in found if one != "my-own" and not is_taken(one)] == []

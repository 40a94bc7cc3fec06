import pytest
from django.urls import reverse
from modelsearch import index

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory
from companies.factories import CompanyFactory
from facts.factories import FactFactory, SourceFactory
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db
FIND = "/admin/find/"


@pytest.fixture
def sign_in(client):
    def signed_in(role="", **kwargs):
        user = UserFactory(groups=[role] if role else [], is_superuser=not role, **kwargs)
        client.force_login(user)
        return user

    return signed_in


def found(client, asked):
    """By label of its group, what is found."""
    answer = client.get(FIND, {"q": asked, "as": "json"})
    assert answer.status_code == 200
    return {one["label"]: one["hits"] for one in answer.json()["groups"]}


def labels(client, asked, group):
    return [hit["label"] for hit in found(client, asked).get(group, [])]


def test_finds_articles_live_drafts_and_titles_that_wait(client, sign_in):
    sign_in("Editor")
    draft = ArticleFactory(title="Harbour master", draft=True)
    ArticleFactory(title="The harbour at night")
    ArticleFactory(title="As it was", waiting_title="Harbour, once more")
    ArticleFactory(title="Something else")
    hits = found(client, "harbour")["Articles"]
    assert {hit["label"] for hit in hits} == {
        *("Harbour master", "The harbour at night", "Harbour, once more")
    }
    [hit] = found(client, "harbour mas")["Articles"]
    assert hit["url"] == reverse("admin:articles_article_change", args=[draft.pk])
    assert hit["note"] == "draft"
    assert client.get(hit["url"]).status_code == 200


def test_finds_old_articles_by_the_index(client, sign_in, monkeypatch):
    sign_in("Editor")
    old = ArticleFactory(title="Harbour master")
    index.insert_or_update_object(old)
    ArticleFactory(title="Newer")
    monkeypatch.setattr("desk.finding.kinds.WINDOW", 1)
    assert labels(client, "harb", "Articles") == ["Harbour master"]
    assert labels(client, "arbour", "Articles") == []


def test_finds_every_kind_and_leads_to_its_form(client, sign_in):
    sign_in()
    company = CompanyFactory(name="Zebra Lines")
    index.insert_or_update_object(company)
    fact = FactFactory(company=company)
    made = {
        "Companies": company,
        "Figures": fact,
        "Sources": SourceFactory(title="Zebra report"),
        "Pictures": PictureFactory(title="A zebra"),
        "Authors": AuthorFactory(name="Zebra Quill"),
        "People": UserFactory(username="zebra"),
        "Comments": CommentFactory(body="Is a zebra striped?"),
    }
    hits = found(client, "zebra")
    for label, row in made.items():
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        assert [hit["url"] for hit in hits[label]] == [reverse(name, args=[row.pk])], label
    assert labels(client, f"zebra {fact.metric}", "Figures") == [f"Zebra Lines: {fact.metric}"]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("Editor", {"Articles", "Companies", "Pictures", "Authors", "Comments"}),
        ("Writer", {"Companies", "Pictures", "Authors", "Comments"}),
        ("Moderator", {"Companies", "Comments"}),
    ],
)
def test_names_nothing_that_one_may_not_see(client, sign_in, role, kinds):
    sign_in(role)
    ArticleFactory(title="Zebra", draft=True)
    index.insert_or_update_object(CompanyFactory(name="Zebra Lines"))
    PictureFactory(title="Zebra")
    AuthorFactory(name="Zebra Quill")
    UserFactory(username="zebra")
    CommentFactory(body="Zebra?", email="zebra@example.org")
    assert set(found(client, "zebra")) == kinds
    assert "example.org" not in client.get(FIND, {"q": "zebra", "as": "json"}).text


def test_writer_finds_their_own_draft(client, sign_in):
    writer = sign_in("Writer")
    ArticleFactory(title="Zebra", draft=True, authors=[AuthorFactory(user=writer)])
    assert labels(client, "zebra", "Articles") == ["Zebra"]


def test_commands_are_those_that_one_may_give(client, sign_in):
    sign_in("Editor")
    assert labels(client, "", "Go to")[:2] == ["New: article", "Today"]
    assert labels(client, "calen", "Go to") == ["Calendar"]
    assert "In review" in labels(client, "review", "Go to")
    sign_in("Moderator")
    assert labels(client, "calen", "Go to") == []
    assert "New: article" not in labels(client, "", "Go to")


def test_page_is_the_same_without_scripts(client, sign_in):
    sign_in("Editor")
    article = ArticleFactory(title="سوق العمل", language="ar", draft=True)
    page = client.get(FIND, {"q": "سوق"})
    assert f'change/" lang="ar" dir="rtl">{article.title}</a>' in page.text
    assert 'class="desk-find" action="/admin/find/"' in client.get("/admin/").text
    assert "Nothing of what you may see" in client.get(FIND, {"q": "nowhere at all"}).text


@pytest.mark.parametrize(
    "asked", ["\0", "'\"*(", "a" * 5000, "a " * 500, "%_\\", "🦓 NEAR( ^", "-"]
)
def test_odd_questions_are_no_fault(client, sign_in, asked):
    sign_in("Editor")
    for shape in ("json", ""):
        assert client.get(FIND, {"q": asked, "as": shape}).status_code in (200, 400)


def test_asks_few_questions(client, sign_in, django_assert_max_num_queries):
    sign_in("Editor")
    company = CompanyFactory(name="Zebra Lines")
    index.insert_or_update_object(company)
    for _n in range(3):
        FactFactory(company=company)
        index.insert_or_update_object(ArticleFactory(title="Zebra"))
    found(client, "zebra")
    with django_assert_max_num_queries(12):
        found(client, "zebra")

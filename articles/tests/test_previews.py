"""The page that readers will get, of what stands in the form, saved or not."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.factories import UserFactory
from ads.factories import AdFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import Article, Revision
from articles.publishing import snapshots
from companies.factories import CompanyFactory
from facts.factories import FactFactory
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db
NEW = reverse("admin:articles_article_preview_new")
ROWS = {"bylines-TOTAL_FORMS": "2", "entries-TOTAL_FORMS": "2"}


def url_of(article):
    return reverse("admin:articles_article_preview", args=[article.pk])


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def test_whole_page_is_made_of_what_is_typed(as_editor):
    fact, cover = FactFactory(), PictureFactory(alt="A harbour", credit="Ada's own")
    figure = f"[](fact:{fact.company.slug}/{fact.metric.key})"
    first, second = AuthorFactory(name="Ada"), AuthorFactory(name="Grace")
    typed = ROWS | {
        "title": f"It has {figure}",
        "standfirst": "In *one* sentence.",
        "body": f"## A part\n\nSo **it** is: {figure}.",
        "kind": "story",
        "language": "en-gb",
        "section": SectionFactory(name="Money").pk,
        "topics": [TopicFactory(name="Banks").pk],
        "cover": cover.pk,
        "published_at_0": "2031-05-01",
        "published_at_1": "08:00",
        "bylines-0-author": first.pk,
        "bylines-0-position": "2",
        "bylines-1-author": second.pk,
        "bylines-1-position": "1",
    }
    page = as_editor.post(NEW, typed)
    assert page.status_code == 200
    shown = ("Money", "Banks", "In *one* sentence.", "A part</h2>", "<strong>it</strong>")
    dated = (fact.display_value, "A harbour", "Ada&#x27;s own", "May 2031", 'id="sources"')
    for words in (*shown, *dated, "Nothing of it is saved"):
        assert words in page.text, words
    assert page.text.index("Grace") < page.text.index("Ada<")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert not Article.objects.exists()
    framed = as_editor.post(NEW, typed | {"framed": "1"})
    assert "Nothing of it is saved" not in framed.text


def test_list_shows_the_entries_that_are_typed(as_editor):
    quora, other = CompanyFactory(name="Quora"), CompanyFactory(name="Zulip")
    typed = ROWS | {
        "title": "Two",
        "kind": "list",
        "entries-0-company": other.pk,
        "entries-0-position": "2",
        "entries-0-blurb": "*Chats*.",
        "entries-1-company": quora.pk,
        "entries-1-position": "1",
        "entries-1-heading": "Asks",
        "entries-__prefix__-company": "",
    }
    page = as_editor.post(NEW, typed).text
    assert page.index("Asks") < page.index("<em>Chats</em>")


def test_preview_of_a_saved_article_stores_nothing_and_leaves_readers_alone(as_editor):
    live = ArticleFactory(title="As it is", authors=[AuthorFactory(name="Ada")])
    AdFactory(name="Buy this", placement="above")
    publishing.save_revision(live, snapshots.of(live), by=None)
    before = Revision.objects.count(), Article.objects.values().get()
    page = as_editor.post(url_of(live), {"title": "As it may be", "body": "Other."}).text
    assert "As it may be" in page
    assert "As it is" not in page
    assert "data-heart" not in page
    assert "Buy this" not in page
    assert (Revision.objects.count(), Article.objects.values().get()) == before
    assert "As it may be" not in Client().get(live.get_absolute_url()).text


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"body": "![](picture:999999999) [](fact:nobody/nothing) [x](fact:) [[[ ``` |a"},
        {"title": "[half](fact:", "standfirst": "[](fact:x/y@", "body": "<details><summary>"},
        {"section": "9" * 18, "cover": "x", "topics": ["-1", "9" * 40], "kind": "essay"},
        {"language": "not a language", "published_at_0": "2031-02-31", "published_at_1": "x"},
        {"title": "A\x00B", "body": "\x00", "slug": "../..", "language": "\x00"},
        ROWS | {"kind": "list", "entries-0-company": "9" * 18, "bylines-0-author": "9" * 18},
        ROWS | {"entries-9999-company": "1", "entries-0-position": "9" * 60, "bylines-1": "x"},
        {"kind": "list", "ranking_order": "largest", "ranking_metric": "9" * 18},
        {"kind": "list", "ranking_order": "x", "ranking_limit": "-5", "ranking_technology": "\x00"},
        {"title": "x" * 10_000, "standfirst": "y" * 100_000},
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_half_typed_form_has_a_preview(as_editor, typed, is_new):
    url = NEW if is_new else url_of(ArticleFactory(draft=True))
    assert as_editor.post(url, typed).status_code == 200


def test_too_long_a_text_is_refused(as_editor):
    assert as_editor.post(NEW, {"body": "x" * 200_001}).status_code == 413
    assert as_editor.post(NEW, {"body": "x" * 200_000}).status_code == 200


def test_only_those_who_may_change_it_see_what_they_type(client):
    author = UserFactory(groups=["Writer"])
    own = ArticleFactory(draft=True, authors=[AuthorFactory(user=author)])
    anothers = ArticleFactory(draft=True, authors=[AuthorFactory()])
    client.force_login(author)
    assert client.post(NEW, {"body": "x"}).status_code == 200
    assert client.post(url_of(own), {"body": "x"}).status_code == 200
    assert client.post(url_of(anothers), {"body": "x"}).status_code == 403
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.post(NEW, {"body": "x"}).status_code == 403
    assert client.post(url_of(own), {"body": "x"}).status_code == 403
    assert client.get(reverse("admin:articles_article_preview_frame")).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(author)
    assert strict.post(NEW, {"body": "x"}).status_code == 403


def test_form_has_a_button_for_those_without_scripts(as_editor):
    article = ArticleFactory(draft=True)
    form = as_editor.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert f'formaction="{url_of(article)}"' in form
    assert f'formaction="{NEW}"' in as_editor.get(reverse("admin:articles_article_add")).text


def test_long_list_is_previewed_in_few_queries(as_editor, django_assert_max_num_queries):
    companies = CompanyFactory.create_batch(12)
    rows = {f"entries-{n}-company": one.pk for n, one in enumerate(companies)}
    typed = ROWS | rows | {"title": "Twelve", "kind": "list", "body": "Text."}
    with django_assert_max_num_queries(30):
        page = as_editor.post(NEW, typed)
    assert all(company.name in page.text for company in companies)

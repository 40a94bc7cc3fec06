"""How an article looks where it is found and shared: its own words, picture and address."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import checks, publishing
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article
from articles.publishing import snapshots
from articles.tests.test_admin import admin_url, posted
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db
WORDS = {
    "search_title": "Words to be found by",
    "search_description": "And what stands under them.",
    "canonical_url": "https://elsewhere.example/first",
}


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def head_of(client, article):
    html = client.get(article.get_absolute_url()).text
    head = html.partition("</head>")[0]
    tags = re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)"', head)
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", head, re.DOTALL)[1])
    return {
        **{name: unescape(value) for name, value in tags},
        "title": unescape(re.search("<title>(.*?)</title>", head)[1]),
        "canonical": re.search(r'rel="canonical" href="([^"]*)"', head)[1],
        "data": data,
        "html": html,
    }


def test_page_says_its_own_words_picture_and_address_where_it_is_found(client):
    shared = PictureFactory()
    article = ArticleFactory(title="As readers see it", share_picture=shared, **WORDS)
    head = head_of(client, article)
    assert head["title"].startswith("Words to be found by — ")
    assert head["og:title"] == "Words to be found by"
    assert head["description"] == head["og:description"] == "And what stands under them."
    assert head["og:image"].endswith(shared.file.url)
    assert head["canonical"] == head["og:url"] == "https://elsewhere.example/first"
    assert head["data"]["description"] == "And what stands under them."
    assert head["data"]["url"] == "https://elsewhere.example/first"
    assert head["data"]["image"][0].endswith(shared.file.url)
    # Readers see none of it, nor do lists.
    assert "Words to be found by" not in head["html"].partition("<body")[2]
    assert head["data"]["headline"] == "As readers see it"
    assert "Words to be found by" not in client.get("/articles/").text


def test_page_without_any_of_it_says_title_standfirst_cover_and_its_own_address(client, settings):
    cover = PictureFactory()
    article = ArticleFactory(title="As readers see it", standfirst="In short.", cover=cover)
    head = head_of(client, article)
    assert head["og:title"] == "As readers see it"
    assert head["description"] == "In short."
    assert head["og:image"].endswith(cover.file.url)
    assert head["canonical"] == settings.SITE_URL + article.get_absolute_url()


def test_retracted_article_is_found_as_such(client):
    article = ArticleFactory(**WORDS, retracted_at=timezone.now())
    head = head_of(client, article)
    assert head["title"].startswith("Retracted: Words to be found by")
    assert head["og:title"] == "Retracted: Words to be found by"


def test_what_is_found_elsewhere_is_not_in_the_sitemap(client):
    own, foreign = ArticleFactory(), ArticleFactory(canonical_url=WORDS["canonical_url"])
    html = client.get("/sitemap-articles.xml").text
    assert own.get_absolute_url() in html
    assert foreign.get_absolute_url() not in html


def test_it_goes_live_with_its_revision_and_not_before(as_editor, client):
    article = ArticleFactory(authors=[AuthorFactory()])
    picture = PictureFactory()
    posted(as_editor, article, **WORDS, share_picture=picture.pk, _save="")
    assert Article.objects.get().search_title == ""
    form = as_editor.get(admin_url("change", article.pk)).context["adminform"].form
    assert form["search_title"].value() == WORDS["search_title"]
    assert form["share_picture"].value() == picture.pk
    posted(as_editor, article, **WORDS, share_picture=picture.pk, _publish="")
    article = Article.objects.get()
    assert {name: getattr(article, name) for name in WORDS} == WORDS
    assert article.share_picture == picture
    # Nothing that readers read has changed.
    assert article.versions.count() <= 1
    posted(as_editor, article, _publish="")
    assert Article.objects.get().search_title == ""
    assert Article.objects.get().share_picture is None


def test_address_of_another_kind_is_refused(as_editor):
    article = ArticleFactory(authors=[AuthorFactory()])
    page = posted(as_editor, article, canonical_url="javascript:alert(1)", _save="")
    assert "Enter a valid URL" in page.text


def test_picture_that_an_article_is_shared_with_is_in_use(admin_client):
    live, waiting = PictureFactory(), PictureFactory()
    article = ArticleFactory(title="Shared", share_picture=live, authors=[AuthorFactory()])
    content = snapshots.of(article)
    publishing.save_revision(article, content | {"share_picture": waiting.pk}, by=None)
    for picture in (live, waiting):
        page = admin_client.get(reverse("admin:images_picture_delete", args=[picture.pk])).text
        assert "picture when shared" in page
        assert "Shared" in page


def test_text_that_was_saved_before_there_was_any_is_the_same_text():
    article = ArticleFactory(authors=[AuthorFactory()])
    old = {
        name: value
        for name, value in snapshots.of(article).items()
        if name not in snapshots.SHOWN_ELSEWHERE
    }
    article.revisions.create(number=1, content=old)
    revision = publishing.save_revision(article, publishing.newest_content(article), by=None)
    assert revision.number == 1
    publishing.publish(article, by=None)
    assert Article.objects.get().live_number == 1


def test_words_for_searches_are_checked_with_the_text():
    levels = {"long_title": "warn", "long_description": "warn"}
    content = {"slug": "", "language": "en", "title": "T" * 61, "standfirst": "S" * 160}
    content |= {"section": SectionFactory(check_levels=levels).pk}
    names = ("unfinished", "long_title", "long_description")

    def told(**words):
        manuscript = checks.Manuscript(Article(), content | words, {})
        return [(one.part, one.text) for one in checks.found_by(manuscript, *names)]

    assert told() == [("title", "")]
    assert told(search_title="T" * 60, search_description="S" * 161) == [("search_description", "")]
    words = {"search_title": "[T](fact:a/b) TK", "search_description": "S"}
    assert told(**words) == [("search_title", "TK")]


def test_desk_shows_while_it_is_typed_how_it_will_look(as_editor):
    shared = PictureFactory()
    typed = {"language": "en", "part": ["A."], "title": "T" * 70, "standfirst": "In short."}
    typed |= {"slug": "the-last-part", "share_picture": shared.pk}
    html = as_editor.post(admin_url("live_coverage"), typed).text
    assert f"{'T' * 59}…</b>" in html
    assert "Title: 70 characters, about 60 are shown. Description: 9, about 160 are shown." in html
    assert "› articles › the-last-part" in html
    assert f'<img src="{shared.file.url}" alt="">' in html
    html = as_editor.post(admin_url("live_coverage"), typed | WORDS | {"share_picture": "x"}).text
    assert "<b>Words to be found by</b>" in html
    assert "elsewhere.example › first" in html
    assert shared.file.url not in html
    hostile = {"canonical_url": "http://[", "search_title": "<b>\0" * 5000}
    page = as_editor.post(admin_url("live_coverage"), typed | hostile)
    assert page.status_code == 200
    assert "<b><b>" not in page.text

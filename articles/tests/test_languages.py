"""Articles in other languages than the interface: what says so, and what does not."""

import pytest
from django.utils import translation

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import (
    UPDATE,
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    TopicFactory,
)
from articles.models import Byline, Ranking
from articles.pages import editions
from articles.publishing import snapshots
from companies.factories import CompanyFactory, IndustryFactory
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db

ARABIC = 'lang="ar" dir="rtl"'
OURS = 'lang="en-gb" dir="ltr"'


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def test_article_in_another_language_says_so_and_the_interface_within_it_too(client):
    article = ArticleFactory(language="ar", body="مرحبا", authors=[AuthorFactory(name="ليلى")])
    html = client.get(article.get_absolute_url()).text
    assert f'<article class="article" {ARABIC}>' in html
    assert f'<div class="meta" {OURS}>' in html
    assert f'<section class="discussion" {OURS}' in html
    assert "<bdi>ليلى</bdi></a>" in html


def test_figures_in_a_text_of_another_language_are_written_our_way(client):
    fact = FactFactory(amount=75_000_000, company__name="شركة", metric__label="عدد")
    live = f"[](fact:{fact.company.slug}/{fact.metric.key})"
    html = client.get(ArticleFactory(language="ar", body=live).get_absolute_url()).text
    assert f'<data value="75000000" {OURS}>75 million</data></a>' in html
    assert "<bdi>شركة</bdi>, <bdi>عدد</bdi>, undated" in html, "in the list of sources"


def test_article_in_our_language_says_so_once(client):
    html = client.get(ArticleFactory(language="en").get_absolute_url()).text
    assert '<article class="article" lang="en" dir="ltr">' in html
    assert html.count(" lang=") == 2
    assert 'class="prose endmark opening"' in html


@pytest.mark.parametrize(("body", "has"), [("مرحبا", False), ("नमस्ते", False), ("Salut", True)])
def test_joined_letters_have_no_initial(client, body, has):
    tag = {"م": "ar", "न": "hi", "S": "fr"}[body[0]]
    html = client.get(ArticleFactory(language=tag, body=body).get_absolute_url()).text
    assert ("opening" in html) is has


def test_lists_name_the_language_of_a_title_and_nothing_else(client):
    ArticleFactory(language="ar", title="عنوان", authors=[AuthorFactory(name="ليلى")])
    ArticleFactory(language="en-us", title="A title")
    html = client.get("/articles/").text
    assert f"<h2 {ARABIC}>" in html
    assert html.count(ARABIC) == 2
    assert "<bdi>ليلى</bdi> · 1 min" in html


def test_front_page_and_edition_name_the_language_of_their_texts(client):
    article = ArticleFactory(language="ar", title="عنوان", kind="list")
    Ranking.objects.create(article=article, industry=IndustryFactory(), order="name", basis="نص.")
    assert f"<h1 {ARABIC}>" in client.get("/").text
    edition = editions.freeze(article, name="June 2026", by=None)
    html = client.get(edition.get_absolute_url()).text
    assert f'<article class="article" {ARABIC}>' in html
    assert f'<p class="notice" {OURS} role="note">' in html


def test_quotation_marks_follow_the_language_of_the_article():
    article = ArticleFactory(language="de", body='Er sagte "so".')
    assert "„so“" in article.body_html
    article.language = "fr"
    article.save()
    assert "«\u202fso\u202f»" in article.body_html


def test_entries_of_a_list_are_quoted_anew_in_another_language():
    entry = ListEntryFactory(company=CompanyFactory(), blurb='Er sagte "so".')
    article = entry.article
    Byline.objects.create(article=article, author=AuthorFactory())
    publishing.save_revision(article, snapshots.of(article) | {"language": "de"}, by=None)
    publishing.publish(article, by=None, change=UPDATE)
    assert "„so“" in article.entries.get().blurb_html


def test_revisions_and_their_comparison_show_each_text_in_its_language(as_editor):
    article = ArticleFactory(language="en", title="A title")
    content = snapshots.of(article) | {"language": "ar", "title": "عنوان"}
    for one in (snapshots.of(article), content):
        revision = publishing.save_revision(article, one, by=None)
    desk = f"/admin/articles/article/{article.pk}/revisions/"
    page = as_editor.get(f"{desk}{revision.number}/").text
    assert f'<div class="change-same of-paragraph" {ARABIC}>عنوان</div>' in page
    assert f'<div class="change-same of-paragraph" dir="auto">{article.slug}</div>' in page
    first, last = revision.number - 1, revision.number
    page = as_editor.get(f"{desk}compare/?old={first}&new={last}").text
    assert f'<div class="change-new" {ARABIC}><ins>عنوان</ins></div>' in page
    assert '<div class="change-old"><del>A title</del></div>' in page


def test_previews_run_as_the_typed_language_does(as_editor):
    typed = {"body": 'قال "نعم"', "language": "fa"}
    html = as_editor.post("/admin/articles/article/preview/", typed).text
    assert '<article class="article" lang="fa" dir="rtl">' in html
    assert "«نعم»" in html
    article = ArticleFactory(language="ar")
    page = as_editor.get(f"/admin/articles/article/{article.pk}/preview/").text
    assert f'<article class="article" {ARABIC}>' in page


@pytest.mark.parametrize("address", ["/", "/admin/articles/article/preview/frame/"])
def test_whole_pages_and_frames_run_as_the_interface_does(as_editor, address):
    assert f"<html {OURS}>" in as_editor.get(address).text
    with translation.override("fa"):
        assert '<html lang="fa" dir="rtl">' in as_editor.get(address).text


def test_title_above_the_form_runs_as_its_text_does(as_editor):
    article = ArticleFactory(language="ar", title="Spotify تكبر")
    html = as_editor.get(f"/admin/articles/article/{article.pk}/change/").text
    assert f'<h1 class="visually-hidden"><span {ARABIC}>Spotify تكبر</span></h1>' in html
    topic = TopicFactory(name="موضوع")
    html = as_editor.get(f"/admin/articles/topic/{topic.pk}/change/").text
    assert '<h2 dir="auto">موضوع</h2>' in html


def test_titles_in_lists_and_in_the_way_to_a_form_run_as_their_texts_do(as_editor):
    article, topic = ArticleFactory(language="ar", title="عنوان"), TopicFactory(name="موضوع")
    assert f"<span {ARABIC}>عنوان</span></a>" in as_editor.get("/admin/articles/article/").text
    history = as_editor.get(f"/admin/articles/article/{article.pk}/history/").text
    assert history.count(f"{ARABIC}>عنوان<") == 2
    assert "› <bdi>موضوع</bdi>" in as_editor.get(f"/admin/articles/topic/{topic.pk}/change/").text


def test_fields_of_a_text_run_as_what_is_typed_does(as_editor):
    html = as_editor.get("/admin/articles/article/add/").text
    for name in ("title", "standfirst", "body", "entries-0-heading", "entries-0-blurb"):
        (field,) = [tag for tag in html.split("<") if f'name="{name}"' in tag]
        assert 'dir="auto"' in field

"""What is asked about before a text goes out, never before it is saved."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.checks import MOST_LOOKED_UP, doubts_of_parts
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article
from articles.tests.test_admin import admin_url, posted, run_action
from companies.factories import CompanyFactory
from images.factories import PictureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def asked(text):
    return [(one["line"], one["text"]) for one in doubts_of_parts({0: text})]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One.\n\nThe total is TK.", [(3, "TK")]),
        ("## TK\n\n| a |\n|---|\n| TKTK |", [(1, "TK"), (5, "TKTK")]),
        ("A TKO, a tk and `TK`.", []),
        ("![](/media/pictures/none.jpg)", [(1, "/media/pictures/none.jpg")]),
        ("![](none.jpg)", [(1, "none.jpg")]),
        ("![A pier](https://elsewhere.example/a.jpg)", [(1, "https://elsewhere.example/a.jpg")]),
        ("[a](https://elsewhere.example/nowhere) [b](#c) [d](mailto:a@b.example)", []),
        ("[a](/articles/2026/) [b](/articles) [c](/feeds/articles.atom) [d](/)", []),
        ("[a](/nowhere/) [b](/articles/never-written/#part)", [(1, "/nowhere/")]),
    ],
)
def test_each_text_is_asked_about_what_is_in_it(text, found):
    doubts = asked(text)
    assert doubts[: len(found)] == found
    assert len(doubts) == len(found) + text.count("never-written")


def test_links_are_dead_where_readers_see_no_page(settings):
    live, draft = ArticleFactory(slug="live"), ArticleFactory(slug="draft", draft=True)
    ArticleFactory(slug="later", published_at=timezone.now() + timedelta(days=1))
    live.former_slugs.create(slug="before")
    draft.former_slugs.create(slug="begun")
    SectionFactory(slug="news")
    CompanyFactory(slug="open")
    CompanyFactory(slug="closed", is_public=False)
    alive = ["articles/live/", "articles/before", "articles/LIVE/", "sections/news/"]
    alive += ["companies/open/"]
    dead = ["articles/draft/", "articles/later/", "articles/begun/", "sections/none/"]
    dead += ["companies/closed/", "topics/none/", "authors/none/", "technologies/none/"]
    for root in ("/", f"{settings.SITE_URL}/"):
        text = " ".join(f"[x]({root}{path})" for path in (*alive, *dead))
        assert [address for _line, address in asked(text)] == [f"{root}{path}" for path in dead]


def test_links_are_looked_up_at_once(django_assert_max_num_queries):
    text = " ".join(f"[x](/articles/no-{number}/)" for number in range(30))
    with django_assert_max_num_queries(2):
        assert len(asked(text)) == 30


def test_long_text_is_not_looked_up_without_end(django_assert_max_num_queries):
    pictures = "".join(f"![](/media/pictures/{number}.jpg)\n\n" for number in range(1000))
    links = " ".join(f"[x](/articles/no-{number}/)" for number in range(1000))
    # Two for a picture: its file may have been replaced.
    with django_assert_max_num_queries(2 * MOST_LOOKED_UP + 2):
        assert len(asked(pictures + links)) == 50


def test_picture_needs_words_here_or_in_the_library_unless_it_is_decorative():
    plain, described = PictureFactory(alt=""), PictureFactory(alt="A pier")
    decorative = PictureFactory(is_decorative=True, alt="")
    assert asked(f"![]({plain.file.url})") == [(1, plain.file.url)]
    assert asked(f"![A pier]({plain.file.url})") == []
    assert asked(f"![]({described.file.url})") == []
    assert asked(f"![]({decorative.file.url})") == []


def test_text_in_doubt_is_saved_told_and_published_once_it_is_let_stand(as_editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    page = as_editor.get(posted(as_editor, article, body="It is TK.", _publish="").url)
    article = Article.objects.get(pk=article.pk)
    assert publishing.newest_content(article)["body"] == "It is TK."
    assert not article.is_published
    assert "Saved, but not published: “TK”: Something is still to come" in page.text
    mark = re.search(r'name="let_stand" value="(\w+)"', page.text)[1]
    posted(as_editor, article, body="It is TK. [x](/nowhere/)", let_stand=mark, _publish="")
    assert not Article.objects.published().exists()
    posted(as_editor, article, body="So it is TK.", let_stand=mark, _publish="")
    assert Article.objects.published().exists()


def test_saving_and_submitting_ask_nothing(as_editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    for button in ("_save", "_submit"):
        page = as_editor.get(posted(as_editor, article, body="TK", **{button: ""}).url)
        assert "Saved, but" not in page.text
    assert Article.objects.get().status == Article.Status.IN_REVIEW


def test_panel_asks_while_it_is_typed_and_only_who_may_publish_lets_it_stand(client, as_editor):
    typed = {"article": "", "language": "en", "part": ["It is\n\nTK."], "title": "TK"}
    html = as_editor.post(admin_url("live_coverage"), typed).text
    assert 'data-text="TK" data-line="3" data-part="0"' in html
    assert 'data-part="title"' in html
    assert 'name="let_stand"' in html
    client.force_login(UserFactory(groups=["Writer"]))
    html = client.post(admin_url("live_coverage"), typed).text
    assert "Before publishing" in html
    assert "let_stand" not in html
    typed |= {"part": ["It is."], "title": "T"}
    assert "Before publishing" not in client.post(admin_url("live_coverage"), typed).text


def test_list_of_many_publishes_nothing_in_doubt(as_editor, queue):
    doubtful = ArticleFactory(draft=True, authors=[AuthorFactory()], body="TK")
    sure = ArticleFactory(draft=True, authors=[AuthorFactory()])
    progress = run_action(as_editor, "publish_selected", [doubtful, sure])
    queue()
    assert list(Article.objects.published()) == [sure]
    told = as_editor.get(progress.request["PATH_INFO"]).text
    assert "Something is still to come here." in told

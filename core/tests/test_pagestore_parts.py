"""Parts of pages: what is taken from memory, and when it is made anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ads.factories import AdFactory
from articles.factories import ArticleFactory
from articles.models import Article, Section
from articles.pages.sections import nav_sections
from comments.factories import CommentFactory, DiscussionFactory
from core.pagestore import parts, store
from core.tests.readers import Site

pytestmark = pytest.mark.django_db
# Answered by Django, and never from stored pages.
PAST_THE_STORE = {"authorization": "Basic eDp5"}


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def article():
    return ArticleFactory(title="As it stood")


def rewrite_unnoticed():
    """Change what an article made anew shows without a word in the log."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET title = 'Changed in secret'")


def test_new_comment_has_the_discussion_made_anew_and_not_the_article(site, article):
    url = article.get_absolute_url()
    site.get(url)
    rewrite_unnoticed()
    CommentFactory(discussion=DiscussionFactory(article=article), body="Newly said")
    with CaptureQueriesContext(connection) as queries:
        page = site.get(url)
    assert "Newly said" in page.text
    assert "As it stood" in page.text
    # The log, twice, each with two queries on PostgreSQL; and the comments.
    assert len(queries) <= 5


def test_change_of_the_article_has_it_made_anew(site, article):
    url = article.get_absolute_url()
    site.get(url)
    article.title = "As it stands now"
    article.save()
    assert "As it stands now" in site.get(url).text


def test_another_ad_leaves_the_article_as_it_is(site, article):
    url = article.get_absolute_url()
    site.get(url)
    rewrite_unnoticed()
    AdFactory(headline="Newly booked")
    page = site.get(url).text
    assert "Newly booked" in page
    assert "As it stood" in page


def test_page_is_tagged_with_what_its_parts_show(site, article):
    """Also where they were taken from memory: the page itself is rendered a second time."""
    url = article.get_absolute_url()
    site.get(url)
    site.store.forget({"ads"})
    site.get(url)
    keys = site.store.find(url).keys
    assert {f"article:{article.pk}", f"discussion:article:{article.pk}", "ads", "site"} <= keys


def test_who_gets_no_stored_page_gets_no_old_part_either(site, article):
    url = article.get_absolute_url()
    site.ask(url)
    Article.objects.update(title="Changed by another process")
    assert "Changed by another process" in site.ask(url, **PAST_THE_STORE).text


def test_nothing_is_taken_from_memory_while_the_log_cannot_be_read(site, article, monkeypatch):
    url = article.get_absolute_url()
    site.get(url)
    rewrite_unnoticed()
    assert "As it stood" in site.ask(url, **PAST_THE_STORE).text
    monkeypatch.setattr(site.store, "_read_log", lambda: False)
    assert "Changed in secret" in site.ask(url, **PAST_THE_STORE).text


def test_request_that_writes_takes_nothing_from_memory_and_leaves_nothing(rf):
    memory = parts.PageParts(store.PageStore())
    for method, number in (("get", 1), ("post", 2)):
        request = getattr(rf, method)("/")
        parts.offer_parts(request.META, memory.store, log_was_read=True)
        memory.store.parts = memory
        made = parts.page_part(request, ("name",), lambda number=number: (number, ()))
        assert made == number
    assert [part.value for part in memory.parts.values()] == [1]


def test_what_changes_while_a_request_reads_makes_its_parts_old(rf):
    """Whatever it read before it asked for the part may be in it."""
    pages = store.PageStore()
    for number, changed, expected in ((1, "article:1", 1), (2, "article:2", 2), (3, "topic:3", 2)):
        request = rf.get("/")
        parts.offer_parts(request.META, pages, log_was_read=True)
        pages.forget({changed})
        made = parts.page_part(request, ("name",), lambda number=number: (number, ["article:1"]))
        assert made == expected


def test_section_renamed_while_an_article_is_made_is_not_kept_as_it_was(site, article, monkeypatch):
    def read_and_rename(request):
        sections = nav_sections(request)
        monkeypatch.undo()
        sections[0].name = "Renamed"
        sections[0].save()
        # As if another process had written it, and this one heard of it at once.
        site.store.learn()
        return [Section(name="As it was called", slug="a")]

    url = article.get_absolute_url()
    monkeypatch.setattr("articles.pages.views.nav_sections", read_and_rename)
    assert "As it was called" in site.get(url).text
    page = site.get(url).text
    assert "Renamed" in page
    assert "As it was called" not in page


def test_part_is_old_when_its_last_change_may_have_been_forgotten(monkeypatch):
    monkeypatch.setattr(store, "MAX_TICKS", 2)
    pages = store.PageStore()
    pages.parts.add("old", parts.Part(1, frozenset({"article:1"}), pages.tick))
    for number in (2, 3):
        pages.forget({f"article:{number}"})
    assert pages.parts.get("old").value == 1
    pages.forget({"article:4"})
    pages.parts.add("new", parts.Part(2, frozenset({"article:1"}), pages.tick))
    assert pages.parts.get("old") is None
    assert pages.parts.get("new").value == 2


def test_number_of_parts_is_bounded_and_those_in_use_stay(monkeypatch):
    monkeypatch.setattr(parts, "MAX_PARTS", 3)
    memory = store.PageStore().parts
    for number in range(5):
        memory.add(number, parts.Part(number, frozenset(), 0))
    assert list(memory.parts) == [2, 3, 4]
    memory.get(2)
    memory.add(5, parts.Part(5, frozenset(), 0))
    assert list(memory.parts) == [4, 2, 5]


def test_misspelt_key_of_a_part_is_refused(rf):
    with pytest.raises(ValueError, match="Unknown page keys"):
        parts.page_part(rf.get("/"), ("name",), lambda: (1, ["artciles"]))

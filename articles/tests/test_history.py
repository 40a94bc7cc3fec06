"""The desk's history of an article: its versions listed, shown, compared and restored."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, SectionFactory, TopicFactory
from articles.models import PlannedChange, Revision
from articles.publishing import snapshots
from companies.factories import CompanyFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def url_of(name, article, *more, **query):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more], query=query)


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"], first_name="Edith", last_name="Hall")


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def revised(editor):
    article = ArticleFactory(authors=[AuthorFactory()], body="The <i>old</i> text.")
    content = snapshots.of(article) | {"body": "The <i>new</i> text."}
    publishing.save_revision(article, content, by=editor, note="A fresher word")
    return article


def test_revisions_are_listed_with_who_when_and_why(as_editor, revised):
    listed = as_editor.get(url_of("revisions", revised)).text
    assert "2 revisions" in listed
    assert "Edith Hall" in listed
    assert "A fresher word" in listed
    assert "<i>" not in as_editor.get(url_of("revision", revised, 1)).text
    assert "The &lt;i&gt;old&lt;/i&gt; text." in as_editor.get(url_of("revision", revised, 1)).text


def test_any_two_revisions_are_compared(as_editor, revised):
    side = as_editor.get(url_of("compare", revised, old=1, new=2)).text
    assert "The &lt;i&gt;<del>old</del>&lt;/i&gt; text." in side
    assert "The &lt;i&gt;<ins>new</ins>&lt;/i&gt; text." in side
    inline = as_editor.get(url_of("compare", revised, old=1, new=2, layout="inline")).text
    assert "<del>old</del><ins>new</ins>" in inline
    assert 'class="change-old"' not in inline
    for text in (side, inline):
        assert "<i>" not in text
        assert 'id="field-section"' not in text
    # The other way round, and all of it.
    back = as_editor.get(url_of("compare", revised, old=2, new=1, show="all")).text
    assert "<del>new</del>" in back
    assert 'id="field-section"' in back
    # As long as nobody says which: the newest beside the one before it.
    assert "<ins>new</ins>" in as_editor.get(url_of("compare", revised)).text


def test_fields_are_compared_as_words(as_editor, editor):
    old = {"section": SectionFactory(name="Money"), "topics": [TopicFactory(name="Banks")]}
    article = ArticleFactory(draft=True, kind="list", authors=[AuthorFactory(name="Ada")], **old)
    gone, company = TopicFactory(), CompanyFactory(name="Quora")
    content = snapshots.of(article) | {
        "section": SectionFactory(name="Work").pk,
        "topics": sorted([*snapshots.of(article)["topics"], gone.pk]),
        "authors": [AuthorFactory(name="Grace").pk],
        "entries": [{"company": company.pk, "heading": "First", "blurb": "It *answers*."}],
        "published_at": "2031-05-01T08:00:00+00:00",
    }
    publishing.save_revision(article, content, by=editor)
    gone.delete()
    page = as_editor.get(url_of("compare", article, old=1, new=2)).text
    for words in (
        *("<del>Money</del>", "<ins>Work</ins>", "<del>Ada</del>", "<ins>Grace</ins>"),
        *("<ins>(deleted)</ins>", "<ins>Quora: First</ins>", "<ins>It answers.</ins>"),
        "<ins>1 May 2031",
    ):
        assert words in page
    assert "Banks" not in page


def test_what_is_only_written_otherwise_can_be_seen_as_it_is_written(as_editor, editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], body="It is *so*.")
    publishing.save_revision(article, snapshots.of(article) | {"body": "It is _so_."}, by=editor)
    assert "It reads the same" in as_editor.get(url_of("compare", article)).text
    written = as_editor.get(url_of("compare", article, words="source")).text
    assert "It is <del>*so*</del>." in written
    assert "It reads the same" not in written


@pytest.mark.parametrize(
    ("old", "new"), [("1", "9"), ("x", "1"), ("-1", "1"), ("9" * 40, "1"), ("1\x00", "2")]
)
def test_comparing_what_is_not_there_is_404(as_editor, revised, old, new):
    expected = 400 if "\x00" in old else 404
    assert as_editor.get(url_of("compare", revised, old=old, new=new)).status_code == expected


def test_history_tells_what_readers_saw_and_when(as_editor, editor, revised):
    publishing.publish(revised, by=editor, change=UPDATE)
    content = publishing.newest_content(revised)
    publishing.save_revision(revised, content | {"body": "Newer still."}, by=editor)
    newest = publishing.newest_revision(revised)
    at = timezone.now() + timedelta(days=2)
    PlannedChange.objects.create(article=revised, revision=newest, at=at)
    rows = {
        one.number: one.standing
        for one in as_editor.get(url_of("revisions", revised)).context["revisions"]
    }
    assert [rows[number].mark for number in (1, 2, 3)] == ["past", "live", "waiting"]
    assert rows[1].words.startswith("was live from ")
    assert rows[2].words.startswith("live now, since ")
    assert rows[3].words.startswith("scheduled for ")


def test_what_gave_way_before_its_hour_was_never_live(as_editor, editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    at = timezone.now() + timedelta(days=2)
    publishing.publish(article, by=editor, at=at)
    content = publishing.newest_content(article)
    publishing.save_revision(article, content | {"title": "Another"}, by=editor)
    publishing.publish(article, by=editor, at=at)
    newest, first = as_editor.get(url_of("revisions", article)).context["revisions"]
    assert newest.standing.words.startswith("scheduled for ")
    assert first.standing.words == "was scheduled, and never live"


def test_history_tells_who_approved_and_who_returned_what(as_editor, editor, revised):
    writer = UserFactory(groups=["Writer"])
    review = publishing.submit_for_review(revised, by=writer)
    publishing.return_with_note(review, by=editor, number=2, note="Name a source.")
    assert "Returned by" in as_editor.get(url_of("revisions", revised)).text
    assert "Name a source." in as_editor.get(url_of("compare", revised)).text
    review = publishing.submit_for_review(revised, by=writer)
    publishing.approve(review, by=editor, number=2)
    page = as_editor.get(url_of("revisions", revised)).text
    assert "Approved by" in page
    assert "Returned by" not in page


# Restoring


def test_restoring_makes_a_draft_and_is_undone_by_one_click(as_editor, editor, revised):
    publishing.publish(revised, by=editor, change=UPDATE)
    response = as_editor.post(url_of("restore", revised, 1), follow=True)
    assert publishing.newest_content(revised)["body"] == "The <i>old</i> text."
    revised.refresh_from_db()
    assert (revised.live_number, revised.body) == (2, "The <i>new</i> text.")
    undo = url_of("restore", revised, 2)
    assert f'action="{undo}"' in response.text
    assert 'name="base" value="3"' in response.text
    as_editor.post(undo, {"base": "3"})
    assert publishing.newest_content(revised)["body"] == "The <i>new</i> text."


def test_undoing_overwrites_nothing_that_was_saved_since(as_editor, editor, revised):
    as_editor.post(url_of("restore", revised, 1))
    content = publishing.newest_content(revised)
    publishing.save_revision(revised, content | {"body": "Meanwhile."}, by=editor)
    response = as_editor.post(url_of("restore", revised, 2), {"base": "3"}, follow=True)
    assert "Somebody else has saved this article" in response.text
    assert publishing.newest_content(revised)["body"] == "Meanwhile."


def test_restoring_what_is_there_changes_nothing(as_editor, revised):
    response = as_editor.post(url_of("restore", revised, 2), follow=True)
    assert "nothing was changed" in response.text
    assert publishing.newest_number(revised) == 2


def test_restoring_by_get_does_nothing(as_editor, revised):
    assert as_editor.get(url_of("restore", revised, 1)).status_code == 405
    assert publishing.newest_number(revised) == 2


def test_revisions_of_anothers_article_are_refused_to_a_writer(client, revised):
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(url_of("revisions", revised)).status_code == 403
    assert client.get(url_of("revision", revised, 1)).status_code == 403
    assert client.get(url_of("compare", revised)).status_code == 403
    assert client.post(url_of("restore", revised, 1)).status_code == 403
    assert publishing.newest_number(revised) == 2


def test_revision_number_belongs_to_its_article(as_editor, revised):
    other = ArticleFactory()
    assert as_editor.get(url_of("revision", other, 1)).status_code == 404


# Two thousand of them


@pytest.fixture
def long_kept(editor):
    article = ArticleFactory(authors=[AuthorFactory()], live_number=1990)
    content = snapshots.of(article)
    start = timezone.now() - timedelta(days=2)
    Revision.objects.bulk_create(
        Revision(
            article=article,
            number=number,
            content=content | {"title": f"Title {number}", "standfirst": "So. " * 99},
            author=editor,
            created_at=start + timedelta(minutes=number),
            published_at=start + timedelta(minutes=number) if number % 10 == 0 else None,
        )
        for number in range(1, 2001)
    )
    return article


def test_two_thousand_revisions_are_listed_compared_and_restored_in_few_queries(
    as_editor, long_kept, django_assert_max_num_queries
):
    with django_assert_max_num_queries(MOST_QUERIES) as asked:
        listed = as_editor.get(url_of("revisions", long_kept))
    assert [one.number for one in listed.context["revisions"]] == list(range(2000, 1950, -1))
    assert not any('"content"' in query["sql"] for query in asked.captured_queries)
    assert len(listed.content) < 120_000
    with django_assert_max_num_queries(MOST_QUERIES):
        older = as_editor.get(url_of("revisions", long_kept, before=51))
    assert [one.number for one in older.context["revisions"]] == list(range(50, 0, -1))
    assert "?before=101" in older.text
    assert "Older" not in older.text
    with django_assert_max_num_queries(MOST_QUERIES) as asked:
        compared = as_editor.get(url_of("compare", long_kept, old=7, new=1994))
    assert "<del>7</del>" in compared.text
    contents = [query for query in asked.captured_queries if '"content"' in query["sql"]]
    assert len(contents) == 1
    # A save like any other: it reads of the others the newest one alone.
    with django_assert_max_num_queries(21):
        as_editor.post(url_of("restore", long_kept, 7))
    assert publishing.newest_content(long_kept)["title"] == "Title 7"


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30])
def test_page_of_the_list_that_makes_no_sense_is_404(as_editor, revised, before):
    assert as_editor.get(url_of("revisions", revised, before=before)).status_code == 404

"""What nobody has read goes to the trash with all that hangs on it, and comes back whole."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article
from articles.publishing import snapshots
from companies.factories import CompanyFactory
from core import housekeeping
from desk.factories import ReviewTaskFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def draft(editor):
    """A list of two versions that once raised a question."""
    article = ArticleFactory(draft=True, kind="list", title="Harbour", authors=[AuthorFactory()])
    ListEntryFactory(article=article, company=CompanyFactory())
    publishing.save_revision(article, snapshots.of(article) | {"title": "Pier"}, by=editor)
    ReviewTaskFactory(article=article)
    return article


def address(name, article):
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


def listed(client, **query):
    return list(client.get(LIST, query).context["cl"].queryset)


def row_of(article):
    return Article.objects.get(pk=article.pk)


def test_question_names_what_goes_with_it_in_words_of_the_desk(as_editor, draft):
    text = as_editor.get(address("delete", draft)).text
    assert re.findall(r"<li>(\d+ [^<]*)</li>", text) == [
        "1 list entry",
        "2 revisions",
        "1 review task",
    ]
    assert not re.search("fts|index entry|relationship|listing", text, re.IGNORECASE)


def test_draft_that_had_a_review_task_is_trashed_and_put_back_from_the_message(as_editor, draft):
    before = snapshots.of(draft), draft.revisions.count(), draft.review_tasks.count()
    page = as_editor.post(address("delete", draft), follow=True)
    assert "“Pier” is in the trash." in page.text
    assert listed(as_editor) == []
    assert listed(as_editor, state="draft") == []
    assert listed(as_editor, state="trash") == [draft]
    action = re.search(r'<form method="post" action="([^"]+)" class="desk-undo"', page.text)[1]
    assert action == address("put_back", draft)
    assert as_editor.get(action).status_code == 405
    page = as_editor.post(action, follow=True)
    assert "It is back from the trash." in page.text
    assert listed(as_editor, state="draft") == [draft]
    draft = row_of(draft)
    assert (snapshots.of(draft), draft.revisions.count(), draft.review_tasks.count()) == before
    assert "not in the trash" in as_editor.post(action, follow=True).text


def test_trashed_article_says_so_and_keeps_what_is_still_typed(as_editor, editor, draft):
    publishing.trash(draft, by=editor)
    text = as_editor.get(address("change", draft)).text
    assert "In the trash" in text
    assert 'name="_save"' in text
    assert 'name="_publish"' not in text
    publishing.save_revision(draft, snapshots.of(draft) | {"title": "Quay"}, by=editor)
    assert row_of(draft).title == "Quay"
    assert row_of(draft).trashed_at


@pytest.mark.parametrize("verb", ["publish", "archive", "submit_for_review"])
def test_nothing_leaves_the_trash_by_another_verb(editor, draft, verb):
    publishing.trash(draft, by=editor)
    with pytest.raises(ValidationError, match="in the trash"):
        getattr(publishing, verb)(draft, by=editor)
    assert row_of(draft).status == Article.Status.DRAFT


def test_scheduled_article_in_the_trash_does_not_go_out(as_editor):
    article = ArticleFactory(scheduled=True, authors=[AuthorFactory()])
    assert "will not go out" in as_editor.get(address("delete", article)).text
    as_editor.post(address("delete", article))
    assert row_of(article).trashed_at
    assert not Article.objects.scheduled().exists()


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_readers_have_seen_is_not_trashed(as_editor, editor, state):
    article = ArticleFactory(**{state: True})
    assert as_editor.post(address("delete", article)).status_code == 403
    with pytest.raises(ValidationError, match="Readers have seen it"):
        publishing.trash(article, by=editor)
    assert row_of(article).trashed_at is None


def test_writer_trashes_nothing_and_puts_nothing_back(client, editor):
    writer = UserFactory(groups=["Writer"])
    article = ArticleFactory(draft=True, authors=[AuthorFactory(user=writer)])
    client.force_login(writer)
    assert client.get(address("delete", article)).status_code == 403
    assert client.post(address("delete", article)).status_code == 403
    publishing.trash(article, by=editor)
    assert client.post(address("put_back", article)).status_code == 403
    assert row_of(article).trashed_at


def test_address_of_what_lies_in_the_trash_is_told(as_editor, editor, draft):
    publishing.trash(draft, by=editor)
    other = ArticleFactory(draft=True)
    with pytest.raises(ValidationError, match="An article in the trash has this address"):
        publishing.save_revision(other, snapshots.of(other) | {"slug": draft.slug}, by=editor)


def test_many_are_trashed_and_put_back_by_tasks(as_editor, queue):
    drafts = ArticleFactory.create_batch(3, draft=True)
    live = ArticleFactory()

    def act(name, rows, **query):
        data = {"action": name, "_selected_action": [row.pk for row in rows]}
        as_editor.post(LIST + ("?state=trash" if query else ""), data)
        queue()

    assert "delete_selected" not in as_editor.get(LIST).text
    act("trash_selected", [*drafts, live])
    assert listed(as_editor) == [live]
    assert set(listed(as_editor, state="trash")) == set(drafts)
    act("put_back_selected", drafts[:2], state="trash")
    assert set(listed(as_editor)) == {live, *drafts[:2]}


def test_trash_is_emptied_with_all_that_hangs_on_it(editor, draft):
    publishing.trash(draft, by=editor)
    [rule] = [rule for rule in housekeeping.registry if rule.subject == "Articles in the trash"]
    now = timezone.now()
    assert rule.apply(now + rule.age - timedelta(minutes=1)) == 0
    assert rule.apply(now + rule.age + timedelta(minutes=1)) == 1
    assert not Article.objects.exists()


def test_desk_counts_no_trashed_article_as_in_review(as_editor, editor):
    article = ArticleFactory(in_review=True)
    assert f"“{article}” waits for review" in as_editor.get(reverse("admin:index")).text
    publishing.trash(article, by=editor)
    assert "waits for review" not in as_editor.get(reverse("admin:index")).text

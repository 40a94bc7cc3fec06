import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from articles import publishing
from articles.factories import (
    UPDATE,
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
    named,
)
from articles.models import Article, ArticleFormerSlug
from articles.publishing import snapshots
from companies.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return User.objects.create_user("editor")


def content_of(article, **changes):
    return snapshots.of(article) | changes


def fresh(article):
    return Article.objects.get(pk=article.pk)


def new_content(**changes):
    return {
        "title": "A title",
        "slug": "a-title",
        "standfirst": "In a sentence.",
        "body": "The body.",
        "kind": "story",
        "language": "en-gb",
        "section": SectionFactory().pk,
        "cover": None,
        "authors": [AuthorFactory().pk],
        "topics": [],
        "companies": [],
        "entries": [],
        "published_at": None,
    } | changes


def test_saving_a_new_article_makes_the_row_and_its_first_revision(editor):
    authors = [AuthorFactory(), AuthorFactory()]
    content = new_content(authors=[authors[1].pk, authors[0].pk])
    revision = publishing.save_revision(Article(), content, by=editor)
    article = fresh(revision.article)
    assert (revision.number, revision.author) == (1, editor)
    assert article.status == Article.Status.DRAFT
    assert [str(byline) for byline in article.bylines.all()] == [str(authors[1]), str(authors[0])]
    assert snapshots.of(article) == snapshots.completed(content) | {"ranking": None}


def test_saving_a_draft_moves_the_row_with_it(editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, title="Second"), by=editor)
    assert fresh(article).title == "Second"


@pytest.mark.parametrize("trait", ["published", "scheduled", "archived"])
def test_saving_what_was_once_released_leaves_the_row_alone(editor, trait):
    article = ArticleFactory(**{trait: True}, title="First")
    publishing.save_revision(article, content_of(article, title="Second"), by=editor)
    assert fresh(article).title == "First"
    assert publishing.newest_content(article)["title"] == "Second"


def test_saving_what_is_there_already_makes_no_revision(editor):
    article = ArticleFactory(draft=True)
    first = publishing.save_revision(article, content_of(article, title="Second"), by=editor)
    again = publishing.save_revision(article, content_of(article), by=editor)
    assert first == again


def test_saving_from_a_stale_revision_is_refused_with_both_texts(editor):
    article = ArticleFactory(draft=True)
    base = publishing.newest_number(article)
    publishing.save_revision(article, content_of(article, body="Theirs"), by=editor, base_number=0)
    with pytest.raises(publishing.Conflict) as conflict:
        publishing.save_revision(
            article, content_of(article, body="Mine"), by=editor, base_number=base
        )
    assert conflict.value.theirs["body"] == "Theirs"
    assert conflict.value.mine["body"] == "Mine"
    assert fresh(article).body == "Theirs"
    assert publishing.newest_number(article) == conflict.value.number


def test_saving_from_the_newest_revision_is_accepted(editor):
    article = ArticleFactory(draft=True)
    publishing.save_revision(article, content_of(article, body="One"), by=editor, base_number=0)
    number = publishing.newest_number(article)
    content = content_of(article, body="Two")
    publishing.save_revision(article, content, by=editor, base_number=number)
    assert fresh(article).body == "Two"


def test_first_save_of_a_seeded_article_keeps_its_text_in_the_history(editor):
    article = ArticleFactory(body="As seeded.")
    publishing.save_revision(article, content_of(article, body="Changed."), by=editor)
    bodies = article.revisions.order_by("number").values_list("content__body", flat=True)
    assert list(bodies) == ["As seeded.", "Changed."]
    assert fresh(article).live_number == 1


def test_publishing_moves_the_newest_text_into_the_row(editor):
    topic, author = TopicFactory(), AuthorFactory()
    company = Company.objects.create(name="Spotify", slug="spotify", description="Music.")
    article = ArticleFactory(kind="list", authors=[AuthorFactory()])
    content = content_of(
        article,
        title="Second",
        topics=[topic.pk],
        authors=[author.pk],
        entries=[{"company": company.pk, "heading": "", "blurb": "It *plays*."}],
    )
    revision = publishing.save_revision(article, content, by=editor)
    publishing.publish(article, by=editor, change=UPDATE)
    row = fresh(article)
    assert (row.title, row.live_number) == ("Second", revision.number)
    assert [byline.author for byline in row.bylines.all()] == [author]
    assert list(row.topics.all()) == [topic]
    assert "<em>plays</em>" in row.entries.get().blurb_html
    assert list(row.companies.all()) == [company]


def test_publishing_an_older_revision_brings_its_text_back(editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    old = publishing.save_revision(article, content_of(article, title="Old"), by=editor)
    publishing.save_revision(article, content_of(article, title="New"), by=editor)
    publishing.publish(article, by=editor, revision=old)
    assert fresh(article).title == "Old"
    assert fresh(article).live_number == old.number


def test_publishing_without_a_date_dates_it_now_and_a_date_ahead_schedules(editor):
    now_article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    later_article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    publishing.publish(now_article, by=editor)
    publishing.publish(later_article, by=editor, at=timezone.now() + datetime.timedelta(hours=1))
    assert fresh(now_article).is_published
    assert fresh(later_article).is_scheduled
    assert list(Article.objects.published()) == [now_article]


def test_updated_at_moves_only_when_visible_text_changes(editor):
    article = ArticleFactory(authors=[AuthorFactory()])
    before = article.updated_at
    content = content_of(article, topics=[TopicFactory().pk])
    publishing.save_revision(article, content, by=editor)
    publishing.publish(article, by=editor)
    assert fresh(article).updated_at == before
    publishing.save_revision(article, content | {"body": "Another body."}, by=editor)
    publishing.publish(article, by=editor, change=UPDATE)
    assert fresh(article).updated_at > before


def test_changed_slug_of_a_live_article_leaves_a_redirect_and_going_back_removes_it(editor):
    article = ArticleFactory(slug="first", authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, slug="second"), by=editor)
    publishing.publish(article, by=editor)
    assert ArticleFormerSlug.objects.get().slug == "first"
    publishing.save_revision(article, content_of(article, slug="first"), by=editor)
    publishing.publish(article, by=editor)
    assert ArticleFormerSlug.objects.get().slug == "second"


def test_changed_slug_of_a_draft_leaves_no_redirect(editor):
    article = ArticleFactory(draft=True, slug="first", authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, slug="second"), by=editor)
    publishing.publish(article, by=editor)
    assert not ArticleFormerSlug.objects.exists()


def test_article_that_takes_a_former_slug_ends_the_redirect(editor):
    moved = ArticleFactory(slug="new-place")
    ArticleFormerSlug.objects.create(slug="old-place", target=moved)
    article = ArticleFactory(draft=True, slug="old-place", authors=[AuthorFactory()])
    publishing.publish(article, by=editor)
    assert not ArticleFormerSlug.objects.exists()


def test_publishing_a_taken_slug_is_refused_and_changes_nothing(editor):
    article = ArticleFactory(slug="mine", authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, slug="theirs"), by=editor)
    ArticleFactory(slug="theirs")
    with pytest.raises(ValidationError):
        publishing.publish(article, by=editor)
    assert fresh(article).slug == "mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("standfirst", ""), ("body", "\n"), ("authors", []), ("section", 0)],
)
def test_publishing_what_is_incomplete_names_the_field(editor, field, value):
    revision = publishing.save_revision(Article(), new_content(), by=editor)
    revision.content[field] = value
    revision.save()
    with pytest.raises(ValidationError) as error:
        publishing.publish(revision.article, by=editor)
    assert list(error.value.message_dict) == [field]
    assert not fresh(revision.article).is_published


def test_what_was_deleted_since_is_left_out(editor):
    topic, kept = TopicFactory(), TopicFactory()
    content = new_content(topics=[topic.pk, kept.pk])
    article = publishing.save_revision(Article(), content, by=editor).article
    topic.delete()
    publishing.publish(article, by=editor)
    assert list(fresh(article).topics.all()) == [kept]


def test_submitting_puts_a_draft_in_review_and_leaves_a_live_article_live(editor):
    draft, live = ArticleFactory(draft=True), ArticleFactory()
    publishing.submit_for_review(draft, by=editor)
    review = publishing.submit_for_review(live, by=editor)
    assert fresh(draft).status == Article.Status.IN_REVIEW
    assert fresh(live).is_published
    assert review.is_of_a_live_text


def test_what_nobody_has_read_is_taken_back_or_archived_and_was_never_live(editor):
    one, other = ArticleFactory.create_batch(2, scheduled=True, live_number=1)
    publishing.unpublish(one, by=editor)
    publishing.archive(other, by=editor)
    assert [fresh(one).status, fresh(other).status] == ["draft", "archived"]
    assert [fresh(one).live_number, fresh(other).live_number] == [None, None]
    assert not Article.objects.once_public().exists()


def test_draft_that_was_taken_back_holds_the_newest_text(editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    publishing.publish(article, by=editor, at=timezone.now() + datetime.timedelta(hours=1))
    publishing.save_revision(article, content_of(article, title="Newer"), by=editor)
    assert fresh(article).title != "Newer"
    publishing.unpublish(article, by=editor)
    assert fresh(article).title == "Newer"


@pytest.mark.parametrize("verb", [publishing.unpublish, publishing.archive])
@pytest.mark.parametrize("trait", ["published", "withdrawn"])
def test_what_readers_have_seen_is_neither_taken_back_nor_archived(editor, verb, trait):
    article = ArticleFactory(**{trait: True})
    with pytest.raises(ValidationError, match="withdraw it, with a note"):
        verb(article, by=editor)
    assert Article.objects.once_public().get() == article


def test_what_readers_have_seen_is_not_put_off(editor):
    article = ArticleFactory(authors=[AuthorFactory()])
    with pytest.raises(ValidationError, match="cannot be put off"):
        publishing.publish(article, by=editor, at=timezone.now() + datetime.timedelta(hours=1))
    assert fresh(article).is_published


def test_withdrawn_is_what_was_public_and_it_comes_back_only_as_such(editor):
    article = ArticleFactory(authors=[AuthorFactory()])
    publishing.withdraw(article, by=editor)
    assert fresh(article).is_withdrawn
    assert list(Article.objects.withdrawn()) == [article]
    assert article.revisions.get().number == fresh(article).live_number == 1
    with pytest.raises(ValidationError, match="Reinstate it"):
        publishing.publish(article, by=editor)
    publishing.publish(article, by=editor, change=named(article))
    assert fresh(article).is_published


@pytest.mark.parametrize("trait", ["draft", "in_review", "scheduled", "archived", "withdrawn"])
def test_only_what_readers_can_see_is_withdrawn(editor, trait):
    article = ArticleFactory(**{trait: True})
    with pytest.raises(ValidationError, match="Only what readers can see"):
        publishing.withdraw(article, by=editor)


@pytest.mark.parametrize("trait", ["published", "withdrawn"])
def test_what_readers_have_seen_is_never_deleted(trait):
    article = ArticleFactory(**{trait: True})
    for delete in (article.delete, Article.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()


@pytest.mark.parametrize("trait", ["draft", "in_review", "scheduled", "archived"])
def test_what_nobody_has_read_can_be_deleted(trait):
    one, _other = ArticleFactory.create_batch(2, **{trait: True})
    one.delete()
    Article.objects.all().delete()
    assert not Article.objects.exists()


def test_restoring_makes_a_new_revision_and_leaves_the_live_text(editor):
    article = ArticleFactory(body="One", authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, body="Two"), by=editor)
    publishing.publish(article, by=editor, change=UPDATE)
    restored = publishing.restore(article.revisions.get(number=1), by=editor)
    assert (restored.number, restored.content["body"]) == (3, "One")
    assert fresh(article).body == "Two"


def test_every_verb_is_written_to_the_log(editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    publishing.save_revision(article, content_of(article, title="Second"), by=editor)
    publishing.submit_for_review(article, by=editor)
    publishing.publish(article, by=editor)
    publishing.withdraw(article, by=editor)
    entries = LogEntry.objects.filter(user=editor, object_id=str(article.pk))
    assert entries.count() == 4


def test_publishing_keeps_the_entries_order(editor):
    article = ArticleFactory(kind="list", authors=[AuthorFactory()])
    companies = [
        Company.objects.create(name=name, slug=name, description=name) for name in ("a", "b", "c")
    ]
    for company in companies:
        ListEntryFactory(article=article, company=company)
    content = snapshots.of(article)
    content["entries"].reverse()
    publishing.save_revision(article, content, by=editor)
    publishing.publish(article, by=editor, change=UPDATE)
    assert [entry.company.name for entry in article.entries.all()] == ["c", "b", "a"]


def test_publishing_a_list_counts_and_searches_the_words_of_its_entries(editor):
    company = Company.objects.create(name="Lyft", slug="lyft", description="Rides.")
    entry = {"company": company.pk, "heading": "Rides", "blurb": "Planned with *solvers* daily."}
    content = new_content(kind="list", body="Two words.", entries=[entry])
    article = publishing.save_revision(Article(), content, by=editor).article
    publishing.publish(article, by=editor)
    assert fresh(article).word_count == 7
    assert "Planned with solvers daily." in fresh(article).body_text


def test_publishing_a_story_counts_its_body_alone(editor):
    company = Company.objects.create(name="Lyft", slug="lyft", description="Rides.")
    entry = {"company": company.pk, "heading": "Rides", "blurb": "Planned with solvers."}
    content = new_content(kind="story", body="Two words.", entries=[entry])
    article = publishing.save_revision(Article(), content, by=editor).article
    assert fresh(article).word_count == 2

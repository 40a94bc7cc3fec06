"""A text that is sent for review waits until an editor has decided, whatever is saved meanwhile."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory
from articles.models import Article, Review
from articles.publishing import snapshots
from articles.tests.test_admin import posted

pytestmark = pytest.mark.django_db
LIST = reverse("admin:articles_article_changelist")
QUEUE = reverse("admin:articles_article_reviews")


def address(article, name="review"):
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


@pytest.fixture
def writer(db):
    names = {"first_name": "Tomas", "last_name": "Adeyemi"}
    return UserFactory(username="tomas", groups=["Writer"], **names)


@pytest.fixture
def editor(db):
    return UserFactory(username="mara", groups=["Editor"])


@pytest.fixture
def as_writer(client, writer):
    client.force_login(writer)
    return client


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def draft(writer):
    return ArticleFactory(draft=True, title="Harbour", authors=[AuthorFactory(user=writer)])


@pytest.fixture
def live(writer):
    return ArticleFactory(title="Live", authors=[AuthorFactory(user=writer)])


def saved(article, by, **changes):
    return publishing.save_revision(article, publishing.newest_content(article) | changes, by=by)


def sent(article, by, **changes):
    saved(article, by, **changes)
    return publishing.submit_for_review(article, by=by)


def row_of(article):
    return Article.objects.get(pk=article.pk)


def listed(client, **query):
    return list(client.get(LIST, query).context["cl"].queryset)


@pytest.mark.parametrize("state", ["draft", "live"])
def test_what_was_sent_stays_listed_across_another_save(as_editor, writer, request, state):
    article = request.getfixturevalue(state)
    other = ArticleFactory(draft=True)
    sent(article, writer, title="Once")
    saved(article, writer, title="Twice")
    assert listed(as_editor, state="review") == [article]
    assert "revision 2; revision 3 is newer" in as_editor.get(LIST).text
    queue = as_editor.get(QUEUE).text
    assert "Tomas Adeyemi" in queue
    assert ("Change to a live story" in queue) == (state == "live")
    assert "revision 3 was saved since" in queue
    assert other.title not in queue


def test_sending_the_same_text_twice_is_one_review(draft, writer):
    first = publishing.submit_for_review(draft, by=writer)
    assert publishing.submit_for_review(draft, by=writer) == first
    saved(draft, writer, title="Better")
    again = publishing.submit_for_review(draft, by=writer)
    assert (again.pk, again.revision.number) == (first.pk, 2)
    assert (again.submitted_at, Review.objects.count()) == (first.submitted_at, 1)


def test_database_holds_one_open_review_and_no_return_without_a_note(draft, writer, editor):
    review = publishing.submit_for_review(draft, by=writer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(article=draft, revision=review.revision)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(
            verdict="returned", decided_at=review.submitted_at
        )
    publishing.approve(review, by=editor, number=1)
    with pytest.raises(ValidationError, match="never rewritten"):
        review.save()
    assert publishing.submit_for_review(draft, by=writer).pk != review.pk


def test_text_comes_back_with_its_note(as_editor, draft, writer, editor):
    sent(draft, writer)
    page = as_editor.get(address(draft))
    assert "Harbour" in page.text
    data = {"number": page.context["form"].initial["number"], "note": "Date for Quora?"}
    refused = as_editor.post(address(draft), {**data, "note": " ", "_return": ""})
    assert "Say what is to be done" in refused.text
    assert row_of(draft).status == Article.Status.IN_REVIEW
    response = as_editor.post(address(draft), {**data, "_return": ""}, follow=True)
    assert "is returned with your note" in response.text
    assert row_of(draft).status == Article.Status.DRAFT
    assert listed(as_editor, state="review") == []
    assert listed(as_editor, state="returned") == [draft]
    as_editor.force_login(writer)
    assert "returned: “Date for Quora?”" in as_editor.get(LIST).text
    form = as_editor.get(address(draft, "change")).text
    assert "mara returned revision" in form
    assert "Date for Quora?" in form
    saved(draft, writer, body="Another text.")
    assert "Date for Quora?" in as_editor.get(address(draft, "change")).text
    publishing.submit_for_review(draft, by=writer)
    assert listed(as_editor, state="returned") == []
    assert "Date for Quora?" not in as_editor.get(address(draft, "change")).text


def test_approved_text_is_published_though_a_newer_one_was_saved(as_editor, draft, writer, editor):
    sent(draft, writer, title="Sent")
    saved(draft, writer, title="Not sent")
    response = as_editor.post(address(draft), {"number": 2, "_publish": ""}, follow=True)
    assert "approved and published" in response.text
    row = row_of(draft)
    assert (row.title, row.live_number, row.waiting_title) == ("Sent", 2, "Not sent")
    review = Review.objects.get()
    assert (review.verdict, review.decided_by) == ("approved", editor)
    assert listed(as_editor, state="review") == []


def test_change_of_a_live_story_is_published_under_its_name(as_editor, live, writer, editor):
    sent(live, writer, body="A second text.")
    page = as_editor.get(address(live)).text
    assert "<ins>" in page
    told = {"number": 2, "_publish": ""}
    refused = as_editor.post(address(live), told)
    assert "say what kind of change it is" in refused.text
    assert row_of(live).body != "A second text."
    told |= {"kind": "update", "for_readers": "It says something else now."}
    as_editor.post(address(live), told)
    assert row_of(live).body == "A second text."
    assert not Review.objects.open().exists()


def test_date_ahead_schedules_what_is_approved(as_editor, draft, writer):
    sent(draft, writer, published_at="2099-01-01T06:00:00+00:00")
    page = as_editor.post(address(draft), {"number": 2, "_publish": ""}, follow=True)
    assert "approved and scheduled" in page.text
    assert row_of(draft).is_scheduled


def test_approval_alone_publishes_nothing(as_editor, draft, writer):
    sent(draft, writer)
    as_editor.post(address(draft), {"number": 1, "note": "Fine.", "_approve": ""})
    assert row_of(draft).status == Article.Status.DRAFT
    assert 'class="field-state">approved<' in as_editor.get(LIST).text
    saved(draft, writer, title="Another")
    assert 'class="field-state">draft<' in as_editor.get(LIST).text


def test_doubts_are_asked_about_before_what_was_sent_goes_out(as_editor, draft, writer):
    sent(draft, writer, body="TK")
    refused = as_editor.post(address(draft), {"number": 2, "_publish": ""})
    assert "Publish all the same" in refused.text
    assert not row_of(draft).is_published
    digest = refused.context["doubts_digest"]
    as_editor.post(address(draft), {"number": 2, "_publish": "", "let_stand": digest})
    assert row_of(draft).is_published


def test_decision_is_refused_once_somebody_else_has_decided(as_editor, draft, writer):
    other = UserFactory(username="ines", groups=["Editor"])
    review = sent(draft, writer)
    publishing.return_with_note(review, by=other, number=1, note="Not yet.")
    page = as_editor.post(address(draft), {"number": 1, "_publish": ""})
    assert "ines has decided meanwhile: returned" in page.text
    assert not row_of(draft).is_published
    # And whoever presses the same button twice is told no error.
    publishing.return_with_note(Review.objects.get(), by=other, number=1, note="Not yet.")
    assert Review.objects.get().note == "Not yet."


def test_decision_is_refused_once_another_text_was_sent(as_editor, draft, writer):
    sent(draft, writer)
    sent(draft, writer, title="Another")
    page = as_editor.post(address(draft), {"number": 1, "note": "No.", "_return": ""})
    assert "Another text was sent meanwhile, revision 2" in page.text
    assert Review.objects.get().is_open
    as_editor.post(address(draft), {"number": 2, "note": "No.", "_return": ""})
    assert not Review.objects.get().is_open


def test_publishing_at_the_form_settles_what_was_sent(as_editor, live, writer, editor):
    sent(live, writer, body="Sent.")
    saved(live, editor, body="Sent, and edited.")
    publishing.publish(live, by=editor, change=UPDATE)
    review = Review.objects.get()
    assert (review.verdict, review.decided_by) == ("approved", editor)


def test_older_text_that_is_published_settles_nothing(live, writer, editor):
    older = saved(live, editor, body="Older.")
    sent(live, writer, body="Sent.")
    publishing.publish(live, by=editor, revision=older, change=UPDATE)
    assert Review.objects.get().is_open


def test_archived_text_waits_no_more_and_a_trashed_one_waits_again(draft, writer, editor):
    sent(draft, writer)
    publishing.trash(draft, by=editor)
    assert not Review.objects.waiting_for(editor).exists()
    publishing.put_back(draft, by=editor)
    assert Review.objects.waiting_for(editor).exists()
    publishing.archive(draft, by=editor)
    assert Review.objects.get().verdict == Review.Verdict.DROPPED


def test_scheduled_text_taken_back_still_waits_for_its_review(writer, editor):
    article = ArticleFactory(scheduled=True, authors=[AuthorFactory()])
    sent(article, writer, title="Changed")
    publishing.unpublish(article, by=editor)
    assert row_of(article).status == Article.Status.IN_REVIEW


def test_queue_is_the_editors_and_its_numbers_may_be_forged(client, draft, writer, editor):
    sent(draft, writer)
    client.force_login(writer)
    assert client.get(QUEUE).status_code == 403
    assert client.get(address(draft)).status_code == 403
    assert client.post(address(draft), {"number": 1, "_publish": ""}).status_code == 403
    client.force_login(editor)
    for number in ("", "x", "\x00", "-1", "9" * 40, "7"):
        page = client.post(address(draft), {"number": number, "note": "a\x00b", "_return": ""})
        assert page.status_code == 200
    assert client.post(address(draft), {"number": 1}).status_code == 200
    assert (
        client.post(address(draft), {"number": 1, "_return": "", "note": "x" * 3000}).status_code
        == 200
    )
    assert Review.objects.get().is_open
    assert client.get(address(ArticleFactory())).status_code == 404
    assert client.get(QUEUE, {"p": "x"}).status_code == 200


def test_queue_is_in_order_and_bounded(as_editor, writer, django_assert_max_num_queries):
    rows = [ArticleFactory(in_review=True, title=f"Sent {n}") for n in range(30)]
    with django_assert_max_num_queries(12):
        page = as_editor.get(QUEUE)
    assert [review.article for review in page.context["page"]] == rows[:25]
    assert "Sent 29" in as_editor.get(QUEUE, {"p": 2}).text


def test_button_sends_and_a_second_save_keeps_it(as_writer, draft):
    posted(as_writer, draft, title="Sent", _submit="")
    posted(as_writer, draft, title="Sent, saved", _save="")
    assert "Revision 2 waits for review" in as_writer.get(address(draft, "change")).text
    assert snapshots.of(row_of(draft))["title"] == "Sent, saved"

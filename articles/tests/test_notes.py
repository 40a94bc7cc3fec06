"""Notes on a text, of editors to editors."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Note
from articles.publishing import notes, snapshots
from articles.tests.test_admin import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return UserFactory(username="tomas", groups=["Writer"])


@pytest.fixture
def as_writer(client, writer):
    client.force_login(writer)
    return client


@pytest.fixture
def live(writer):
    return ArticleFactory(body="One.\n\nTwo, with words.", authors=[AuthorFactory(user=writer)])


def address(article, name="notes", *args):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *args])


def choice(page, words):
    return next(
        key for key, label in page.context["form"].fields["about"].choices if label == words
    )


def test_note_on_unchanged_text_is_kept_once(as_writer, live, writer):
    posted(as_writer, live, body="Another text.", note="A new date.", _save="")
    page = posted(as_writer, live, note="Who checks the date?", _save="")
    assert live.revisions.count() == 2
    note = live.notes.get()
    assert (note.text, note.by) == ("Who checks the date?", writer)
    form = as_writer.get(page["Location"]).text
    assert "Your note is kept" in form
    assert "Who checks the date?" in form
    posted(as_writer, live, note="A new date.", _save="")
    assert live.notes.count() == 1


def test_note_on_a_paragraph_is_found_by_its_words(as_writer, live, writer):
    page = as_writer.get(address(live))
    key = choice(page, "Two, with words.")
    as_writer.post(address(live), {"text": "Which words?", "about": key})
    note = live.notes.get()
    assert (note.quote, note.text) == ("Two, with words.", "Which words?")

    def save(body):
        publishing.save_revision(live, snapshots.of(live) | {"body": body}, by=writer)
        return as_writer.get(address(live)).text

    assert "These words have changed" not in save("Two, with\nwords.\n\nNew.\n\nOne.")
    assert "These words have changed" in save("Two, with other words.")


def test_paragraph_that_changed_meanwhile_is_chosen_again(as_writer, live, writer):
    key = choice(as_writer.get(address(live)), "One.")
    publishing.save_revision(live, snapshots.of(live) | {"body": "Once."}, by=writer)
    page = as_writer.post(address(live), {"text": "Why?", "about": key}).text
    assert "has changed meanwhile" in page
    assert ">Why?</textarea>" in page.replace("\n", "")
    assert not Note.objects.exists()


def test_note_is_resolved_and_opened_again(as_writer, live, writer):
    note = notes.add_note(live, "The date?", by=writer)
    page = as_writer.post(address(live, "note", note.pk), follow=True).text
    assert "The note is resolved" in page
    note.refresh_from_db()
    assert note.resolved_by == writer
    first = note.resolved_at
    notes.resolve_note(note, by=UserFactory())
    note.refresh_from_db()
    assert (note.resolved_by, note.resolved_at) == (writer, first)
    as_writer.post(address(live, "note", note.pk), {"_reopen": ""})
    note.refresh_from_db()
    assert note.resolved_at is None


def test_notes_are_of_the_desk_and_of_those_who_may_read_the_text(client, as_writer, live, writer):
    other = ArticleFactory(draft=True)
    hidden = notes.add_note(other, "Hidden from Tomas", by=UserFactory())
    shown = notes.add_note(live, "Not for readers", by=writer)
    assert as_writer.get(address(other)).status_code == 403
    assert as_writer.post(address(other), {"text": "No"}).status_code == 403
    assert as_writer.post(address(other, "note", hidden.pk)).status_code == 403
    # A note of another article, under the address of one's own.
    assert as_writer.post(address(live, "note", hidden.pk)).status_code == 404
    assert shown.text not in Client().get(live.get_absolute_url()).text


@pytest.mark.parametrize("text", ["", " \n", "a\x00b", "x" * 2001])
def test_no_note_is_made_of_what_is_none(as_writer, live, text):
    assert as_writer.post(address(live), {"text": text}).status_code == 200
    assert as_writer.post(address(live), {"text": "A", "about": "\x00"}).status_code == 200
    assert not Note.objects.exists()


def test_notes_on_one_article_are_bounded(live, writer, monkeypatch):
    monkeypatch.setattr(notes, "MOST_OPEN", 1)
    notes.resolve_note(notes.add_note(live, "One", by=writer), by=writer)
    notes.add_note(live, "Two", by=writer)
    with pytest.raises(ValidationError, match="Too many notes"):
        notes.add_note(live, "Three", by=writer)


def test_page_of_notes_asks_as_much_for_many(as_writer, live, django_assert_max_num_queries):
    publishing.save_revision(live, snapshots.of(live) | {"title": "Next"}, by=None)
    people = UserFactory.create_batch(3)
    Note.objects.bulk_create(
        Note(article=live, text=f"Note {n}", by=people[n % 3], quote="One.") for n in range(150)
    )
    with django_assert_max_num_queries(12):
        page = as_writer.get(address(live)).text
    assert "Note 149" in page
    assert "Note 49<" not in page

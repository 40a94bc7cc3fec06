"""What people at the desk are told by mail: once, by a task, and no more than is bearable."""

import pytest
from django.core import mail

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.publishing import notes
from desk.mail import notices
from desk.models import DeskMail

pytestmark = pytest.mark.django_db


def person(name, group, **values):
    return UserFactory(username=name, email=f"{name}@news.example", groups=[group], **values)


@pytest.fixture
def tomas(db):
    return person("tomas", "Writer", first_name="Tomas", last_name="Adeyemi")


@pytest.fixture
def mara(db):
    return person("mara", "Editor")


@pytest.fixture
def draft(tomas):
    return ArticleFactory(draft=True, title="Harbour", authors=[AuthorFactory(user=tomas)])


def told():
    """To whom, and what."""
    found = [(one.to[0].split("@")[0], one.subject) for one in mail.outbox]
    mail.outbox.clear()
    return sorted(found)


def test_editors_are_told_once_of_what_waits(draft, tomas, mara, queue):
    person("ines", "Editor")
    person("gone", "Editor", is_active=False)
    UserFactory(groups=["Editor"], email="")
    publishing.submit_for_review(draft, by=tomas)
    assert mail.outbox == []
    queue()
    [letter, _other] = mail.outbox
    assert "Tomas Adeyemi sent “Harbour” to review." in letter.body
    assert f"/admin/articles/article/{draft.pk}/review/" in letter.body
    assert told() == [("ines", "To review: Harbour"), ("mara", "To review: Harbour")]
    publishing.save_revision(draft, publishing.newest_content(draft) | {"title": "Quay"}, by=tomas)
    publishing.submit_for_review(draft, by=tomas)
    queue()
    assert told() == []


def test_writer_is_told_what_became_of_it(draft, tomas, mara, queue):
    review = publishing.submit_for_review(draft, by=tomas)
    publishing.return_with_note(review, by=mara, number=1, note="The date for Quora?")
    queue()
    assert "The date for Quora?" in mail.outbox[-1].body
    # What was decided before it was mailed asks nobody to decide.
    assert told() == [("tomas", "Came back: Harbour")]
    publishing.approve(publishing.submit_for_review(draft, by=tomas), by=mara, number=1)
    queue()
    assert told() == [("tomas", "Approved: Harbour")]


def test_editor_is_not_told_of_what_they_did_themselves(draft, mara, queue):
    review = publishing.submit_for_review(draft, by=mara)
    publishing.approve(review, by=mara, number=1)
    queue()
    assert told() == []


def test_who_is_named_in_a_note_is_told_once(draft, tomas, mara, queue):
    person("bea", "Writer")
    text = "@tomas, @mara and @tomas: what of it? @bea may not read it, @nobody is none. Or @mara."
    notes.add_note(draft, text, by=person("ines", "Editor"))
    queue()
    assert told() == [("mara", "A note for you: Harbour"), ("tomas", "A note for you: Harbour")]


@pytest.mark.parametrize("text", ["mail tomas@tomas", "@@tomas", "@tomas by himself"])
def test_nobody_is_told_of_an_address_or_of_their_own_note(draft, tomas, queue, text):
    notes.add_note(draft, text, by=tomas)
    queue()
    assert told() == []


def test_mails_that_others_set_off_end_for_the_day(draft, tomas, mara, queue, monkeypatch):
    monkeypatch.setattr(notices, "MOST_IN_A_DAY", 2)
    for n in range(3):
        notes.add_note(draft, f"@mara {n}", by=tomas)
    queue()
    assert len(told()) == 2
    review = publishing.submit_for_review(draft, by=mara)
    publishing.return_with_note(review, by=tomas, number=1, note="That is told all the same.")
    queue()
    assert told() == [("mara", "Came back: Harbour")]


def test_mail_is_not_sent_twice_nor_to_who_has_left(draft, tomas, mara, queue):
    notes.add_note(draft, "@mara?", by=tomas)
    queue()
    [row] = DeskMail.objects.all()
    notices.send_desk_mail.enqueue(row.pk)
    queue()
    assert len(told()) == 1
    notes.add_note(draft, "@mara again?", by=tomas)
    mara.is_active = False
    mara.save()
    queue()
    assert told() == []

"""Why a figure was wrong, where those words must not be seen: they are blacked out everywhere."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory
from corrections.models import NOTE, Correction
from corrections.publishing import publish_correction, redact
from corrections.publishing.reasons import is_in
from facts import publishing as facts
from facts.factories import FactFactory
from facts.models import EventRedaction
from facts.open import dump
from facts.rules.history import replay, standing_of

pytestmark = pytest.mark.django_db
REASON = "Ada of 3 Mill Lane misread it."
INSTEAD = "Redacted by the desk: A private address"


@pytest.fixture
def editor(client):
    client.editor = UserFactory(is_superuser=True)
    client.force_login(client.editor)
    return client


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    def acting(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return acting


@pytest.fixture
def fact():
    return FactFactory(
        company__slug="faktum", company__name="Faktum", metric__key="margin", amount=75_000_000
    )


def written(language):
    body = "It has [](fact:faktum/margin) in all."
    return ArticleFactory(body=body, language=language, authors=[AuthorFactory()])


def withdraw(fact, by, reason=REASON):
    return facts.deprecate(fact, reason=reason, by=by)


def pages(fact, *articles):
    company, metric = fact.company.get_absolute_url(), fact.metric.get_absolute_url()
    yield from (fact.get_absolute_url(), f"/facts/{fact.public_id}.json")
    yield from (company, f"{company}figures.csv", f"{company}figures.json")
    yield from (metric, f"{metric}figures.csv", f"{metric}figures.json")
    yield from ("/corrections/", "/feeds/corrections.atom", reverse("admin:facts_fact_export"))
    yield reverse("admin:facts_fact_change", args=[fact.pk])
    for article in articles:
        yield from (article.get_absolute_url(), f"{article.get_absolute_url()}history/")


def said(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.getvalue().decode()


@pytest.mark.parametrize("which", ["en", "de", "profile"])
def test_note_that_is_blacked_out_is_so_at_the_figure_and_in_all_that_follows_from_it(
    editor, act, fact, which
):
    articles = {language: written(language) for language in ("en", "de")}
    act(withdraw, fact, editor.editor)
    dump.write()
    files = [dump.folder() / f"figures.{name}" for name in dump.NAMES]
    everywhere = list(pages(fact, *articles.values()))
    assert all(REASON in file.read_text() for file in files)
    assert [url for url in everywhere if REASON not in said(editor, url)] == []
    row = Correction.objects.get(article=articles.get(which))
    redacting = reverse("admin:corrections_correction_redact", args=[row.pk])
    act(editor.post, redacting, {"index": NOTE, "reason": "A private address"})
    assert [url for url in everywhere if "Mill Lane" in said(editor, url)] == []
    assert [url for url in everywhere if "A private address" not in said(editor, url)] == []
    assert INSTEAD in said(editor, fact.get_absolute_url())
    assert all(INSTEAD in file.read_text() for file in files)
    assert not any("Mill Lane" in file.read_text() for file in files)


def test_who_blacked_out_a_reason_when_and_why_is_kept_and_the_row_still_follows(editor, fact):
    withdraw(fact, editor.editor)
    other = UserFactory(username="desk-chief")
    redact(Correction.objects.get(), NOTE, reason="A private address", by=other)
    redaction = EventRedaction.objects.get()
    assert (redaction.event.kind, redaction.by) == ("withdrawn", other)
    assert (redaction.instead, redaction.event.reason) == (INSTEAD, INSTEAD)
    assert redaction.at <= timezone.now()
    fact.refresh_from_db()
    assert fact.deprecated_reason == INSTEAD
    assert replay(fact.events.all()) == standing_of(fact)
    url = reverse("admin:facts_fact_change", args=[fact.pk])
    assert "desk-chief" in said(editor, url)


def test_reason_that_is_blacked_out_twice_says_why_it_first_was(editor, fact):
    withdraw(fact, editor.editor)
    for reason in ("A private address", "Said better"):
        redact(Correction.objects.get(), NOTE, reason=reason, by=editor.editor)
    fact.refresh_from_db()
    assert fact.deprecated_reason == INSTEAD
    assert EventRedaction.objects.count() == 1
    assert Correction.objects.get().note_redacted == "A private address; Said better"


def test_reason_in_which_the_note_was_cut_is_blacked_out_as_well(editor, fact):
    withdraw(fact, editor.editor, f"{'It was a guess. ' * 16}{REASON}")
    row = Correction.objects.get()
    assert row.note.endswith("…")
    redact(row, NOTE, reason="A private address", by=editor.editor)
    fact.refresh_from_db()
    assert fact.deprecated_reason == INSTEAD


@pytest.mark.parametrize(
    ("reason", "note", "gives_it"),
    [
        (REASON, f"It was wrong. {REASON}", True),
        (REASON, "It was wrong. Ada of 3 Mi…", True),
        (REASON, "It was said by somebody in the USA…", False),
        (REASON, "It was wrong. Ada of 3 Mi", False),
        ("It was a guess.", "It was a guess.", True),
        ("guess", "It was a guesstimate.", False),
    ],
)
def test_note_gives_a_reason_whose_words_it_has_or_began_when_it_was_cut(reason, note, gives_it):
    assert is_in(reason, note) == gives_it


def test_figure_whose_reason_was_typed_like_the_note_of_a_text_is_found(editor, act, fact):
    article = written("en")
    facts.verify(fact, by=editor.editor, reason=f"Checked. {REASON}")
    article.refresh_from_db()
    row = publish_correction(article, kind="retraction", note=REASON, by=editor.editor)
    redact(row, NOTE, reason="A private address", by=editor.editor)
    assert fact.events.last().reason == INSTEAD
    fact.refresh_from_db()
    assert (fact.rank, fact.deprecated_reason) == ("normal", "")


def test_other_figures_and_rows_keep_their_words(editor, fact):
    same = FactFactory(company=fact.company, amount=3)
    for one in (fact, same):
        withdraw(one, editor.editor, "Misread.")
    row, other = (Correction.objects.get(fact_before=one) for one in (fact, same))
    redact(row, NOTE, reason="A private address", by=editor.editor)
    for one in (fact, same, other):
        one.refresh_from_db()
    assert (fact.deprecated_reason, same.deprecated_reason) == (INSTEAD, "Misread.")
    assert not other.note_redacted


def test_sentence_that_is_blacked_out_takes_no_reason_with_it(editor, fact):
    withdraw(fact, editor.editor)
    redact(Correction.objects.get(), 0, reason="A private address", by=editor.editor)
    fact.refresh_from_db()
    assert fact.deprecated_reason == REASON
    assert not EventRedaction.objects.exists()

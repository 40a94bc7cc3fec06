import re

import pytest

from accounts.factories import UserFactory
from articles import publishing as texts
from articles.factories import UPDATE, ArticleFactory, AuthorFactory
from articles.models import ArticleFormerSlug
from articles.publishing import snapshots
from core.tests.markup import elements
from corrections.publishing import publish_correction, redact, withdraw
from corrections.reading.history import history_url
from facts import publishing as facts
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return UserFactory(is_superuser=True)


@pytest.fixture
def article(editor):
    article = ArticleFactory(
        title="Ten offices",
        body="It is big. It has 75 offices.",
        authors=[AuthorFactory()],
        draft=True,
    )
    texts.publish(article, by=editor)
    return article


def rewrite(article, editor, body, change=UPDATE):
    texts.save_revision(article, snapshots.of(article) | {"body": body}, by=editor)
    texts.publish(article, by=editor, change=change)


def steps(client, article) -> list[str]:
    """Each as one line of text, newest first."""
    response = client.get(history_url(article))
    assert response.status_code == 200
    parts = re.findall(r'<article class="logged">(.*?)</article>', response.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts]


def test_history_shows_each_version_with_its_class_and_changed_sentences(client, article, editor):
    rewrite(article, editor, "It is big. It has 57 offices.")
    rewrite(article, editor, "It is big! It has 57 offices.", texts.Change("minor"))
    slip, update, first = steps(client, article)
    assert slip.startswith("Slip of the pen")
    assert "after It is big !" in slip
    assert "57 offices" not in slip
    assert update.startswith("Update")
    for said in (UPDATE.note, "before It has 75 offices.", "after It has 57 offices."):
        assert said in update
    assert first.startswith("First version")


def test_article_leads_to_its_history_and_back(client, article):
    assert f'href="{history_url(article)}"' in client.get(article.get_absolute_url()).text
    html = client.get(history_url(article)).text
    assert f'href="{article.get_absolute_url()}"' in html
    assert 'content="noindex"' in html


def test_article_that_was_published_before_versions_were_kept_has_one(client):
    (only,) = steps(client, ArticleFactory(body="It was so."))
    assert only.startswith("First version")


def test_what_was_said_without_a_changed_sentence_stands_among_the_versions(
    client, article, editor
):
    publish_correction(article, kind="retraction", note="None of it.", by=editor)
    rewrite(article, editor, "It is big. It has 57 offices.")
    withdraw(article, note="Made up.", by=editor)
    publish_correction(article, kind="reinstatement", note="It was not.", by=editor)
    labels = [line.split()[0] for line in steps(client, article)]
    assert labels == ["Reinstatement", "Withdrawal", "Update", "Retraction", "First"]
    assert "Retracted" in client.get(history_url(article)).text


def test_newer_figure_of_a_live_text_is_in_the_history(
    client, editor, django_capture_on_commit_callbacks
):
    fact = FactFactory(amount=75)
    told = f"fact:{fact.company.slug}/{fact.metric.key}"
    article = ArticleFactory(body=f"It has []({told}) offices.", authors=[AuthorFactory()])
    with django_capture_on_commit_callbacks(execute=True):
        facts.deprecate(fact, reason="Misread.", by=editor)
    newest, _first = steps(client, article)
    assert newest.startswith("Correction")


def test_words_that_were_blacked_out_are_not_in_the_history(client, article, editor):
    texts.save_revision(
        article, snapshots.of(article) | {"body": "It is big. It has 57 offices."}, by=editor
    )
    correction = publish_correction(article, kind="correction", note="57 it is.", by=editor)
    redact(correction, 0, reason="A private number", by=editor)
    html = client.get(history_url(article)).text
    assert "A private number" in html
    assert "75 offices" not in html
    assert "57 offices" not in html


def test_words_of_a_blacked_out_sentence_stay_where_nothing_changed(client, article, editor):
    body = "offices\n\nIt is big. It has 75 offices. It grows."
    texts.save_revision(article, snapshots.of(article) | {"body": body}, by=editor)
    publish_correction(article, kind="update", note="A line more.", by=editor)
    body = body.replace("It has 75 offices.", "It has 57 offices. There are no more.")
    texts.save_revision(article, snapshots.of(article) | {"body": body}, by=editor)
    correction = publish_correction(article, kind="correction", note="57 it is.", by=editor)
    redact(correction, 0, reason="A private number", by=editor)
    shown = article.versions.newest().shown_sentences
    assert shown[-5:] == ["offices", "It is big.", *["[A private number]"] * 2, "It grows."]


def test_history_is_paged_and_runs_few_queries(
    client, article, editor, django_assert_max_num_queries
):
    for number in range(24):
        rewrite(article, editor, f"It has {number} offices.")
        if number in (2, 20):
            publish_correction(article, kind="retraction", note=f"After {number}.", by=editor)
    with django_assert_max_num_queries(6):
        first = client.get(history_url(article))
    second = client.get(first.context["page"].older_url)
    newer, older = ([step.note for step in one.context["steps"]] for one in (first, second))
    assert (len(newer), len(older)) == (21, 6)
    assert ("After 20." in newer, "After 2." in newer) == (True, False)
    assert ("After 20." in older, "After 2." in older) == (False, True)


@pytest.mark.parametrize(
    ("trait", "status"), [("draft", 404), ("scheduled", 404), ("archived", 404), ("withdrawn", 410)]
)
def test_history_of_what_is_not_public_is_none(client, trait, status):
    assert client.get(history_url(ArticleFactory(**{trait: True}))).status_code == status


def test_history_follows_the_article_to_its_address(client, article):
    ArticleFormerSlug.objects.create(slug="as-it-was-called", target=article)
    response = client.get("/articles/as-it-was-called/history/")
    assert (response.status_code, response["Location"]) == (301, history_url(article))


def test_hostile_words_run_nowhere_in_the_history(client, article, editor):
    rewrite(article, editor, "`<script>alert(1)</script>` & so on.")
    html = client.get(history_url(article)).text
    plain = client.get(article.get_absolute_url()).text
    assert sum(tag == "script" for tag, _ in elements(html)) <= sum(
        tag == "script" for tag, _ in elements(plain)
    )
    assert "&lt;script&gt;" in html

"""Words that say something else than the figure they link: asked about until an editor decides."""

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from articles import coverage, publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, SectionFactory
from articles.models import Article, FigureDismissal
from articles.publishing import snapshots
from articles.tests.test_admin import posted
from companies.factories import CompanyFactory
from desk import sync
from desk.models import ReviewTask
from facts import publishing as facts
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
WORDS, SENTENCE = "two billion", "It has two billion users."


@pytest.fixture
def editor(client):
    editor = UserFactory(groups=["Editor"])
    client.force_login(editor)
    return editor


@pytest.fixture
def fact():
    return FactFactory(
        company=CompanyFactory(slug="acme"), metric__key="users", amount=1_000_000, comparator="gte"
    )


def link(fact, words=WORDS):
    return f"[{words}](fact:acme/{fact.metric.key}@{fact.public_id})"


def body_of(fact, words=WORDS):
    return f"It has {link(fact, words)} users. It has {link(fact, 'at least 1 million')} payers."


def draft(fact, gate="block", **fields):
    section = SectionFactory(check_levels={"unsourced": gate, "misquoted": gate})
    fields = {"body": body_of(fact), "draft": True, "authors": [AuthorFactory()], **fields}
    return ArticleFactory(section=section, **fields)


def fresh(article):
    return Article.objects.get(pk=article.pk)


def asked(article):
    return [(one["text"], one["kind"]) for one in fresh(article).naked_figures]


def figures_url(article):
    return reverse("admin:articles_article_figures", args=[article.pk])


def overrule(client, article, reason="The source says so elsewhere."):
    data = {"text": WORDS, "sentence": SENTENCE, "reason": reason}
    return client.post(figures_url(article), data, follow=True)


def test_words_that_do_not_fit_are_asked_about_beside_what_the_fact_says(client, editor, fact):
    article = draft(fact)
    assert asked(article) == [(WORDS, "misfit")]
    page = client.get(figures_url(article)).text
    assert "1 of 2 figures sourced" in page
    assert "The fact it links says:" in page
    assert "<b>at least 1 million</b>" in page
    assert "Why the words stand" in page
    data = {"article": article.pk, "part": [article.body]}
    panel = client.post(reverse("admin:articles_article_live_coverage"), data).text
    assert "but the fact says at least 1 million" in panel
    assert "1 of 2 figures sourced" in panel


@pytest.mark.parametrize(
    ("language", "words", "is_asked"),
    [
        ("en", "2019", True),
        ("en", "more than 1 million", False),
        ("en", "it", False),
        ("de", "zwei Milliarden", True),
        ("de", "eine Million", False),
        ("fr", "deux milliards", True),
        ("fr", "plus d’un million", False),
        ("es", "dos mil millones", True),
        ("es", "un millón", False),
    ],
)
def test_words_are_read_in_the_language_of_the_article(fact, language, words, is_asked):
    article = draft(fact, body=f"A {link(fact, words)} B", language=language)
    assert asked(article) == ([(words, "misfit")] if is_asked else [])


def test_strict_section_publishes_only_what_fits_or_what_an_editor_overruled(client, editor, fact):
    article = draft(fact)
    told = client.get(posted(client, article, _publish="")["Location"]).text
    assert "Words that say something else than their figure (“two billion”)" in told
    assert "The fact that it links says at least 1 million." in told
    assert "without a source (" not in told
    assert not fresh(article).is_published
    assert "This field is required" in overrule(client, article, reason=" ").text
    overrule(client, article)
    kept = FigureDismissal.objects.get()
    assert (kept.by, kept.reason) == (editor, "The source says so elsewhere.")
    posted(client, article, _publish="")
    assert fresh(article).is_published
    assert asked(article) == []
    client.logout()
    assert "Sources: 2 of 2 figures" in client.get(article.get_absolute_url()).text


@pytest.mark.parametrize("gate", ["warn", "off"])
def test_other_sections_publish_it_with_a_task_once_it_is_let_stand(client, editor, fact, gate):
    article = draft(fact, gate, body=f"{body_of(fact)} It made $4 billion.")
    page = client.get(posted(client, article, _publish="")["Location"])
    assert fresh(article).is_published is (gate == "off")
    assert ("Words that say something else" in page.text) is (gate == "warn")
    assert ("Figures without a source (" in page.text) is (gate == "warn")
    if gate == "warn":
        posted(client, article, _publish="", let_stand=page.context["doubts_digest"])
    sync.rebuild()
    task = ReviewTask.objects.get(kind=ReviewTask.Kind.UNSOURCED)
    page = client.get(reverse("admin:desk_reviewtask_change", args=[task.pk])).text
    assert "(but the fact says at least 1 million)" in page
    client.logout()
    assert "Sources: 1 of 3 figures" in client.get(article.get_absolute_url()).text


def test_doubt_ends_with_words_that_fit(client, editor, fact):
    article = draft(fact)
    posted(client, article, body=body_of(fact, "more than 1 million"))
    assert asked(article) == []


def test_entries_of_a_list_are_read_too(fact):
    article = ArticleFactory(kind="list", body="")
    ListEntryFactory(article=article, company=fact.company, blurb=f"It has {link(fact)} users.")
    fresh(article).save()
    assert asked(article) == [(WORDS, "misfit")]


def test_withdrawn_and_hidden_figures_do_not_count_as_sourced(client, editor, fact):
    wrong = FactFactory(company=fact.company, metric__key="shops", amount=12)
    hidden = FactFactory(company__slug="gone", metric=fact.metric)
    body = f"{link(fact, 'users')}, {link(wrong, '12')}, [many](fact:gone/users)."
    article = ArticleFactory(body=body, authors=[AuthorFactory()])
    url = article.get_absolute_url()
    assert "Sources: 3 of 3 figures" in client.get(url).text
    facts.deprecate(wrong, reason="Misread.", by=editor)
    hidden.company.is_public = False
    hidden.company.save()
    assert "Sources: 1 of 3 figures" in client.get(url).text
    found = coverage.coverage_of_content(article, snapshots.of(article))
    assert found.label == "1 of 3 figures sourced"
    page = client.get(figures_url(article)).text
    told = page.partition("Linked to a figure that was found wrong or is not shown")[2]
    assert "<b>12</b>" in told.partition("With a source")[0]


def test_misfit_of_a_withdrawn_figure_is_taken_away_once(client, editor, fact):
    other = FactFactory(company=fact.company, metric__key="shops", amount=12)
    article = ArticleFactory(body=f"{link(fact)}, {link(other, '12')}.", authors=[AuthorFactory()])
    facts.deprecate(fact, reason="Misread.", by=editor)
    assert "Sources: 1 of 2 figures" in client.get(article.get_absolute_url()).text


def test_a_text_is_scanned_with_as_few_queries_however_many_figures_it_has(
    editor, django_assert_max_num_queries
):
    few, many = (
        " ".join(
            f"[2019](fact:{one.company.slug}/{one.metric.key}@{one.public_id})"
            for one in FactFactory.create_batch(count, amount=5)
        )
        for count in (1, 6)
    )
    for body, count in ((few, 1), (many, 6)):
        article = Article(body=body)
        with django_assert_max_num_queries(2):
            assert len(coverage.coverage_of_parts(article, {0: body}).naked) == count


def test_published_text_keeps_its_doubt_through_the_verbs(editor, fact):
    article = draft(fact, "warn", title="One")
    publishing.publish(article, by=editor)
    assert asked(article) == [(WORDS, "misfit")]
    publishing.save_revision(article, snapshots.of(article) | {"title": "Another"}, by=editor)
    publishing.publish(article, by=editor, change=publishing.Change("minor"))
    assert asked(article) == [(WORDS, "misfit")]

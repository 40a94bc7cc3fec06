import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import coverage, publishing
from articles.factories import (
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
)
from articles.models import Article, FigureDismissal
from articles.publishing import snapshots
from articles.tests.test_admin import posted
from companies.factories import CompanyFactory
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
BODY = "It serves 644 cities.\n\nIt made $4 billion last year."


@pytest.fixture
def editor(client):
    editor = UserFactory(groups=["Editor"])
    client.force_login(editor)
    return editor


def figures_url(article):
    return reverse("admin:articles_article_figures", args=[article.pk])


def draft(gate="warn", body=BODY, **kwargs):
    section = SectionFactory(check_levels={"unsourced": gate})
    kwargs = {"draft": True, "authors": [AuthorFactory()], **kwargs}
    return ArticleFactory(section=section, body=body, **kwargs)


def fresh(article):
    return Article.objects.get(pk=article.pk)


def dismissed(client, article, index=0, reason="A round number of speech."):
    figure = coverage.coverage_of_content(article, snapshots.of(article)).naked[index]
    data = {"text": figure["text"], "sentence": figure["sentence"], "reason": reason}
    return client.post(figures_url(article), data, follow=True)


def texts(article):
    return [figure["text"] for figure in fresh(article).naked_figures]


def sourced_body():
    fact = FactFactory(company=CompanyFactory(slug="lyft"))
    return f"[It is there](fact:lyft/{fact.metric.key}@{fact.public_id}) and $4 billion."


# What is found


def test_row_holds_its_figures_without_a_source_and_forgets_them_when_sourced():
    article = draft()
    assert texts(article) == ["644 cities", "$4 billion"]
    article.body = "No figure."
    article.save()
    assert texts(article) == []


def test_entries_of_a_list_are_searched_and_named_by_their_place():
    article = ArticleFactory(kind="list", body="It has 12 countries.")
    ListEntryFactory(article=article, company=CompanyFactory(), heading="One", blurb="3 engineers.")
    article = fresh(article)
    article.save()
    places = [(one["part"], one["line"], one["text"]) for one in fresh(article).naked_figures]
    assert places == [(0, 1, "12 countries"), (1, 3, "3 engineers")]


def test_coverage_counts_links_to_facts_as_sourced():
    article = draft(body=sourced_body())
    found = coverage.coverage_of_content(article, snapshots.of(article))
    assert (len(found.sourced), found.total) == (1, 2)
    assert found.label == "1 of 2 figures sourced"


# Dismissals


def test_dismissal_is_remembered_after_a_save_and_forgotten_with_its_sentence(client, editor):
    article = draft()
    response = dismissed(client, article)
    assert "stands without a source" in response.text
    assert texts(article) == ["$4 billion"]
    one = FigureDismissal.objects.get()
    assert (one.by, one.reason) == (editor, "A round number of speech.")
    posted(client, article, body=BODY + "\n\nMore.")
    assert texts(article) == ["$4 billion"]
    posted(client, article, body=BODY.replace("serves", "reaches"))
    assert texts(article) == ["644 cities", "$4 billion"]


def test_dismissal_is_undone(client, editor):
    article = draft()
    dismissed(client, article)
    assert "A round number of speech." in client.get(figures_url(article)).text
    pk = FigureDismissal.objects.get().pk
    client.post(reverse("admin:articles_article_figures_undo", args=[article.pk, pk]))
    assert texts(article) == ["644 cities", "$4 billion"]
    assert not FigureDismissal.objects.exists()


def test_dismissal_of_another_article_is_not_undone_from_here(client, editor):
    article, other = draft(), draft()
    dismissed(client, other)
    pk = FigureDismissal.objects.get().pk
    url = reverse("admin:articles_article_figures_undo", args=[article.pk, pk])
    assert client.post(url).status_code == 404
    assert FigureDismissal.objects.exists()


def test_dismissal_without_a_reason_is_refused_beside_its_figure(client, editor):
    article = draft()
    assert "This field is required" in dismissed(client, article, reason=" ").text
    assert not FigureDismissal.objects.exists()


def test_dismissal_of_what_no_longer_stands_keeps_the_reason(client, editor):
    article = draft()
    data = {"text": "9 lives", "sentence": "It has 9 lives.", "reason": "It is a cat"}
    response = client.post(figures_url(article), data)
    assert "no longer stands" in response.text
    assert "It is a cat" in response.text
    assert not FigureDismissal.objects.exists()


def test_figures_page_names_the_fact_of_each_sourced_figure(client, editor):
    article = draft(body=sourced_body())
    text = client.get(figures_url(article)).text
    assert "It is there" in text
    assert "1 of 2 figures sourced" in text
    assert "$4 billion" in text


def test_figures_page_is_of_the_newest_text_not_of_the_live_one(client, editor):
    article = draft(draft=False, published_at=timezone.now(), status="published")
    posted(client, article, body="It now has 77 offices.", _save="")
    assert "77 offices" in client.get(figures_url(article)).text
    assert texts(article) == ["644 cities", "$4 billion"]


def test_writer_sees_and_dismisses_only_their_own(client):
    writer = UserFactory(groups=["Writer"])
    client.force_login(writer)
    own, other = draft(authors=[AuthorFactory(user=writer)]), draft()
    assert client.get(figures_url(own)).status_code == 200
    dismissed(client, own)
    assert texts(own) == ["$4 billion"]
    assert client.get(figures_url(other)).status_code == 403
    assert dismissed(client, other).status_code == 403
    url = reverse("admin:articles_article_live_coverage")
    assert client.post(url, {"article": other.pk, "part": "x"}).status_code == 403
    assert FigureDismissal.objects.count() == 1


# The panel


def test_form_shows_the_panel_of_the_saved_text(client, editor):
    article = draft()
    text = client.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert "0 of 2 figures sourced" in text
    assert 'data-text="644 cities" data-line="1" data-part="0"' in text
    assert client.get(reverse("admin:articles_article_add")).status_code == 200


def test_panel_follows_what_is_typed(client, editor):
    article = draft()
    dismissed(client, article)
    url = reverse("admin:articles_article_live_coverage")
    data = {"article": article.pk, "part": [BODY + " It has 12 offices.", "9,000 users"]}
    text = client.post(url, data).text
    assert "0 of 3 figures sourced" in text
    assert "1 needs none" in text
    assert 'data-part="1"' in text
    assert "No figure" in client.post(url, {"part": "Nothing."}).text
    assert client.post(url, {"part": "x" * 200_001}).status_code == 413


# The gate


def test_gate_off_lets_everything_out_without_a_word(client, editor):
    article = draft("off")
    response = posted(client, article, _publish="")
    assert fresh(article).is_published
    assert "no source" not in client.get(response["Location"]).text


def test_gate_that_warns_asks_once_and_says_which(client, editor):
    article = draft("warn")
    response = posted(client, article, _publish="")
    assert not fresh(article).is_published
    page = client.get(response["Location"])
    assert "Figures without a source (“644 cities”, “$4 billion”)" in page.text
    assert figures_url(article) in page.text
    posted(client, article, _publish="", let_stand=page.context["doubts_digest"])
    assert fresh(article).is_published


def test_gate_that_blocks_refuses_and_keeps_what_was_typed(client, editor):
    article = draft("block")
    body = BODY + "\n\nAnd 12 offices, and 9,000 users."
    response = posted(client, article, body=body, _publish="")
    assert not fresh(article).is_published
    text = client.get(response["Location"]).text
    told = (
        "Figures without a source (“644 cities”, “$4 billion”, “12 offices” and others). No source"
    )
    assert told in text
    assert publishing.newest_content(article)["body"] == body


def test_gate_that_blocks_lets_the_sourced_and_the_dismissed_out(client, editor):
    article = draft("block", body=sourced_body())
    dismissed(client, article)
    posted(client, article, _publish="")
    assert fresh(article).is_published


def test_gate_that_blocks_refuses_a_schedule_and_the_list_of_many(client, editor):
    article, clean = draft("block"), draft("block", body="No figure.")
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    data = {"published_at_0": f"{tomorrow:%Y-%m-%d}", "published_at_1": "10:00:00"}
    posted(client, article, _publish="", **data)
    assert fresh(article).status == Article.Status.DRAFT
    action = {"action": "publish_selected", "_selected_action": [article.pk, clean.pk]}
    text = client.post(reverse("admin:articles_article_changelist"), action, follow=True).text
    assert "“644 cities”" in text
    assert fresh(clean).is_published
    assert not fresh(article).is_published


def test_gate_is_that_of_the_section_the_text_moves_to(client, editor):
    article, strict = draft("off"), SectionFactory(check_levels={"unsourced": "block"})
    posted(client, article, section=strict.pk, _publish="")
    assert not fresh(article).is_published


# Readers


def test_readers_see_how_many_figures_are_sourced(client, editor):
    article = draft(body=sourced_body())
    publishing.publish(article, by=editor)
    client.logout()
    url = article.get_absolute_url()
    assert "Sources: 1 of 2 figures" in client.get(url).text
    figure = fresh(article).naked_figures[0]
    coverage.dismiss(fresh(article), figure, reason="Known.", by=editor)
    assert "Sources: 1 of 1 figure<" in client.get(url).text


def test_readers_of_a_text_without_figures_see_no_count(client):
    text = client.get(ArticleFactory(body=BODY).get_absolute_url()).text
    assert "of 2 figures" not in text


def test_dismissals_cost_the_page_no_query(client, editor, django_assert_max_num_queries):
    article = draft(draft=False, published_at=timezone.now(), status="published")
    before = coverage.coverage_of_content(article, snapshots.of(article))
    for figure in before.naked:
        coverage.dismiss(article, figure, reason="Known.", by=editor)
    client.logout()
    with django_assert_max_num_queries(10) as asked:
        client.get(article.get_absolute_url())
    assert not any("figuredismissal" in query["sql"] for query in asked.captured_queries)

"""From a figure to the correction that quotes its sentence."""

import html
from datetime import date

import pytest

from articles.factories import ArticleFactory, ListEntryFactory
from articles.models import Ranking
from comments.factories import DiscussionFactory
from comments.models import Comment
from companies.factories import IndustryFactory
from corrections.proposals.passages import find_passage
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fact():
    return FactFactory(
        company__name="Spotify",
        company__slug="spotify",
        metric__key="members",
        metric__label="Members",
        amount=75_000_000,
    )


def challenge(client, on, row, fact):
    return client.get(f"/discussions/{on}/{row.pk}/challenge/{fact.public_id}/")


def quote_in(response) -> str:
    assert response.status_code == 200
    return response.context["form"]["quote"].value()


def test_sentence_of_the_article_is_quoted_not_the_number(client, fact):
    body = "It grew. More than [75 million](fact:spotify/members) pay. Few leave."
    article = ArticleFactory(body=body)
    response = challenge(client, "article", article, fact)
    quote = quote_in(response)
    assert quote.startswith("More than 75 million")
    assert "grew" not in quote
    assert response.context["form"]["kind"].value() == "correction"
    assert find_passage(quote, article.body_text)
    assert "no-store" in response["Cache-Control"]
    assert 'content="noindex"' in response.content.decode()


@pytest.mark.parametrize("on", ["article", "company"])
def test_figure_that_stands_in_no_sentence_is_quoted_as_its_claim(client, fact, on):
    row = fact.company
    if on == "article":
        row = ListEntryFactory(company=fact.company, article__kind="list").article
    assert quote_in(challenge(client, on, row, fact)) == "Spotify, Members: 75 million (undated)"


def test_long_sentence_is_cut_to_what_the_field_takes(client, fact):
    article = ArticleFactory(body="And on " * 79 + "[75 million](fact:spotify/members) pay.")
    quote = quote_in(challenge(client, "article", article, fact))
    assert len(quote) <= 500
    assert client.post(
        f"/discussions/article/{article.pk}/",
        {"kind": "correction", "name": "Ada", "quote": quote, "text": "It was 71 million."},
    ).context["form"].errors.get("quote") is None  # fmt: skip


def test_filled_in_form_is_posted_as_a_correction_without_script(client, fact):
    article = ArticleFactory(body="It has [75 million](fact:spotify/members).")
    form = challenge(client, "article", article, fact).context
    fields = form["hidden"] | {"kind": "correction", "quote": form["form"]["quote"].value()}
    client.post(
        f"/discussions/article/{article.pk}/",
        fields | {"name": "Ada", "text": "It was 71 million, see their letter."},
    )
    comment = Comment.objects.get()
    assert (comment.kind, comment.quote) == ("correction", fields["quote"])


def test_what_is_not_public_cannot_be_challenged(client, fact):
    other, draft = FactFactory(), FactFactory(company=fact.company, draft=True)
    article = ArticleFactory(draft=True)
    assert challenge(client, "company", fact.company, other).status_code == 404
    assert challenge(client, "company", fact.company, draft).status_code == 404
    assert challenge(client, "article", article, fact).status_code == 404


def test_figure_that_an_article_does_not_use_is_not_challenged_there(client, fact):
    other = FactFactory(company=fact.company)
    elsewhere = FactFactory(metric=fact.metric)
    article = ArticleFactory(body="It has [75 million](fact:spotify/members).")
    assert challenge(client, "article", article, fact).status_code == 200
    assert challenge(client, "article", article, other).status_code == 404
    assert challenge(client, "article", article, elsewhere).status_code == 404
    assert challenge(client, "company", fact.company, other).status_code == 200


@pytest.mark.parametrize(("words", "status"), [("", 200), ("75 million", 404)])
def test_later_figure_is_challenged_where_the_article_shows_what_is_current(
    client, fact, words, status
):
    article = ArticleFactory(body=f"It has [{words}](fact:spotify/members), they say.")
    dated = {"as_of": date(2026, 1, 1), "as_of_precision": "day"}
    later = FactFactory(company=fact.company, metric=fact.metric, **dated)
    response = challenge(client, "article", article, later)
    assert response.status_code == status
    if status == 200:
        assert quote_in(response).startswith("It has")


def test_list_that_its_ranking_makes_takes_challenges_to_the_figures_of_its_companies(client, fact):
    article = ArticleFactory(kind="list")
    fact.company.industry = IndustryFactory()
    fact.company.save()
    Ranking.objects.create(article=article, industry=fact.company.industry, order="name")
    assert challenge(client, "article", article, fact).status_code == 200
    assert challenge(client, "article", article, FactFactory()).status_code == 404


def test_draft_of_a_challenge_is_kept_and_its_page_named_in_its_own_language(client, fact):
    article = ArticleFactory(
        title="Streaming wächst", language="de", body="[75 million](fact:spotify/members)"
    )
    page = challenge(client, "article", article, fact).content.decode()
    assert 'data-kept="Not posted yet: this is what you had begun."' in page
    assert 'lang="de" dir="ltr">Streaming wächst</a>' in page


def test_closed_discussion_says_so(client, fact):
    article = ArticleFactory(body="It has [75 million](fact:spotify/members).")
    DiscussionFactory(article=article, is_open=False)
    page = challenge(client, "article", article, fact).content.decode()
    assert "This discussion is closed." in page


def test_every_page_that_shows_figures_leads_to_the_challenge(client, fact):
    other = FactFactory(metric=fact.metric).company
    article = ArticleFactory(body="It has [75 million](fact:spotify/members).")
    of_company = f"/discussions/company/{fact.company_id}/challenge/{fact.public_id}/"
    of_article = f"/discussions/article/{article.pk}/challenge/{fact.public_id}/"
    for address, expected in (
        (fact.get_absolute_url(), [of_company, of_article]),
        (fact.company.get_absolute_url(), [of_company]),
        (f"/companies/compare/?c=spotify&c={other.slug}", [of_company]),
        (article.get_absolute_url(), [of_article]),
    ):
        page = html.unescape(client.get(address).content.decode())
        assert all(f'href="{link}"' in page for link in expected), address

"""From a figure to the correction that quotes its sentence."""

import html

import pytest

from articles.factories import ArticleFactory, ListEntryFactory
from comments.factories import DiscussionFactory
from comments.models import Comment
from corrections.passages import find_passage
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


def test_closed_discussion_says_so(client, fact):
    article = ArticleFactory()
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

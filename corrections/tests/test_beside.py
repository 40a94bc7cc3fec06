"""Whoever proposes on a sentence is told what others proposed on it, as far as that is public."""

import html

import pytest
from django.utils import timezone

from articles.factories import ArticleFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from comments.people.tokens import make_token
from companies.factories import CompanyFactory
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
BODY = "It is big. It has 75 offices in the whole world. It grew."
SENTENCE = "It has 75 offices in the whole world."
TOLD = "of this sentence"
JSON = {"Accept": "application/json"}
ARABIC = "إنها سبعة وخمسون"


@pytest.fixture
def on():
    return DiscussionFactory(article=ArticleFactory(title="How big it is", body=BODY))


def proposed(on, quote=SENTENCE, **values):
    return CommentFactory(discussion=on, kind="correction", quote=quote, **values)


def typed(quote=SENTENCE, **values):
    said = {"kind": "correction", "name": "Ada", "text": "I counted them all.", "quote": quote}
    return said | values


def check_page(client, on, **values) -> str:
    """What a form that was sent without a script leads to."""
    response = client.post(on.get_page_url(), typed(**values))
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def asked(client, on, quote=SENTENCE) -> str:
    """What a script shows beside the quotation."""
    response = client.get(f"{on.get_page_url()}proposed/", {"quote": quote})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.json()["html"]


@pytest.mark.parametrize("ask", [check_page, asked])
def test_form_says_what_was_proposed_on_its_sentence(client, on, ask):
    other = proposed(
        on,
        quote="75 offices",
        name="Zoe",
        proposed_value="57",
        proposed_date="June 2026",
        body="Their *report* says so.",
    )
    page = ask(client, on)
    assert TOLD in page
    assert other.get_page_url() in page
    assert "Zoe" in page
    assert "57 (June 2026)" in page
    assert "Their report says so." in page
    assert "Correction · open" in page
    assert "send yours all the same" in page


@pytest.mark.parametrize("ask", [check_page, asked])
@pytest.mark.parametrize("quote", ["It is big.", "It grew.", "No such words", "", "…"])
def test_form_for_another_sentence_says_nothing(client, on, ask, quote):
    proposed(on, name="Zoe")
    page = ask(client, on, quote=quote)
    assert TOLD not in page
    assert "Zoe" not in page


@pytest.mark.parametrize("ask", [check_page, asked])
def test_same_sentence_of_another_page_says_nothing(client, on, ask):
    proposed(on, name="Zoe")
    for elsewhere in (
        DiscussionFactory(article=ArticleFactory(body=BODY)),
        DiscussionFactory(article=None, company=CompanyFactory(description=BODY)),
    ):
        assert "Zoe" not in ask(client, elsewhere)


def test_comment_that_corrects_nothing_is_told_of_no_proposal(client, on):
    proposed(on, name="Zoe")
    assert TOLD not in check_page(client, on, kind="question")
    CommentFactory(discussion=on, kind="note", name="Yan", quote=SENTENCE)
    assert "Yan" not in check_page(client, on)


def test_declined_proposal_says_its_public_reason(client, on):
    proposed(on, course="unchanged", outcome="We counted 75 as well.", resolved_at=timezone.now())
    page = asked(client, on)
    assert "Correction · not changed" in page
    assert "We counted 75 as well." in page


@pytest.mark.parametrize("ask", [check_page, asked])
@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "removed", "withdrawn"])
def test_nothing_is_said_of_a_proposal_that_is_not_public(client, on, ask, state):
    other = proposed(
        on,
        state=state,
        name="Zoe",
        body="A secret",
        proposed_value="5783",
        proposed_link="https://example.org/leak",
        outcome="Never shown",
    )
    page = ask(client, on)
    private = ("Zoe", "A secret", "5783", "example.org/leak", "Never shown", other.public_id, TOLD)
    assert [words for words in private if words in page] == []


def test_that_one_waits_is_said_alike_for_every_sentence(client, on):
    assert asked(client, on) == ""
    proposed(on, state="pending")
    answers = {asked(client, on, quote) for quote in (SENTENCE, "It is big.", "No such words")}
    assert len(answers) == 1
    assert "1 comment on this page waits" in answers.pop()


def test_changed_text_that_waits_is_not_shown(client, on):
    proposed(on, body="The first words", held_body="The held words", held_at=timezone.now())
    page = asked(client, on)
    assert "The first words" in page
    assert "The held words" not in page


def test_refused_form_says_it_too_and_keeps_what_was_typed(client, on):
    proposed(on, name="Zoe")
    response = client.post(on.get_page_url(), typed(text="", value="57"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Zoe" in page
    assert 'value="57"' in page


def test_form_that_quotes_a_figure_says_it_before_anything_is_typed(client):
    fact = FactFactory(amount=75)
    body = f"It is big. It has [75](fact:{fact.company.slug}/{fact.metric.key}) offices."
    article = ArticleFactory(body=body)
    address = f"/discussions/article/{article.pk}/challenge/{fact.public_id}/"
    assert TOLD not in client.get(address).content.decode()
    on = DiscussionFactory(article=article)
    proposed(on, quote="It is big.", name="Yan")
    proposed(on, quote="75 offices", name="Zoe")
    page = client.get(address).content.decode()
    assert "Zoe" in page
    assert "Yan" not in page


def test_nobody_is_kept_from_proposing_once_more_and_the_matter_is_one(client, on):
    other = proposed(on, name="Zoe")
    stamp = client.get(f"{on.get_page_url()}form/").json()["stamp"]
    response = client.post(on.get_page_url(), typed(stamp=stamp))
    assert response.status_code == 303
    mine = Comment.objects.exclude(pk=other.pk).get()
    assert mine.quote == SENTENCE
    page = client.get(f"/discussions/mine/{mine.public_id}/").content.decode()
    assert TOLD in page
    assert other.get_page_url() in page
    assert f'href="{mine.get_page_url()}"' not in page
    assert "send yours all the same" not in page


def test_answer_to_the_script_says_it_after_the_comment_was_sent(client, on):
    other = proposed(on, name="Zoe")
    stamp = client.get(f"{on.get_page_url()}form/").json()["stamp"]
    answer = client.post(on.get_page_url(), typed(stamp=stamp), headers=JSON)
    assert answer.status_code == 201
    assert other.get_page_url() in answer.json()["beside"]


def test_answer_to_the_script_says_nothing_of_another_sentence(client, on):
    proposed(on, name="Zoe")
    stamp = client.get(f"{on.get_page_url()}form/").json()["stamp"]
    answer = client.post(on.get_page_url(), typed("It grew.", stamp=stamp), headers=JSON)
    assert answer.json()["beside"] == ""


def test_private_page_of_a_withdrawn_article_names_no_other_proposal(client, on):
    proposed(on, name="Zoe")
    mine = proposed(on, name="Ada")
    address = f"/discussions/own/{make_token('own', mine.public_id)}/"
    assert "Zoe" in client.get(address).content.decode()
    type(on.article).objects.filter(pk=on.article_id).update(status="withdrawn")
    assert "Zoe" not in client.get(address).content.decode()


def test_stored_page_is_the_same_whatever_was_proposed_on_which_sentence(client, on):
    before = client.get(on.article.get_absolute_url()).content.decode()
    # Where the script asks what was proposed, beneath this address.
    assert f'action="{on.get_page_url()}"' in before
    proposed(on)
    assert TOLD not in client.get(on.article.get_absolute_url()).content.decode()


def test_words_from_right_to_left_and_markup_are_shown_as_words(client, on):
    proposed(on, name=ARABIC, proposed_value=ARABIC, body=f"<b>{ARABIC}</b> &amp; \u2067x")
    page = asked(client, on)
    assert f"<bdi>{ARABIC}</bdi>" in page
    assert f'<b dir="auto">{ARABIC}</b>' in page
    proposed(on, name="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    page = asked(client, on)
    assert "<script" not in page
    assert "<img" not in page
    assert "<script>" in html.unescape(page)


@pytest.mark.parametrize(
    "quote", ["x" * 10_000, SENTENCE * 100, "\u202e", "(" * 400, "'; --", "%00", "\ufdd0", "<b>"]
)
def test_hostile_quotation_is_told_of_nothing(client, on, quote):
    proposed(on, name="Zoe")
    address = f"{on.get_page_url()}proposed/"
    assert client.get(address, {"quote": quote}).json() == {"html": ""}


def test_quotation_with_a_nul_is_refused_in_an_address_and_stripped_in_a_form(client, on):
    proposed(on, name="Zoe")
    assert client.get(f"{on.get_page_url()}proposed/?quote=It%00").status_code == 400
    assert "Zoe" in check_page(client, on, quote="It has\x00 75 offices")


def test_page_that_is_not_public_is_not_asked_about(client):
    on = DiscussionFactory(article=ArticleFactory(draft=True, body=BODY))
    proposed(on)
    assert client.get(f"{on.get_page_url()}proposed/", {"quote": SENTENCE}).status_code == 404
    assert client.post(f"{on.get_page_url()}proposed/").status_code == 405


def test_newest_three_are_shown_and_the_others_counted(client, on):
    for number in range(5):
        proposed(on, name=f"Reader no. {number}")
    page = asked(client, on)
    assert "5 corrections of this sentence" in page
    assert [name for name in range(5) if f"Reader no. {name}" in page] == [2, 3, 4]
    assert "and 2 more" in page
    assert f"{on.get_page_url()}?kind=correction" in page


def test_question_takes_as_many_queries_for_many_proposals(
    client, on, django_assert_max_num_queries
):
    proposed(on)
    rows = [
        Comment(
            discussion=on,
            kind="correction",
            course="open",
            quote=f"No such words {number}" if number % 2 else SENTENCE,
            name=f"Reader {number}",
            body="It is wrong.",
            state="published",
            published_at=timezone.now(),
        )
        for number in range(150)
    ]
    Comment.objects.bulk_create(rows)
    with django_assert_max_num_queries(9):
        assert "corrections of this sentence" in asked(client, on)


def test_quotation_copied_with_the_date_beside_a_figure_is_of_the_same_sentence(client):
    fact = FactFactory(amount=75, as_of="2026-06-30", as_of_precision="month")
    body = f"It is big. It has [75](fact:{fact.company.slug}/{fact.metric.key}) offices."
    on = DiscussionFactory(article=ArticleFactory(body=body))
    proposed(on, quote="It has 75 offices", name="Zoe")
    assert "Zoe" in asked(client, on, "It has 75 (June 2026) offices")
    assert "Zoe" in asked(client, on, "75 offices.")
    assert "Zoe" not in asked(client, on, "It is big")

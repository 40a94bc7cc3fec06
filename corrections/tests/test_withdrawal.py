import json
import re

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.factories import UserFactory
from articles import publishing as texts
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import ArticleFormerSlug
from comments.factories import CommentFactory, DiscussionFactory
from comments.people.tokens import make_token
from companies.factories import CompanyFactory
from corrections.factories import CorrectionFactory
from corrections.models import Correction
from corrections.publishing import publish_correction, withdraw

pytestmark = pytest.mark.django_db
NOTE = "The interview was made up."


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def article(editor):
    return ArticleFactory(title="Ten offices", authors=[AuthorFactory()])


def withdraw_url(article):
    return reverse("admin:corrections_correction_withdraw", args=[article.pk])


def test_editor_withdraws_with_a_note_and_readers_are_told(desk, article):
    assert "Readers find its title" in desk.get(withdraw_url(article)).text
    page = desk.post(withdraw_url(article), {"note": f" {NOTE}\n"}, follow=True)
    assert "Withdrawn. Its address" in page.text
    response = desk.get(article.get_absolute_url())
    assert response.status_code == 410
    for said in ("Ten offices", "Withdrawal", NOTE, "noindex"):
        assert said in response.text
    assert "The first paragraph" not in response.text
    row = Correction.objects.get()
    assert (row.kind, row.note, row.article) == ("withdrawal", NOTE, article)
    assert NOTE in desk.get("/corrections/?kind=withdrawal").text


@pytest.mark.parametrize("note", ["", "  ", "a\x00b", "a" * 301])
def test_note_that_cannot_be_shown_is_told_beside_its_field_and_nothing_changes(
    desk, article, note
):
    page = desk.post(withdraw_url(article), {"note": note})
    assert "errorlist" in page.text
    article.refresh_from_db()
    assert article.is_published
    assert not Correction.objects.exists()


def test_what_is_withdrawn_already_is_not_withdrawn_once_more(desk, article, editor):
    withdraw(article, note=NOTE, by=editor)
    assert "Only what readers can see" in desk.get(withdraw_url(article)).text
    assert "Only what readers can see" in desk.post(withdraw_url(article), {"note": "x"}).text
    assert Correction.objects.count() == 1


def test_withdrawn_article_answers_at_all_its_addresses_and_stands_in_no_list(
    client, article, editor
):
    company = CompanyFactory()
    article.companies.add(company)
    on = DiscussionFactory(article=article)
    comment = CommentFactory(discussion=on)
    ArticleFormerSlug.objects.create(slug="as-it-was-called", target=article)
    withdraw(article, note=NOTE, by=editor)
    for url in (article.get_absolute_url(), on.get_page_url(), comment.get_page_url()):
        response = client.get(url)
        assert (response.status_code, NOTE in response.text) == (410, True), url
    moved = client.get("/articles/as-it-was-called/")
    assert (moved.status_code, moved["Location"]) == (301, article.get_absolute_url())
    search = "/search/?q=offices"
    lists = ["/", "/articles/", company.get_absolute_url(), "/sitemap-articles.xml", search]
    for url in [*lists, "/feeds/articles.atom", article.section.get_absolute_url()]:
        assert article.title not in client.get(url).text, url


def test_last_note_is_shown_where_an_earlier_one_stood(client, article, editor):
    CorrectionFactory(article=article, note="It was 57.")
    withdraw(article, note=NOTE, by=editor)
    text = client.get(article.get_absolute_url()).text
    assert (NOTE in text, "It was 57." in text) == (True, False)
    assert f'href="{article.correction_notes.log_url}"' in text


@pytest.mark.parametrize("trait", ["draft", "in_review", "scheduled", "archived"])
def test_what_nobody_has_read_is_no_withdrawn_article(client, trait):
    article = ArticleFactory(title="Secret plans", **{trait: True})
    response = client.get(article.get_absolute_url())
    assert (response.status_code, "Secret plans" in response.text) == (404, False)


def test_words_for_a_withdrawn_article_are_handed_back(client, article, editor):
    on = DiscussionFactory(article=article)
    withdraw(article, note=NOTE, by=editor)
    response = client.post(on.get_page_url(), {"text": "What I wrote meanwhile."})
    assert (response.status_code, "What I wrote meanwhile." in response.text) == (404, True)


def test_private_address_of_a_proposal_outlives_the_article(client, article, editor):
    comment = CommentFactory(
        discussion=DiscussionFactory(article=article), kind="correction", course="open"
    )
    private = reverse("comments:own", args=[make_token("own", comment.public_id)])
    withdraw(article, note=NOTE, by=editor)
    assert client.get(private).status_code == 200


# The way back


def reinstate(article, editor, **values):
    values = {"kind": "reinstatement", "note": "It was not.", "by": editor} | values
    return publish_correction(article, **values)


def test_withdrawn_article_is_reinstated_with_a_note_and_its_rows_stay(client, article, editor):
    withdraw(article, note=NOTE, by=editor)
    reinstate(article, editor)
    page = client.get(article.get_absolute_url())
    assert (page.status_code, "It was not." in page.text, NOTE in page.text) == (200, True, True)
    assert Correction.objects.count() == 2


def test_desk_offers_to_reinstate_and_nothing_else(desk, article, editor):
    withdraw(article, note=NOTE, by=editor)
    form = desk.get(reverse("admin:articles_article_change", args=[article.pk])).text
    assert "Reinstate with a note" in form
    for button in ("_publish", "_unpublish", "_archive", "withdraw/"):
        assert f'name="{button}"' not in form, button
    url = reverse("admin:corrections_correction_publish", args=[article.pk])
    assert [*_kinds(desk.get(url))] == ["reinstatement"]
    number = texts.newest_number(article)
    desk.post(url, {"kind": "reinstatement", "note": "It was not.", "revision": number})
    article.refresh_from_db()
    assert article.is_published


def _kinds(response):
    return [value for value, _label in response.context["form"].fields["kind"].choices]


@pytest.mark.parametrize("kind", ["correction", "retraction", "withdrawal", "update"])
def test_withdrawn_article_comes_back_by_no_other_note(article, editor, kind):
    withdraw(article, note=NOTE, by=editor)
    with pytest.raises(ValidationError, match="why it is reinstated"):
        reinstate(article, editor, kind=kind)


@pytest.mark.parametrize(
    ("kind", "told"), [("reinstatement", "neither"), ("withdrawal", "No text")]
)
def test_article_that_stands_is_neither_reinstated_nor_withdrawn_by_publishing(
    article, editor, kind, told
):
    with pytest.raises(ValidationError, match=told):
        reinstate(article, editor, kind=kind)


def test_retraction_is_lifted_by_a_reinstatement_and_not_by_that_of_a_withdrawal(article, editor):
    first = publish_correction(article, kind="retraction", note="None of it.", by=editor)
    publish_correction(article, kind="retraction", note="None of it at all.", by=editor)
    assert article.retracted_at == first.published_at
    withdraw(article, note=NOTE, by=editor)
    reinstate(article, editor)
    assert article.retracted_at == first.published_at
    reinstate(article, editor)
    assert article.retracted_at is None


# What readers are told of a retraction


def test_retracted_article_says_so_before_all_else_and_to_machines(client, article, editor):
    correction = publish_correction(article, kind="retraction", note="None of it.", by=editor)
    html = client.get(article.get_absolute_url()).text
    assert html.index("None of it.") < html.index("The first paragraph")
    assert "<title>Retracted: Ten offices" in html
    assert '<meta property="og:title" content="Retracted: Ten offices">' in html
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    told = json.loads(data)
    assert (told["headline"], told["creativeWorkStatus"]) == ("Retracted: Ten offices", "Retracted")
    assert told["dateModified"] == correction.published_at.isoformat()


def test_retracted_article_is_news_in_its_feed(client, article, editor):
    correction = publish_correction(article, kind="retraction", note="None of it.", by=editor)
    (entry,) = feedparser.parse(client.get("/feeds/articles.atom").content).entries
    assert entry.title == "Retracted: Ten offices"
    assert entry.updated[:19] == correction.published_at.isoformat()[:19]
    assert entry.content[0].value.startswith("<p><strong>Retracted: nothing below stands")


@pytest.mark.parametrize("was_retracted", [False, True])
def test_what_stands_is_not_marked(client, article, editor, was_retracted):
    if was_retracted:
        publish_correction(article, kind="retraction", note="None of it.", by=editor)
        reinstate(article, editor)
    html = client.get(article.get_absolute_url()).text
    for mark in ("Retracted", "creativeWorkStatus"):
        assert mark not in html, mark

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from articles.factories import ArticleFactory, AuthorFactory
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment
from comments.tests.test_versions import version_in
from comments.writing import posting
from companies.factories import CompanyFactory
from corrections.models import Correction
from corrections.proposals import inbox, passages
from corrections.tests.test_admin import INBOX, member_of, publish_url, rewrite
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
Course = Comment.Course
BODY = "It is big. It has 75 offices in the whole world."


@pytest.fixture
def editor():
    return member_of("Editor")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def on():
    article = ArticleFactory(title="How big it is", body=BODY, authors=[AuthorFactory()])
    return DiscussionFactory(article=article)


def proposed(on, quote, **values):
    return CommentFactory(discussion=on, kind="correction", quote=quote, **values)


def groups(desk, query=""):
    asked = desk.get(INBOX + query).context["asked"]
    return [[one.comment.pk, *(other.pk for other in one.others)] for one in asked]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("It has 75 offices", "75 offices in the whole world.", True),
        ("It has 75 offices in the whole world.", "75", True),
        ("has 75 “offices”", "It  has 75 offices", True),
        ("It is big. It has 75 offices in the whole world.", "It is big", True),
        ("It is big", "It has 75 offices", False),
        ("No such words", "no such words!", True),
        ("No such words", "Other words", False),
        ("", "", False),
    ],
)
def test_proposals_about_one_sentence_are_one_matter(desk, on, first, second, is_one):
    one, other = proposed(on, first), proposed(on, second)
    together, apart = [[one.pk, other.pk]], [[one.pk], [other.pk]]
    assert groups(desk) == (together if is_one else apart)


def test_same_words_on_other_pages_are_other_matters(desk, on):
    elsewhere = DiscussionFactory(article=ArticleFactory(body=BODY))
    profile = DiscussionFactory(article=None, company=CompanyFactory(description=BODY))
    pks = [proposed(page, "It has 75 offices").pk for page in (on, elsewhere, profile)]
    assert groups(desk) == [[pk] for pk in pks]


def test_quotes_that_hold_the_name_of_the_page_alone_in_common_are_matters_of_their_own(desk):
    profile = CompanyFactory(name="Acme", description="Acme sells anvils. Acme has 75 offices.")
    page = DiscussionFactory(article=None, company=profile)
    quotes = ["Acme sells anvils", "Acme has 75 offices", "Acme, Members: 5", "Acme, Staff: 7"]
    pks = [proposed(page, quote).pk for quote in quotes]
    assert groups(desk) == [[pk] for pk in pks]


def test_date_that_plain_text_adds_to_a_figure_is_no_part_of_its_sentence(desk):
    fact = FactFactory(amount=75, as_of="2026-06-30", as_of_precision="month")
    address = f"fact:{fact.company.slug}/{fact.metric.key}"
    article = ArticleFactory(body=f"It is big. It has [75]({address}) offices. It grew.")
    assert "(June 2026)" in article.body_text
    page = DiscussionFactory(article=article)
    quotes = ["It has 75 offices", "75 (June 2026) offices", "75 offices.", "It grew"]
    first, second, third, other = (proposed(page, quote).pk for quote in quotes)
    assert groups(desk) == [[first, second, third], [other]]


def test_matter_stands_on_the_page_of_its_oldest_alone(desk, on):
    first = proposed(on, "75 offices")
    for number in range(20):
        page = DiscussionFactory(article=None, company=CompanyFactory())
        proposed(page, f"Number {number}")
    last = proposed(on, "It has 75 offices")
    assert groups(desk)[0] == [first.pk, last.pk]
    assert [pks for pks in groups(desk, "?p=2") if last.pk in pks] == []


def counted(monkeypatch, owner, name):
    """The calls of a function from now on."""
    calls, function = [], getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args: calls.append(args) or function(*args))
    return calls


def test_page_is_read_once_for_all_who_quote_it(desk, on, monkeypatch):
    for number in range(3):
        proposed(on, f"Words {number} that are not there")
    read = counted(monkeypatch, passages.Seen, "of_html")
    for url in (INBOX, publish_url(on.article, Comment.objects.first())):
        assert desk.get(url).status_code == 200
    assert len(read) == 2


def test_figures_are_weighed_for_those_that_are_shown_alone(desk, monkeypatch):
    fact = FactFactory(company__description=BODY, amount=57)
    profile = DiscussionFactory(article=None, company=fact.company)
    for _number in range(3):
        proposed(profile, "It has 75 offices")
    weighed = counted(monkeypatch, inbox, "weight_of_fact")
    assert len(groups(desk)[0]) == 3
    assert [of for of, *_said in weighed] == [fact]


def answer(desk, one, html, *also, **values):
    data = {"comment": one.pk, "answer": "unchanged", "reason": "We counted 75.", **values}
    for comment in (one, *also):
        data |= version_in(html, comment)
    return desk.post(INBOX, data | {"also": [other.pk for other in also]})


def test_one_answer_is_given_to_all_who_are_ticked(desk, on):
    one, other, third = (proposed(on, "75 offices", state="pending") for _n in range(3))
    html = desk.get(INBOX).text
    assert html.count('name="also"') == 2
    answer(desk, one, html, other)
    told = {row.pk: (row.course, row.outcome, row.state) for row in Comment.objects.all()}
    assert told[one.pk] == told[other.pk] == ("unchanged", "We counted 75.", "published")
    assert told[third.pk] == ("open", "", "pending")


def test_nobody_is_answered_when_one_of_them_was_changed_meanwhile(desk, on):
    one, other = (proposed(on, "75 offices", state="pending") for _n in range(2))
    html = desk.get(INBOX).text
    posting.edit_comment(other, "It has 57, I counted.")
    assert "Read it once more." in answer(desk, one, html, other).text
    assert set(Comment.objects.values_list("course", flat=True)) == {"open"}


def test_forged_other_is_not_answered(desk, on):
    one = proposed(on, "75 offices")
    elsewhere = proposed(DiscussionFactory(article=ArticleFactory()), "75 offices")
    answered = proposed(on, "75 offices", course=Course.ACCEPTED, outcome="Put right.")
    data = {"comment": one.pk, "answer": "unchanged", "reason": "No."}
    also = [elsewhere.pk, answered.pk, one.pk, "x", "9" * 30, ""]
    assert desk.post(INBOX, data | {"also": also}).status_code == 302
    rows = {row.pk: row.outcome for row in Comment.objects.all()}
    assert rows == {one.pk: "No.", elsewhere.pk: "", answered.pk: "Put right."}


def test_correction_answers_the_whole_matter_and_thanks_the_first(desk, editor, on):
    one, other = proposed(on, "75 offices", name="Ada"), proposed(on, "It has 75", name="Ben")
    rewrite(on.article, editor, body="It is big. It has 57 offices in the whole world.")
    page = publish_url(on.article, one)
    html = desk.get(page).text
    form = {"kind": "correction", "note": "There are 57.", "credit": "Ada", "revision": 2}
    form |= version_in(html, one) | version_in(html, other)
    desk.post(page, form | {"also": [other.pk]})
    assert {row.outcome for row in Comment.objects.all()} == {"There are 57."}
    assert {row.course for row in Comment.objects.all()} == {Course.ACCEPTED}
    assert Correction.objects.get().comment == one


def offers(desk, label):
    page = desk.get(INBOX).text
    links = re.findall(rf'<a class="button" href="([^"]+)">{label}</a>', page)
    return [unescape(link) for link in links]


@pytest.mark.parametrize("label", ["Update figure", "This was wrong"])
def test_what_the_reader_proposed_goes_along_to_the_figure(desk, label):
    fact = FactFactory(amount=75)
    address = f"fact:{fact.company.slug}/{fact.metric.key}"
    article = ArticleFactory(body=f"It has [75]({address}) offices.", language="de")
    page = DiscussionFactory(article=article)
    proposed(page, "It has 75 offices", name="Ada & <b>", body="No value is given.")
    said = {"proposed_value": "1.234 & more", "proposed_date": "June 2026"}
    said["proposed_link"] = "https://example.org/?a=1&b=2"
    proposed(page, "75 offices", name="Ben & <i>", **said)
    [link] = offers(desk, label)
    query = dict(parse_qsl(urlsplit(link).query))
    assert query.pop("supersedes" if label == "Update figure" else "facts") == str(fact.pk)
    assert query == {
        "reader_name": "Ben & <i>",
        "reader_value": "1.234 & more",
        "reader_date": "June 2026",
        "reader_link": "https://example.org/?a=1&b=2",
        "reader_language": "de",
    }
    shown = desk.get(link)
    assert "<bdi>1.234 &amp; more</bdi>" in shown.text
    assert "<bdi>Ben &amp; &lt;i&gt;</bdi>" in shown.text


def test_proposal_without_a_value_leads_to_the_figure_alone(desk):
    fact = FactFactory(amount=75)
    address = f"fact:{fact.company.slug}/{fact.metric.key}"
    page = DiscussionFactory(article=ArticleFactory(body=f"It has [75]({address}) offices."))
    proposed(page, "It has 75 offices")
    assert offers(desk, "Update figure") == [f"/admin/facts/fact/add/?supersedes={fact.pk}"]

import pytest

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from facts.factories import FactFactory, MetricFactory
from facts.models import Distinction
from facts.review.contradictions import distinguish, find_contradictions

pytestmark = pytest.mark.django_db
URL = "/admin/facts/fact/contradictions/"


@pytest.fixture
def pair():
    company = CompanyFactory(name="Uber", slug="uber")
    metric = MetricFactory(key="dispatch", in_words=True)
    return [FactFactory(company=company, metric=metric, text=text) for text in ("Python", "Go")]


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(groups=["Editor"]))
    return client


def test_both_sides_stand_beside_each_other_with_their_sentences(editor, pair):
    ArticleFactory(body=f"It runs on [Python](fact:uber/dispatch@{pair[0].public_id}). So.")
    page = editor.get(URL).content.decode()
    assert "It runs on Python." in page
    assert ">Go</a>" in page
    for fact in pair:
        assert fact.references.get().quote in page


def test_one_pair_is_shown_alone(editor, pair):
    other = FactFactory(metric=pair[0].metric, text="Rust")
    FactFactory(company=other.company, metric=other.metric, text="C++")
    page = editor.get(f"{URL}?pair={pair[0].pk}-{pair[1].pk}").content.decode()
    assert ">Go</a>" in page
    assert "C++" not in page
    assert "No two published figures" in editor.get(f"{URL}?pair=1-999999").content.decode()


@pytest.mark.parametrize("asked", ["x", "1", "9" * 20 + "-1", "-", "²-3"])
def test_pair_that_is_none_shows_all(editor, pair, asked):
    assert ">Go</a>" in editor.get(URL, {"pair": asked}).content.decode()


def test_not_the_same_thing_is_remembered_and_can_be_undone(editor, pair):
    data = {"first": pair[1].pk, "second": pair[0].pk, "reason": "Two teams."}
    page = editor.post(URL, data, follow=True).content.decode()
    assert "Two teams." in page
    assert find_contradictions() == []
    distinction = Distinction.objects.get()
    editor.post(f"{URL}{distinction.pk}/undo/")
    assert len(find_contradictions()) == 1


def test_not_the_same_thing_needs_a_reason_and_keeps_nothing_without(editor, pair):
    page = editor.post(URL, {"first": pair[0].pk, "second": pair[1].pk, "reason": " "})
    assert "This field is required." in page.content.decode()
    assert not Distinction.objects.exists()


def test_figures_of_two_companies_cannot_be_told_apart(editor, pair):
    stranger = FactFactory()
    data = {"first": pair[0].pk, "second": stranger.pk, "reason": "x"}
    assert "not two figures of one company" in editor.post(URL, data).content.decode()


def test_writer_may_look_and_decide_nothing(client, pair):
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(URL).status_code == 200
    data = {"first": pair[0].pk, "second": pair[1].pk, "reason": "x"}
    assert client.post(URL, data).status_code == 403
    distinction = distinguish(*pair, reason="x", by=None)
    assert client.post(f"{URL}{distinction.pk}/undo/").status_code == 403

"""Readers and the desk know of the same disputes, from the question at publishing on."""

import datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from facts import publishing
from facts.factories import FactFactory, MetricFactory, ReferenceFactory
from facts.models import Fact
from facts.prose.filling import Quoted, figures_of_pages
from facts.reading.records import Record
from facts.review.contradictions import distinguish, find_contradictions
from facts.review.doubts import find_doubts
from facts.rules.precedence import pick_shown

pytestmark = pytest.mark.django_db
QUARTER = {"as_of": datetime.date(2026, 9, 30), "as_of_precision": "quarter"}
TOLD = "Sources disagree"


@pytest.fixture
def editor(client):
    user = UserFactory(groups=["Editor"])
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def rival():
    """A maker of published facts of one company and metric."""
    company, metric = CompanyFactory(slug="pelican"), MetricFactory(key="members")

    def make(amount=None, **claim):
        return FactFactory(company=company, metric=metric, amount=amount, **claim)

    return make


@pytest.fixture
def dispute(rival):
    return [rival(1_400_000, **QUARTER), rival(9_900_000, **QUARTER)]


def page(client, address) -> str:
    return unescape(client.get(address).content.decode())


def pressed_publish(client, fact, **more):
    inline = {"references-TOTAL_FORMS": 1, "references-INITIAL_FORMS": 1}
    reference = fact.references.get()
    row = {"id": reference.pk, "fact": fact.pk, "source": reference.source_id}
    names = ("company", "metric", "amount", "comparator", "as_of_precision", "scope", "basis")
    data = {name: getattr(fact, name) for name in names}
    data |= {"company": fact.company_id, "metric": fact.metric_id, "as_of": fact.as_of or ""}
    data |= {f"references-0-{name}": value for name, value in row.items()}
    data |= {"references-0-quote": reference.quote, **inline, "_publish": "", **more}
    address = reverse("admin:facts_fact_change", args=[fact.pk])
    return unescape(client.post(address, data, follow=True).content.decode())


def test_rival_is_asked_about_with_both_passages(editor, rival):
    old = rival(1_400_000, **QUARTER)
    new = rival(9_900_000, draft=True, references__quote="9.9 million of them.", **QUARTER)
    asked = pressed_publish(editor, new)
    assert not Fact.objects.get(pk=new.pk).is_published
    for passage in (old.references.get().quote, "9.9 million of them."):
        assert f"“{passage}”" in asked
    assert "another source says otherwise: 1.4 million (Q3 2026)" in asked
    pressed_publish(editor, new, _overruling="Both have to be shown.")
    assert Fact.objects.get(pk=new.pk).is_published


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"amount": 75_000_000}, {"amount": 75_100_000}),
        ({"amount": 5, "comparator": "gte"}, {"amount": 7}),
        ({"amount": 1_400_000}, {"amount": 9_900_000, "basis": "estimated"}),
        (
            {"amount": 5, "as_of": datetime.date(2025, 12, 31), "as_of_precision": "year"},
            {"amount": 9, "as_of": datetime.date(2025, 6, 30), "as_of_precision": "day"},
        ),
    ],
)
def test_what_does_not_contradict_is_neither_asked_about_nor_disputed(editor, rival, old, new):
    first, draft = rival(**QUARTER | old), rival(draft=True, **QUARTER | new)
    pressed_publish(editor, draft)
    assert Fact.objects.get(pk=draft.pk).is_published
    assert TOLD not in page(editor, first.company.get_absolute_url())
    assert find_contradictions() == []


def test_list_of_figures_and_files_publish_no_rival_unasked(editor, rival):
    old, draft = rival(1_400_000, **QUARTER), rival(9_900_000, draft=True, **QUARTER)
    chosen = {"action": "publish_selected", "_selected_action": [draft.pk]}
    told = editor.post(reverse("admin:facts_fact_changelist"), chosen, follow=True)
    assert "another source says otherwise" in unescape(told.content.decode())
    lines = "company,metric,value,as_of,source_title\npelican,members,5 million,Q3 2026,Letter\n"
    sent = {"text": lines, "publish": "on", "_import": ""}
    told = editor.post(reverse("admin:facts_fact_import"), sent, follow=True)
    assert "another source says otherwise" in unescape(told.content.decode())
    assert list(Fact.objects.published()) == [old]


def test_both_are_shown_as_disputed_until_somebody_decides(client, dispute):
    first, second = dispute
    profile = page(client, first.company.get_absolute_url())
    assert profile.index(TOLD) < profile.index("1.4 million") < profile.index("9.9 million")
    assert "other value" not in profile
    for fact, other in ((first, second), (second, first)):
        assert fact.references.get().quote in profile
        own = page(client, fact.get_absolute_url())
        assert TOLD in own
        assert f'href="{other.get_absolute_url()}"' in own.partition(TOLD)[2].partition("</p>")[0]
        data = client.get(reverse("facts:json", args=[fact.public_id])).json()
        assert data["disputed_by"] == [other.public_id]
    beside = CompanyFactory()
    compared = page(client, f"{reverse('compare')}?c=pelican&c={beside.slug}")
    assert "sources disagree" in compared


DECISIONS = {
    "withdraw": lambda one, other, by: publishing.deprecate(one, reason="A slip.", by=by),
    "prefer": lambda one, other, by: publishing.prefer(
        one, until=timezone.localdate(), by=by, reason="Counted alike."
    ),
    "tell apart": lambda one, other, by: distinguish(one, other, reason="Two teams.", by=by),
}


@pytest.mark.parametrize("decide", DECISIONS)
@pytest.mark.parametrize("which", [0, 1])
def test_decision_ends_the_dispute_for_readers_and_the_desk(client, dispute, decide, which):
    assert len(find_contradictions()) == 1
    assert TOLD in page(client, dispute[0].company.get_absolute_url())
    DECISIONS[decide](dispute[which], dispute[1 - which], UserFactory())
    assert find_contradictions() == []
    addresses = [dispute[0].company.get_absolute_url()]
    for address in addresses + [fact.get_absolute_url() for fact in dispute]:
        assert TOLD not in page(client, address)


@pytest.mark.parametrize("is_update", [True, False])
def test_words_are_followed_through_updates_of_other_months(client, is_update):
    metric = MetricFactory(in_words=True)
    series = {"company": CompanyFactory(), "metric": metric, "as_of_precision": "month"}
    first = FactFactory(**series | {"as_of_precision": "unknown"}, text="Ada Byron")
    spring, autumn = datetime.date(2026, 3, 31), datetime.date(2026, 9, 30)
    second = FactFactory(**series, text="Charles Babbage", as_of=spring, supersedes=first)
    third = {"text": "George Boole", "as_of": autumn, "supersedes": second if is_update else None}
    draft = FactFactory(**series | third, draft=True)
    assert ("rival" in [doubt.rule for doubt in find_doubts(draft)]) is not is_update
    publishing.publish(draft, by=None)
    for fact in (first, draft):
        assert (TOLD in page(client, fact.get_absolute_url())) is not is_update
    assert bool(find_contradictions()) is not is_update


def test_later_figure_leaves_the_dispute_to_the_pages_of_the_disputed(client, rival, dispute):
    rival(2_000_000, as_of=datetime.date(2026, 10, 31), as_of_precision="month")
    assert TOLD not in page(client, dispute[0].company.get_absolute_url())
    assert TOLD in page(client, dispute[0].get_absolute_url())
    assert len(find_contradictions()) == 1


def test_earlier_values_stand_with_the_dispute(client, rival, dispute):
    rival(1_000_000, as_of=datetime.date(2025, 9, 30), as_of_precision="quarter")
    profile = page(client, dispute[0].company.get_absolute_url())
    assert "1 other value" in profile.partition(TOLD)[2]


def test_disputes_cost_no_query_each(rival, dispute):
    counts = []
    for _round in range(2):
        for _n in range(5):
            metric = MetricFactory()
            for amount in (1, 2):
                FactFactory(company=dispute[0].company, metric=metric, amount=amount)
        with CaptureQueriesContext(connection) as queries:
            sheet = dispute[0].company.facts.sheet()
        counts.append(len(queries))
    assert len(sheet.disputes) == 11
    assert counts[0] == counts[1]


CLAIM = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 4),
        "comparator": st.sampled_from(["eq", "eq", "gte", "about"]),
        "basis": st.sampled_from(["reported", "self", "estimated", "projected"]),
        "scope": st.sampled_from(["", "Berlin", "Berlin, Germany", "Germany"]),
        "when": st.sampled_from([None, ("2025-12-31", "year"), ("2025-12-30", "day")]),
    }
)
VERBS = ["withdraw", "prefer", "tell apart", "supersede", "nothing"]


class Agreement(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(CLAIM, min_size=2, max_size=5, unique_by=lambda claim: frozenset(claim.items())),
        st.lists(st.sampled_from(VERBS), max_size=2),
    )
    def test_desk_and_readers_know_of_the_same_disputes(self, claims, verbs):
        links = {"company": CompanyFactory(), "metric": MetricFactory()}
        facts = []
        for claim in map(dict, claims):
            when = claim.pop("when")
            day, precision = when or (None, "unknown")
            day = day and datetime.date.fromisoformat(day)
            facts.append(FactFactory(as_of=day, as_of_precision=precision, **links, **claim))
        for verb in verbs:
            self.decide(verb, facts)
        asked = {frozenset((one.first.pk, one.second.pk)) for one in find_contradictions()}
        published = list(Fact.objects.published())
        told = {
            frozenset((fact.pk, other.pk))
            for fact in published
            for other in Record.load(fact.pk).rivals
        }
        assert told == asked
        shown = {
            pick_shown([one for one in published if one.scope == fact.scope], timezone.localdate())
            for fact in published
        }
        disputed = {fact.pk for fact in shown if fact and any(fact.pk in pair for pair in asked)}
        sheet = links["company"].facts.sheet()
        side_by_side = {fact.pk for one in sheet.disputes for fact in one.facts}
        assert disputed <= side_by_side
        assert {fact.pk for fact in sheet.current} == {one.pk for one in shown if one} - disputed

    def decide(self, verb, facts):
        pairs = find_contradictions()
        if not pairs or verb == "nothing":
            return
        one, other = pairs[0].first, pairs[0].second
        if verb != "supersede":
            DECISIONS[verb](one, other, None)
            return
        new = publishing.update(one, by=None, amount=77 + len(facts))
        ReferenceFactory(fact=new)
        facts.append(publishing.publish(new, by=None))


def test_article_says_beside_its_figure_that_it_is_disputed(client, dispute, rival):
    first, second = dispute
    address = f"fact:pelican/members@{first.public_id}"
    pinned = ArticleFactory(body=f"It has [1.4 million]({address}).")
    live = ArticleFactory(body="It has [](fact:pelican/members).")
    other = ArticleFactory(
        body=f"It had [2]({address.replace(first.public_id, rival(2).public_id)})."
    )
    told = "disputed; another source says:"
    assert f'{told} <a class="fact" href="{second.get_absolute_url()}"' in page(
        client, pinned.get_absolute_url()
    )
    assert told in page(client, live.get_absolute_url())
    assert told not in page(client, other.get_absolute_url())
    distinguish(first, second, reason="Two teams.", by=None)
    for article in (pinned, live):
        assert told not in page(client, article.get_absolute_url())


def test_disputes_of_many_pages_are_asked_for_once(dispute):
    quoted = [Quoted(fact.pk, fact.company_id, fact.metric_id, "", False) for fact in dispute]
    with CaptureQueriesContext(connection) as queries:
        pages = figures_of_pages([[[one]] for one in quoted * 3])
    assert all(one.rivals for one in pages)
    assert len(queries) == 2

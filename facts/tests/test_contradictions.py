import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from facts import publishing
from facts.factories import FactFactory, MetricFactory, SourceFactory
from facts.models import Distinction, Fact, Metric
from facts.review.contradictions import distinguish, find_contradictions, sentences_of
from facts.rules.contradiction import contradict
from facts.rules.dating import Precision

QUANTITY = Metric(value_type="quantity")
DAY = datetime.date(2026, 6, 30)


def fact(amount=None, text="", *, metric=QUANTITY, as_of=DAY, precision="day", **values):
    if as_of is None:
        precision = "unknown"
    return Fact(
        amount=amount, text=text, metric=metric, as_of=as_of, as_of_precision=precision, **values
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"amount": "282700000"}, {"amount": "283000000"}, False),  # rounded
        ({"amount": "282700000"}, {"amount": "281000000"}, True),
        ({"amount": "500000000"}, {"amount": "504000000"}, False),
        ({"amount": "500000000"}, {"amount": "520000000"}, True),
        ({"amount": "644"}, {"amount": "645"}, True),
        ({"amount": "40"}, {"amount": "42"}, True),
        ({"amount": "0"}, {"amount": "1"}, True),
        ({"amount": "260", "comparator": "gte"}, {"amount": "282.7"}, False),
        ({"amount": "290", "comparator": "gte"}, {"amount": "282.7"}, True),
        ({"amount": "290", "comparator": "lte"}, {"amount": "282.7"}, False),
        ({"amount": "270", "comparator": "lte"}, {"amount": "282.7"}, True),
        ({"amount": "260", "comparator": "gte"}, {"amount": "500", "comparator": "gte"}, False),
        ({"amount": "80", "comparator": "about"}, {"amount": "77"}, False),
        ({"amount": "80", "comparator": "about"}, {"amount": "70"}, True),
        ({"amount": "5", "scope": "Canada"}, {"amount": "9"}, False),
        ({"amount": "5", "scope": "canada "}, {"amount": "9", "scope": "Canada"}, True),
        ({"amount": "5", "basis": "estimated"}, {"amount": "9"}, False),
        ({"amount": "5", "basis": "self"}, {"amount": "9"}, True),
        ({"text": "Dispatch in Python."}, {"text": "dispatch in python"}, False),
        ({"text": "Dispatch in Python."}, {"text": "Dispatch in Go."}, True),
        ({"text": "Dispatch in C++."}, {"text": "Dispatch in C#."}, True),
        ({"text": "काम"}, {"text": "कामा"}, True),
        ({"text": "Go; Java, and Node.js"}, {"text": "go, java and node js"}, False),
    ],
)
def test_values_contradict_beyond_rounding_and_comparators(one, other, expected):
    assert contradict(fact(**one), fact(**other)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((DAY, "day"), (DAY, "day"), True),
        ((DAY, "day"), (datetime.date(2026, 6, 29), "day"), False),
        ((DAY, "day"), (datetime.date(2026, 6, 1), "month"), True),
        ((DAY, "day"), (datetime.date(2026, 7, 31), "month"), False),
        ((datetime.date(2026, 6, 30), "month"), (DAY, "quarter"), True),
        ((datetime.date(2026, 5, 31), "month"), (DAY, "quarter"), False),
        ((datetime.date(2026, 7, 31), "month"), (DAY, "quarter"), False),
        ((datetime.date(2026, 12, 31), "year"), (datetime.date(2026, 12, 31), "quarter"), True),
        ((datetime.date(2026, 12, 31), "year"), (DAY, "quarter"), False),
        ((datetime.date(2025, 12, 31), "year"), (DAY, "quarter"), False),
        ((None, "unknown"), (None, "unknown"), True),
        ((None, "unknown"), (DAY, "day"), False),
    ],
)
def test_only_figures_of_one_time_contradict(one, other, expected):
    first = fact("5", as_of=one[0], precision=one[1])
    second = fact("9", as_of=other[0], precision=other[1])
    assert contradict(first, second) is contradict(second, first) is expected


def test_words_without_a_date_speak_of_all_times():
    undated, dated = fact(text="To Python.", as_of=None), fact(text="To Rust.")
    assert contradict(undated, dated) is contradict(dated, undated) is True
    assert not contradict(undated, fact(text="to python"))


def test_words_that_get_stale_may_be_of_another_time():
    metric = Metric(value_type="text", shelf_life_days=30)
    undated, dated = fact(text="To Python.", as_of=None, metric=metric), fact(text="To Rust.")
    assert not contradict(undated, dated)
    assert contradict(undated, fact(text="To Rust.", as_of=None, metric=metric))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2012", "2012-12", False),
        ("2012", "2013", True),
        ("2012-12", "2012-11-30", True),
        ("about 2012", "About 2012", False),  # no date, but the same words
        ("about 2012", "2012", True),
        ("about 2012", "before 2012", True),
    ],
)
def test_dates_contradict_when_they_do_not_meet(one, other, expected):
    metric = Metric(value_type="date")
    first, second = fact(text=one, metric=metric), fact(text=other, metric=metric)
    assert contradict(first, second) is expected


def ranged(one, width):
    one.comparator, one.upper_amount = "range", one.amount + width
    return one


SINGLE = st.builds(
    fact,
    amount=st.decimals(0, 10**12, places=2),
    as_of=st.none() | st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31)),
    precision=st.sampled_from([one for one in Precision.values if one != "unknown"]),
    comparator=st.sampled_from(["eq", "about", "gte", "lte"]),
    basis=st.sampled_from(Fact.Basis.values),
)
FACTS = SINGLE | st.builds(ranged, SINGLE, st.decimals(1, 10**12, places=2))


@given(FACTS, FACTS)
def test_contradiction_is_mutual_and_nothing_contradicts_itself(first, second):
    assert contradict(first, second) is contradict(second, first)
    assert not contradict(first, first)


@given(st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_date_known_less_exactly_never_contradicts_it(day, length, other_length):
    metric, text = Metric(value_type="date"), day.isoformat()
    assert not contradict(
        fact(text=text[:length], metric=metric), fact(text=text[:other_length], metric=metric)
    )


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]))
def test_dates_known_alike_contradict_unless_they_are_one(day, other, length):
    metric, texts = Metric(value_type="date"), [one.isoformat()[:length] for one in (day, other)]
    first, second = (fact(text=text, metric=metric) for text in texts)
    assert contradict(first, second) is (texts[0] != texts[1])


WORDS = st.lists(st.from_regex(r"[a-z0-9]+[+#]*", fullmatch=True), min_size=1, max_size=6)


@given(WORDS, WORDS, st.sampled_from([" ", ", ", "; ", " – ", ".  "]))
def test_claims_contradict_by_their_words_alone(words, others, between):
    as_written = fact(text=between.join(words).title() + ".")
    assert not contradict(as_written, fact(text=" ".join(words)))
    assert contradict(as_written, fact(text=" ".join(others))) is (words != others)


@given(st.integers(1, 10**12), st.integers(2, 6))
def test_rounding_a_value_never_contradicts_it(amount, digits):
    places = max(len(str(amount)) - digits, 0)
    assert not contradict(fact(amount), fact(round(amount, -places)))


@pytest.fixture
def pair(db):
    company, metric = CompanyFactory(), MetricFactory(in_words=True)
    return [
        FactFactory(company=company, metric=metric, text=text)
        for text in ("In Python.", "In Node.js.")
    ]


def found():
    return [(one.first, one.second) for one in find_contradictions()]


def test_two_standing_claims_are_found_once(pair):
    FactFactory(company=pair[0].company, text="", amount=3)
    FactFactory(metric=pair[0].metric, text="In Go.")
    FactFactory(company=pair[0].company, metric=pair[0].metric, text="In C.", draft=True)
    assert found() == [tuple(pair)]


def test_withdrawn_claim_contradicts_nothing(pair, admin_user):
    publishing.deprecate(pair[1], reason="Misread", by=admin_user)
    assert found() == []


def test_update_does_not_contradict_what_it_supersedes(pair, admin_user):
    publishing.deprecate(pair[0], reason="Misread", by=admin_user)
    update, source = pair[1], SourceFactory()
    for text in ("In Go.", "In Rust."):
        update = publishing.update(update, by=admin_user, source=source, text=text)
    assert found() == []


def test_preferring_one_decides_until_its_day(pair, admin_user):
    today = timezone.localdate()
    publishing.prefer(pair[0], until=today, by=admin_user, reason="Counted alike.")
    assert found() == []
    yesterday = today - datetime.timedelta(days=1)
    Fact._base_manager.filter(pk=pair[0].pk).update(preferred_until=yesterday)
    assert len(found()) == 1


def test_pair_that_an_editor_told_apart_is_not_found_again(pair, admin_user):
    distinguish(*reversed(pair), reason="Two teams.", by=admin_user)
    distinguish(*pair, reason="Once more.", by=admin_user)
    assert found() == []
    assert Distinction.objects.get().reason == "Two teams."


def test_radar_costs_the_same_for_few_and_for_many(pair, django_assert_max_num_queries):
    for _number in range(5):
        company = CompanyFactory()
        for text in ("One.", "Two.", "Three."):
            FactFactory(company=company, metric=pair[0].metric, text=text)
    with django_assert_max_num_queries(3):
        assert len(find_contradictions()) == 16
    with django_assert_max_num_queries(2):
        assert len(find_contradictions([company.pk])) == 3


def test_sentences_of_many_pairs_are_asked_for_once(pair, django_assert_num_queries):
    for text in ("In Go.", "In Rust."):
        FactFactory(company=pair[0].company, metric=pair[0].metric, text=text)
    pairs = find_contradictions()
    assert len(pairs) == 6
    with django_assert_num_queries(1):
        assert len(sentences_of(*pairs)) == 4


def test_sentences_of_live_articles_stand_beside_the_claims(pair):
    first = pair[0]
    address = f"fact:{first.company.slug}/{first.metric.key}@{first.public_id}"
    live = ArticleFactory(body=f"Once. It dispatches [in Python]({address}). End.")
    ArticleFactory(draft=True, body=f"Draft [in Python]({address}).")
    (contradiction,) = find_contradictions()
    assert sentences_of(contradiction) == {
        first.pk: [("It dispatches in Python.", live)],
        pair[1].pk: [],
    }

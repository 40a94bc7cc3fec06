import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from companies.factories import CompanyFactory
from facts.factories import FactFactory, MetricFactory
from facts.models import Fact
from facts.rules.precedence import pick_shown

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def rival():
    """A maker of published facts of one company and metric."""
    company, metric = CompanyFactory(), MetricFactory()

    def make(**claim):
        if claim.get("as_of"):
            claim.setdefault("as_of_precision", "day")
        return FactFactory(**{"company": company, "metric": metric} | claim)

    return make


def day(text):
    return datetime.date.fromisoformat(text)


def test_latest_date_is_current(rival):
    rival(as_of=day("2023-12-31"))
    latest = rival(as_of=day("2024-12-31"))
    rival(as_of=day("2022-12-31"))
    assert list(Fact.objects.current()) == [latest]


def test_dated_figure_goes_before_an_undated_newer_one(rival):
    dated = rival(as_of=day("2014-01-01"))
    rival()
    assert list(Fact.objects.current()) == [dated]


def test_preferred_figure_goes_before_a_later_one(rival):
    preferred = rival(as_of=day("2020-01-01"), preferred=True)
    rival(as_of=day("2024-12-31"))
    assert list(Fact.objects.current()) == [preferred]


def test_preference_ends_with_its_last_day(rival):
    preferred = rival(as_of=day("2020-01-01"), preferred=True, preferred_until=TODAY)
    latest = rival(as_of=day("2024-12-31"))
    assert list(Fact.objects.current()) == [preferred]
    yesterday = TODAY - datetime.timedelta(days=1)
    Fact._base_manager.filter(pk=preferred.pk).update(preferred_until=yesterday)
    assert list(Fact.objects.current()) == [latest]


@pytest.mark.parametrize("is_year_first", [True, False])
@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        ({"as_of_precision": "year"}, {"as_of_precision": "quarter"}),
        ({"as_of_precision": "fiscal"}, {"as_of_precision": "half"}),
        ({"as_of_precision": "quarter"}, {"as_of_precision": "month"}),
        ({"starts_on": day("2024-04-01")}, {"as_of_precision": "half"}),
        ({"as_of_precision": "year", "basis": "estimated"}, {"as_of_precision": "quarter"}),
    ],
)
def test_sum_of_the_longer_period_is_current_whichever_was_entered_first(
    rival, longer, shorter, is_year_first
):
    metric = MetricFactory(flow=True)
    for period in (longer, shorter)[:: 1 if is_year_first else -1]:
        rival(metric=metric, as_of=day("2024-12-31"), **period)
    (current,) = Fact.objects.current()
    assert {name: getattr(current, name) for name in longer} == longer
    assert pick_shown(list(Fact.objects.select_related("metric")), TODAY) == current


def test_sum_of_a_later_quarter_is_current_before_that_of_the_year(rival):
    metric = MetricFactory(flow=True)
    later = rival(metric=metric, as_of=day("2025-03-31"), as_of_precision="quarter")
    rival(metric=metric, as_of=day("2024-12-31"), as_of_precision="year")
    assert list(Fact.objects.current()) == [later]


def test_what_is_counted_at_a_moment_has_no_length(rival):
    rival(as_of=day("2024-12-31"), as_of_precision="year", basis="estimated")
    reported = rival(as_of=day("2024-12-31"), as_of_precision="quarter", basis="reported")
    assert list(Fact.objects.current()) == [reported]


def test_sums_of_equally_long_periods_are_told_apart_by_their_basis(rival):
    metric, as_of = MetricFactory(flow=True), day("2024-12-31")
    reported = rival(metric=metric, as_of=as_of, starts_on=day("2024-01-01"), basis="reported")
    rival(metric=metric, as_of=as_of, as_of_precision="year", basis="self")
    assert list(Fact.objects.current()) == [reported]


CLAIMS = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 10**9),
        "as_of": st.sampled_from([None, day("2024-01-01"), day("2024-06-30"), TODAY]),
        "basis": st.sampled_from(["reported", "self", "estimated"]),
        "rank": st.sampled_from(["normal", "normal", "deprecated"]),
        "ends": st.integers(-1, 1),
    }
)


class Shown(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(CLAIMS, max_size=6), st.integers(0, 5))
    def test_figure_shown_is_the_same_in_sql_and_of_loaded_rows(self, claims, preferred):
        facts, first = [], None
        for number, claim in enumerate(claims):
            ends = TODAY + datetime.timedelta(days=claim.pop("ends"))
            if number == preferred and claim["rank"] == "normal":
                claim |= {"rank": "preferred", "preferred_until": ends}
            claim |= {"amount": claim["amount"] * 10 + number, "deprecated_reason": "A slip."}
            claim["as_of_precision"] = "day" if claim["as_of"] else "unknown"
            links = {"company": first.company, "metric": first.metric} if first else {}
            facts.append(FactFactory(**claim, **links))
            first = facts[0]
        shown = pick_shown(facts, TODAY)
        assert list(Fact.objects.current()) == ([shown] if shown else [])


PERIODS = st.one_of(
    st.tuples(st.none(), st.sampled_from(["month", "quarter", "half", "year", "fiscal"])),
    st.tuples(st.dates(day("2022-06-01"), day("2024-06-30")), st.just("day")),
)


class SumsShown(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(PERIODS, st.sampled_from([day("2024-06-30"), day("2024-12-31")])), max_size=5
        )
    )
    def test_sum_shown_is_the_same_in_sql_and_of_loaded_rows(self, periods):
        company, metric = CompanyFactory(), MetricFactory(flow=True)
        facts = [
            FactFactory(
                company=company,
                metric=metric,
                as_of=as_of,
                starts_on=starts_on,
                as_of_precision=precision,
            )
            for (starts_on, precision), as_of in periods
        ]
        shown = pick_shown(facts, TODAY)
        assert list(Fact.objects.current()) == ([shown] if shown else [])
        longest = [fact.months for fact in facts if shown and fact.as_of == shown.as_of]
        assert not shown or shown.months == max(longest)


def test_better_basis_decides_between_equal_dates(rival):
    rival(as_of=day("2024-12-31"), basis="estimated")
    reported = rival(as_of=day("2024-12-31"), basis="reported")
    rival(as_of=day("2024-12-31"), basis="self")
    assert list(Fact.objects.current()) == [reported]


def test_newest_decides_between_equals(rival):
    newest = rival(published_at=timezone.now())
    rival(published_at=timezone.now() - datetime.timedelta(days=1))
    assert list(Fact.objects.current()) == [newest]


def test_deprecated_figure_is_never_current(rival):
    standing = rival(as_of=day("2020-01-01"))
    rival(as_of=day("2024-12-31"), rank="deprecated", deprecated_reason="Misread")
    assert list(Fact.objects.current()) == [standing]


def test_draft_is_never_current(rival):
    standing = rival()
    rival(as_of=day("2024-12-31"), draft=True)
    assert list(Fact.objects.current()) == [standing]


def test_scopes_companies_and_metrics_are_apart(rival):
    facts = {
        rival(),
        rival(scope="United States"),
        rival(company=CompanyFactory()),
        rival(metric=MetricFactory()),
    }
    assert set(Fact.objects.current()) == facts


def test_current_of_a_company_is_asked_through_the_company(rival):
    fact = rival()
    FactFactory()
    assert list(fact.company.facts.current()) == [fact]
    assert list(Fact.objects.current().filter(company=fact.company_id)) == [fact]


def test_facts_of_a_hidden_company_are_not_public(rival):
    fact = rival()
    fact.company.is_public = False
    fact.company.save()
    assert not Fact.objects.published().exists()
    assert not Fact.objects.current().exists()


def test_sheet_lists_earlier_values_newest_first_and_a_history_from_three_points(rival):
    facts = [rival(as_of=day(f"{year}-12-31"), amount=year) for year in (2021, 2022, 2023, 2024)]
    other = MetricFactory()
    rival(metric=other, as_of=day("2021-12-31")), rival(metric=other, as_of=day("2022-12-31"))
    sheet = facts[0].company.facts.sheet()
    current = next(fact for fact in sheet.current if fact.pk == facts[-1].pk)
    assert current.earlier == facts[-2::-1]
    assert [(fact, points) for fact, points in sheet.histories] == [(current, facts)]


def test_history_counts_dated_amounts_that_stand_and_one_a_day(rival):
    rival(as_of=day("2021-12-31")), rival(as_of=day("2022-12-31"))
    rival(as_of=day("2022-12-31"), basis="estimated")
    rival()
    rival(as_of=day("2023-12-31"), rank="deprecated", deprecated_reason="Misread")
    sheet = Fact.objects.first().company.facts.sheet()
    assert sheet.histories == []


def test_sheet_is_read_in_as_many_queries_for_many_facts_as_for_few(rival):
    counts = []
    for size in (5, 25):
        for number in range(size):
            rival(metric=MetricFactory(), amount=number)
        with CaptureQueriesContext(connection) as queries:
            sheet = Fact.objects.first().company.facts.sheet()
            [reference.source for fact in sheet.current for reference in fact.references.all()]
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("shelf_life", "age", "stale"), [(30, 30, False), (30, 31, True), (None, 9999, False)]
)
def test_figure_is_stale_the_day_after_its_shelf_life(shelf_life, age, stale):
    fact = FactFactory(
        metric__shelf_life_days=shelf_life,
        as_of=timezone.localdate() - datetime.timedelta(days=age),
        as_of_precision="day",
    )
    assert fact.is_stale is stale


def test_undated_figure_is_undated_and_not_stale():
    assert not FactFactory(metric__shelf_life_days=30).is_stale

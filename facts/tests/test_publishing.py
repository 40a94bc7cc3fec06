import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from facts import publishing
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, SourceFactory
from facts.models import Fact

pytestmark = pytest.mark.django_db


def reloaded(fact):
    return Fact.objects.get(pk=fact.pk)


def test_publish_makes_a_sourced_draft_public(admin_user):
    draft = FactFactory(draft=True)
    fact = publishing.publish(draft, by=admin_user)
    assert fact in Fact.objects.published()
    assert fact.published_at == fact.verified_at
    assert fact.verified_by == admin_user


def test_publish_without_a_reference_is_refused_in_words(admin_user):
    draft = FactFactory(draft=True, references=None)
    with pytest.raises(ValidationError, match="Name a source first"):
        publishing.publish(draft, by=admin_user)
    assert not reloaded(draft).is_published


def test_publish_twice_changes_nothing(admin_user):
    fact = publishing.publish(FactFactory(draft=True), by=admin_user)
    assert publishing.publish(fact, by=None).verified_by == admin_user


def test_publish_of_an_invalid_draft_is_refused(admin_user):
    draft = FactFactory(draft=True, metric__in_words=True)
    with pytest.raises(ValidationError, match="told in words"):
        publishing.publish(draft, by=admin_user)


def test_update_leaves_the_old_figure_and_shows_the_new(admin_user):
    old = FactFactory(amount=17_770_000, scope="Europe", comparator="about")
    new = publishing.update(
        old,
        by=admin_user,
        amount=18_120_000,
        as_of=datetime.date(2023, 12, 31),
        as_of_precision="quarter",
        source=SourceFactory(),
        quote="18.12 million",
    )
    assert new.supersedes == old
    assert (new.company, new.metric, new.scope) == (old.company, old.metric, "Europe")
    assert new.comparator == "about"
    assert list(Fact.objects.current()) == [new]
    assert reloaded(old).amount == 17_770_000
    assert new.public_id != old.public_id


def test_update_asks_no_more_than_it_must(admin_user, django_assert_max_num_queries):
    old, source = FactFactory(preferred=True, scope="Europe"), SourceFactory()
    # Of a preferred figure, which asks most: 87, savepoints included.
    with django_assert_max_num_queries(90):
        new = publishing.update(old, by=admin_user, amount=3, source=source, quote="3 users")
    assert new.rank == "preferred"


def test_update_without_a_source_waits_as_a_draft(admin_user):
    old = FactFactory()
    new = publishing.update(old, by=admin_user, amount=3)
    assert not new.is_published
    assert list(Fact.objects.current()) == [old]


def test_update_that_is_refused_leaves_nothing_behind(admin_user):
    old = FactFactory()
    with pytest.raises(ValidationError):
        publishing.update(old, by=admin_user, amount=3, source=SourceFactory(), locator="x" * 121)
    assert Fact.objects.count() == 1


def test_successor_inherits_the_preferred_rank(admin_user):
    old = FactFactory(preferred=True, as_of="2024-12-31", as_of_precision="day")
    new = publishing.update(
        old, by=admin_user, amount=3, as_of=datetime.date(2025, 3, 31), source=SourceFactory()
    )
    assert (reloaded(old).rank, new.rank) == ("normal", "preferred")
    assert (reloaded(old).preferred_until, new.preferred_until) == (None, old.preferred_until)
    assert list(Fact.objects.current()) == [new]


def test_successor_does_not_inherit_a_preference_that_has_ended(admin_user):
    old = FactFactory(preferred=True, preferred_until=datetime.date(2020, 1, 1))
    new = publishing.update(old, by=admin_user, amount=3, source=SourceFactory())
    assert (reloaded(old).rank, new.rank) == ("normal", "normal")


def test_withdrawn_figure_is_preferred_no_more(admin_user):
    fact = publishing.deprecate(FactFactory(preferred=True), reason="A slip.", by=admin_user)
    assert fact.preferred_until is None


def test_only_one_figure_is_preferred_and_the_newest_wish_counts(admin_user):
    first = FactFactory(preferred=True)
    second = FactFactory(company=first.company, metric=first.metric)
    publishing.prefer(second, until=timezone.localdate(), by=None, reason="Counted alike.")
    assert reloaded(first).rank == "normal"
    assert list(Fact.objects.current()) == [second]
    publishing.end_preference(second, by=None, reason="Settled.")
    assert reloaded(second).preferred_until is None


@pytest.mark.parametrize("as_of", [None, datetime.date(2024, 12, 30)])
def test_update_older_than_what_it_supersedes_is_refused(admin_user, as_of):
    old = FactFactory(as_of=datetime.date(2024, 12, 31), as_of_precision="day")
    precision = "day" if as_of else "unknown"
    with pytest.raises(ValidationError) as caught:
        publishing.update(old, by=admin_user, amount=3, as_of=as_of, as_of_precision=precision)
    assert "as_of" in caught.value.message_dict


def test_update_with_the_same_claim_is_refused(admin_user):
    old = FactFactory()
    with pytest.raises(ValidationError, match="on record already"):
        publishing.update(old, by=admin_user)


@pytest.mark.parametrize("period_type", ["instant", "duration"])
def test_same_value_of_another_period_that_ends_on_the_same_day_is_another_claim(
    admin_user, period_type
):
    ends = {"as_of": datetime.date(2024, 12, 31)}
    metric = MetricFactory(period_type=period_type)
    year = FactFactory(metric=metric, amount=0, **ends, as_of_precision="year")
    quarter = FactFactory.build(
        company=year.company, metric=metric, amount=0, **ends, as_of_precision="quarter"
    )
    quarter.full_clean()
    exact = publishing.update(year, by=admin_user, as_of_precision="month", source=SourceFactory())
    assert exact.as_of_label == "December 2024"
    with pytest.raises(ValidationError, match="on record already"):
        publishing.update(exact, by=admin_user)


def test_update_of_a_draft_or_a_wrong_figure_is_refused(admin_user):
    wrong = publishing.deprecate(FactFactory(), reason="Misread", by=admin_user)
    for fact in (FactFactory(draft=True), wrong):
        with pytest.raises(ValidationError):
            publishing.update(fact, by=admin_user, amount=3)


def test_update_knows_no_part_that_is_not_a_claim(admin_user):
    with pytest.raises(TypeError, match="company"):
        publishing.update(FactFactory(), by=admin_user, company=None)


def test_deprecated_figure_is_shown_no_more_and_stays_on_record(admin_user):
    fact = publishing.deprecate(FactFactory(), reason=" Misread ", by=admin_user)
    assert fact.deprecated_reason == "Misread"
    assert fact in Fact.objects.published()
    assert not Fact.objects.current().exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_deprecating_without_a_reason_is_refused(admin_user, reason):
    fact = FactFactory()
    with pytest.raises(ValidationError):
        publishing.deprecate(fact, reason=reason, by=admin_user)
    assert not reloaded(fact).is_deprecated


def test_deprecating_a_draft_is_refused(admin_user):
    with pytest.raises(ValidationError):
        publishing.deprecate(FactFactory(draft=True), reason="Misread", by=admin_user)


def test_figure_once_wrong_may_be_reported_again(admin_user):
    wrong = publishing.deprecate(FactFactory(), reason="Misread", by=admin_user)
    again = FactFactory(company=wrong.company, metric=wrong.metric, amount=wrong.amount)
    assert list(Fact.objects.current()) == [again]


def test_verify_moves_only_who_looked_and_when(admin_user):
    fact = FactFactory()
    before = Fact.objects.filter(pk=fact.pk).values().get()
    publishing.verify(fact, by=admin_user)
    after = Fact.objects.filter(pk=fact.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"verified_at", "verified_by_id", "saved_at"}


def test_verifying_a_draft_or_a_wrong_figure_is_refused(admin_user):
    wrong = publishing.deprecate(FactFactory(), reason="Misread", by=admin_user)
    for fact in (FactFactory(draft=True), wrong):
        with pytest.raises(ValidationError):
            publishing.verify(fact, by=admin_user)


@pytest.mark.parametrize(
    ("trait", "claim", "field"),
    [
        ({}, {"amount": None, "text": "many"}, "amount"),
        ({"percent": True}, {"amount": None, "text": "80"}, "amount"),
        ({"money": True}, {"amount": 5, "text": "five"}, "amount"),
        ({"in_words": True}, {"amount": 5}, "text"),
        ({"value_type": "date"}, {"amount": None, "text": "last year"}, "text"),
        ({"value_type": "date"}, {"amount": None, "text": "2012-02-30"}, "text"),
        ({}, {"amount": 1234567890123456}, "amount"),
    ],
)
def test_value_that_is_not_of_the_metrics_type_is_refused(trait, claim, field):
    fact = FactFactory(draft=True, **{f"metric__{name}": value for name, value in trait.items()})
    for name, value in claim.items():
        setattr(fact, name, value)
    with pytest.raises(ValidationError) as caught:
        fact.full_clean()
    assert field in caught.value.message_dict


def test_reference_keeps_its_fact_from_being_unsourced_silently():
    fact = FactFactory(references=None)
    ReferenceFactory(fact=fact)
    assert fact.references.count() == 1

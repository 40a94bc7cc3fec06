"""Whatever happens in whatever order: no published figure changes, and all that rests on the
figures (quotations, tasks, the value shown) is what a look at everything would find."""

import datetime
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from articles.publishing import quoting
from desk import sync
from desk.models import ReviewTask
from desk.tests.newsroom import Newsroom
from facts.models import Fact

pytestmark = pytest.mark.django_db

SOME = st.integers(0, 5)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("publish", "update", "deprecate", "verify", "prefer", "lose", "cite", "rename"),
                *("load", "load"),
                *("write", "write", "withdraw", "republish", "hide"),
                *("keep", "snooze", "answer", "tell_apart", "refresh"),
            ]
        ),
        SOME,
        SOME,
    ),
    min_size=8,
    max_size=20,
)


def open_tasks():
    columns = ("kind", "target", "evidence", "article", "fact", "other", "source")
    return sorted(ReviewTask.objects.open().values_list(*columns), key=str)


def published_claims():
    facts = Fact.objects.filter(status="published")
    return {fact.pk: [getattr(fact, name) for name in Fact.CLAIM_FIELDS] for fact in facts}


def by_the_rule(facts):
    """Preferred, else the latest date, else the best basis, else the newest: told once more,
    slowly, beside the query that pages use."""
    today = timezone.localdate()
    bases = ("reported", "self", "estimated")
    return max(
        facts,
        key=lambda fact: (
            fact.rank == "preferred" and fact.preferred_until >= today,
            fact.as_of or datetime.date.min,
            -bases.index(fact.basis),
            fact.published_at,
            fact.pk,
        ),
    )


def shown_by_the_rule():
    standing: dict = {}
    for fact in Fact.objects.filter(status="published", company__is_public=True):
        if not fact.is_deprecated:
            standing.setdefault((fact.company_id, fact.metric_id, fact.scope), []).append(fact)
    return {by_the_rule(facts).pk for facts in standing.values()}


class RandomWeeks(HypothesisTestCase):
    # To shrink a newsroom's week takes minutes, and it is short enough to read.
    @settings(
        max_examples=25 if connection.vendor == "sqlite" else 8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(STEPS)
    def test_all_that_rests_on_figures_is_what_a_full_look_finds(self, steps):
        with TestCase.captureOnCommitCallbacks(execute=True):
            newsroom = Newsroom()
        published = published_claims()
        for step, one, other in steps:
            with (
                TestCase.captureOnCommitCallbacks(execute=True),
                suppress(ValidationError),
            ):
                getattr(newsroom, step)(one, other)
            now = published_claims()
            assert {pk: now.get(pk) for pk in published} == published
            published = now
        assert {fact.pk for fact in Fact.objects.current()} == shown_by_the_rule()
        assert quoting.rebuild() == 0
        kept_up = open_tasks()
        sync.rebuild()
        assert open_tasks() == kept_up
        ReviewTask.objects.open().delete()
        sync.rebuild()
        assert open_tasks() == kept_up

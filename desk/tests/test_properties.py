"""Whatever happens in whatever order: the open tasks are those that a rebuild finds."""

import datetime
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from accounts.factories import UserFactory
from articles import publishing as article_publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Article
from companies.factories import CompanyFactory
from desk import deciding, raising
from desk.models import ReviewTask
from facts import publishing
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, SourceFactory
from facts.models import Fact, Reference

pytestmark = pytest.mark.django_db

SOME = st.integers(0, 5)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("publish", "update", "deprecate", "verify", "prefer", "lose", "cite"),
                *("write", "write", "archive", "republish", "hide"),
                *("keep", "snooze", "answer", "tell_apart", "refresh"),
            ]
        ),
        SOME,
        SOME,
    ),
    min_size=8,
    max_size=20,
)


class Newsroom:
    """Each step is one transaction of somebody's; what cannot be done is refused."""

    def __init__(self):
        self.editor = UserFactory(groups=["Editor"])
        self.author = AuthorFactory()
        self.companies = [CompanyFactory() for _n in range(2)]
        self.metric = MetricFactory(shelf_life_days=30)
        self.said = 0
        # Something to begin with: figures of two dates, quoted pinned and live.
        for number in range(4):
            self.publish(number, 4 - number)
            self.write(number, number % 3)

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        if not rows:
            raise ValidationError("There is none.")
        return rows[number % len(rows)]

    def fact(self, number, **kwargs):
        return self.pick(Fact.objects.filter(status="published", **kwargs), number)

    def task(self, number, **kwargs):
        return self.pick(ReviewTask.objects.open().filter(**kwargs), number)

    def day(self, number):
        return timezone.localdate() - datetime.timedelta(days=[0, 5, 20, 31, 60, 400][number])

    def amount(self):
        self.said += 1
        return self.said

    def publish(self, one, other):
        as_of = {"as_of": self.day(other), "as_of_precision": "day"} if other else {}
        fact = FactFactory(
            company=self.companies[one % 2],
            metric=self.metric,
            scope="" if one < 4 else "Europe",
            amount=self.amount(),
            draft=True,
            **as_of,
        )
        publishing.publish(fact, by=self.editor)

    def update(self, one, other):
        publishing.update(
            self.fact(one),
            by=self.editor,
            source=SourceFactory(),
            amount=self.amount(),
            as_of=self.day(other),
            as_of_precision="day",
        )

    def deprecate(self, one, _other):
        publishing.deprecate(self.fact(one), reason="A slip.", by=self.editor)

    def verify(self, one, _other):
        publishing.verify(self.fact(one), by=self.editor)

    def prefer(self, one, other):
        if other == 5:
            publishing.let_dates_decide(self.fact(one))
            return
        until = timezone.localdate() + datetime.timedelta(days=other)
        publishing.prefer(self.fact(one), until=until)

    def lose(self, one, _other):
        source = self.pick(Reference.objects.all(), one).source
        source.gone_since = None if source.gone_since else timezone.localdate()
        source.save()

    def cite(self, one, _other):
        ReferenceFactory(fact=self.fact(one))

    def write(self, one, other):
        fact = self.fact(one)
        words, pin = ("", "") if other == 0 else (f"words {other}", f"@{fact.public_id}")
        said = f"[{words}](fact:{fact.company.slug}/{fact.metric.key}{pin})"
        said += " It grew by 12 percent." if one % 2 else ""
        if other < 3 or not Article.objects.exists():
            ArticleFactory(body=said, authors=[self.author])
            return
        article = self.pick(Article.objects.all(), one)
        content = article_publishing.newest_content(article)
        content = content | {"body": said if other == 3 else f"{content['body']}\n\n{said}"}
        article_publishing.save_revision(article, content, by=self.editor)
        if other < 5:
            article_publishing.publish(article, by=self.editor)

    def archive(self, one, _other):
        article_publishing.archive(self.pick(Article.objects.all(), one), by=self.editor)

    def republish(self, one, _other):
        article_publishing.publish(self.pick(Article.objects.all(), one), by=self.editor)

    def hide(self, one, _other):
        company = self.companies[one % 2]
        company.is_public = not company.is_public
        company.save()

    def keep(self, one, _other):
        deciding.keep(self.task(one), by=self.editor)

    def snooze(self, one, other):
        until = timezone.localdate() + datetime.timedelta(days=other)
        deciding.snooze(self.task(one), until=until, by=self.editor)

    def answer(self, one, _other):
        deciding.verify(self.task(one, kind="stale"), by=self.editor)

    def tell_apart(self, one, _other):
        task = self.task(one, kind="contradiction")
        deciding.not_same(task, reason="One counts guests.", by=self.editor)

    def refresh(self, one, _other):
        deciding.refresh(self.task(one, article__isnull=False), words="other words", by=self.editor)


def open_tasks():
    columns = ("kind", "target", "evidence", "article", "fact", "other", "source")
    return sorted(ReviewTask.objects.open().values_list(*columns), key=str)


class OpenTasks(HypothesisTestCase):
    # To shrink a newsroom's week takes minutes, and it is short enough to read.
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(STEPS)
    def test_open_tasks_after_any_events_are_those_of_a_rebuild(self, steps):
        newsroom = Newsroom()
        for step, one, other in steps:
            with (
                TestCase.captureOnCommitCallbacks(execute=True),
                suppress(ValidationError),
            ):
                getattr(newsroom, step)(one, other)
        kept_up = open_tasks()
        raising.rebuild()
        assert open_tasks() == kept_up
        ReviewTask.objects.open().delete()
        raising.rebuild()
        assert open_tasks() == kept_up

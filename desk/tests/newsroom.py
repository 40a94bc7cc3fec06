"""Those who work on figures and articles, for tests of what they do in any order."""

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing as article_publishing
from articles.factories import ArticleFactory, AuthorFactory, named
from articles.models import Article
from companies.factories import CompanyFactory
from desk import actions
from desk.models import ReviewTask
from facts import publishing
from facts.exchange.csv_lines import read
from facts.exchange.importing import import_facts
from facts.factories import FactFactory, MetricFactory, ReferenceFactory, SourceFactory
from facts.models import Fact, Reference

HEADER = "id,company,metric,scope,value,as_of,source_title"


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
            publishing.end_preference(self.fact(one), by=self.editor, reason="Settled.")
            return
        until = timezone.localdate() + datetime.timedelta(days=other)
        publishing.prefer(self.fact(one), until=until, by=self.editor, reason="A better count.")

    def lose(self, one, _other):
        source = self.pick(Reference.objects.all(), one).source
        source.gone_since = None if source.gone_since else timezone.localdate()
        source.save()

    def rename(self, one, other):
        source = self.pick(Reference.objects.all(), one).source
        source.title = f"Letter {other}"
        source.save()

    def cite(self, one, _other):
        ReferenceFactory(fact=self.fact(one))

    def load(self, one, other):
        """A file with a new figure and, now and then, one that says something else of an old."""
        fact = self.fact(one)
        lines = [HEADER, self.row(fact, self.amount(), other)]
        if other % 2:
            lines.append(self.row(fact, self.amount(), other, fact.public_id))
        outcome = import_facts(
            read("\n".join(lines)), by=self.editor, publish=other < 4, reason="Counted anew."
        )
        assert bool(outcome.errors) == bool(other % 2)

    def row(self, fact, amount, other, public_id=""):
        day = self.day(other) if other else ""
        named = (fact.company.slug, fact.metric.key, fact.scope)
        return f"{public_id},{','.join(named)},{amount},{day},A letter"

    def write(self, one, other):
        fact = self.fact(one)
        words, pin = ("", "") if other == 0 else (f"words {other}", f"@{fact.public_id}")
        said = f"[{words}](fact:{fact.company.slug}/{fact.metric.key}{pin})"
        said += " It grew by 12 percent." if one % 2 else ""
        if other < 3 or not Article.objects.exists():
            kind = ("story", "list")[one % 2]
            ArticleFactory(kind=kind, body=said, authors=[self.author])
            return
        article = self.pick(Article.objects.all(), one)
        content = article_publishing.newest_content(article)
        content = content | {"body": said if other == 3 else f"{content['body']}\n\n{said}"}
        article_publishing.save_revision(article, content, by=self.editor)
        if other < 5:
            article_publishing.publish(article, by=self.editor, change=named(article))

    def withdraw(self, one, _other):
        article_publishing.withdraw(self.pick(Article.objects.all(), one), by=self.editor)

    def republish(self, one, _other):
        article = self.pick(Article.objects.all(), one)
        article_publishing.publish(article, by=self.editor, change=named(article))

    def hide(self, one, _other):
        company = self.companies[one % 2]
        company.is_public = not company.is_public
        company.save()

    def keep(self, one, _other):
        actions.keep(self.task(one), by=self.editor)

    def snooze(self, one, other):
        until = timezone.localdate() + datetime.timedelta(days=other)
        actions.snooze(self.task(one), until=until, by=self.editor)

    def answer(self, one, _other):
        actions.verify(self.task(one, kind="stale"), by=self.editor)

    def tell_apart(self, one, _other):
        task = self.task(one, kind="contradiction")
        actions.not_same(task, reason="One counts guests.", by=self.editor)

    def refresh(self, one, _other):
        actions.refresh(self.task(one, article__isnull=False), words="other words", by=self.editor)

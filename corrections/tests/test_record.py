"""Random weeks of a newsroom: the log says what readers saw, each time that it changed."""

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
from articles import publishing as texts
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import Article
from articles.publishing import shown, snapshots
from articles.publishing.changes import differences
from companies.factories import CompanyFactory
from corrections.models import Correction
from corrections.publishing import NOTE, publish_correction, redact, withdraw
from desk import actions, sync
from desk.models import ReviewTask
from facts import publishing as facts
from facts.factories import FactFactory, SourceFactory
from facts.models import Fact

KINDS = ("correction", "clarification", "update", "minor", "retraction", "reinstatement")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("update", "update", "wrong", "prefer", "unprefer", "verify", "hide"),
                *("write", "write", "restore", "refresh", "take_down", "back", "black_out"),
            ]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=8,
    max_size=14,
)


class Newsroom:
    def __init__(self):
        self.editor = UserFactory(is_superuser=True)
        self.said = 10
        self.company = CompanyFactory()
        self.fact = FactFactory(company=self.company, amount=10)
        place = f"fact:{self.company.slug}/{self.fact.metric.key}"
        bodies = [
            f"It has []({place}) users. It is big.",
            f"It had [ten]({place}@{self.fact.public_id}) users. It is old.",
        ]
        for kind, body in zip(("story", "list"), bodies, strict=True):
            article = ArticleFactory(draft=True, kind=kind, body=body, authors=[AuthorFactory()])
            texts.publish(article, by=self.editor)

    def article(self, one):
        return Article.objects.order_by("pk")[one % 2]

    def facts(self):
        return list(Fact.objects.filter(status="published").order_by("pk"))

    def pick(self, one):
        found = self.facts()
        return found[one % len(found)]

    def update(self, one, other):
        self.said += 1
        day = timezone.localdate() - datetime.timedelta(days=other * 30)
        new = {"amount": self.said, "as_of": day, "as_of_precision": "day"}
        facts.update(self.pick(one), by=self.editor, source=SourceFactory(), **new)

    def wrong(self, one, _other):
        facts.deprecate(self.pick(one), reason="Misread.", by=self.editor)

    def prefer(self, one, other):
        until = timezone.localdate() + datetime.timedelta(days=other)
        facts.prefer(self.pick(one), until=until, by=self.editor, reason="Audited.")

    def unprefer(self, one, _other):
        facts.end_preference(self.pick(one), by=self.editor)

    def verify(self, one, _other):
        facts.verify(self.pick(one), by=self.editor)

    def hide(self, _one, _other):
        self.company.refresh_from_db()
        self.company.is_public = not self.company.is_public
        self.company.save()

    def write(self, one, other):
        article = self.article(one)
        self.said += 1
        added = "" if other == 5 else f" It is said {'once' if other else self.said}."
        content = texts.newest_content(article)
        content = content | {"body": content["body"].partition(" It is said")[0] + added}
        texts.save_revision(article, content, by=self.editor)
        if other != 4:
            self.publish(article, other)

    def restore(self, one, other):
        article = self.article(one)
        texts.restore(article.revisions.order_by("number").first(), by=self.editor)
        self.publish(article, other)

    def publish(self, article, other):
        kind = KINDS[other]
        if other == 0:
            texts.publish(article, by=self.editor)
        else:
            publish_correction(article, kind=kind, note="A note.", by=self.editor)

    def refresh(self, one, _other):
        sync.rebuild()
        tasks = ReviewTask.objects.open().filter(kind__in=actions.ABOUT_WORDS)
        if task := tasks.order_by("pk").first():
            actions.refresh(task, words="so many", by=self.editor)

    def take_down(self, one, _other):
        withdraw(self.article(one), note="It is looked at.", by=self.editor)

    def back(self, one, _other):
        publish_correction(self.article(one), kind="reinstatement", note="It is.", by=self.editor)

    def black_out(self, one, other):
        rows = list(Correction.objects.order_by("pk"))
        index = NOTE if other == 5 else 0
        redact(rows[one % len(rows)], index, reason="Private.", by=self.editor) if rows else None


def on_the_page() -> dict:
    """What a reader's page says of each article that is shown, rendered anew."""
    return {
        article.pk: shown.read_content(snapshots.of(article))[0]
        for article in Article.objects.published()
    }


def logged() -> dict:
    rows = Correction.objects.order_by("pk")
    return {row.pk: (row.kind, row.note, row.changes, row.published_at) for row in rows}


@pytest.mark.long
class RandomWeeks(HypothesisTestCase):
    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(STEPS)
    def test_log_says_what_readers_saw_each_time_that_it_changed(self, steps):
        with TestCase.captureOnCommitCallbacks(execute=True):
            newsroom = Newsroom()
        seen, log = on_the_page(), logged()
        for step, one, other in steps:
            with TestCase.captureOnCommitCallbacks(execute=True), suppress(ValidationError):
                getattr(newsroom, step)(one, other)
            self.check_log(log)
            self.check_pages(step, seen, log)
            seen, log = seen | on_the_page(), logged()

    def check_log(self, before):
        """No row is ever lost, and none says anything else."""
        now = logged()
        assert {pk: now.get(pk) for pk in before} == before

    def check_pages(self, step, seen, log):
        for pk, sentences in on_the_page().items():
            version = Article.objects.get(pk=pk).versions.newest()
            assert version.sentences == sentences
            rows = Correction.objects.filter(article=pk).exclude(pk__in=log).exclude(changes=[])
            changes = [row.changes for row in rows]
            if seen[pk] == sentences:
                assert changes == []
            elif version.change != "minor":
                assert changes == [differences(seen[pk], sentences)]
            else:
                # What a closed profile takes out of a text is no correction of it.
                assert step in ("hide", "write", "restore")
                assert changes == []

"""Random weeks of a newsroom: what readers saw changes only on record, and no record is lost."""

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, TestCase
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from articles.factories import ArticleFactory
from articles.models import Article, Version
from articles.publishing import newest_content, publish, save_revision
from articles.publishing.changes import differences
from companies import merging
from companies.models import Company
from core.taskqueue.testing import run_tasks
from corrections.models import Correction
from corrections.publishing import publish_correction, redact, withdraw
from corrections.tests.test_profiles import save_company
from desk.models import ReviewTask
from desk.tests.newsroom import Newsroom
from facts.factories import FactFactory
from facts.models import Fact
from facts.reading.records import Record
from facts.rules.history import replay, standing_of

pytestmark = pytest.mark.django_db

SOME = st.integers(0, 5)
# In the rule of a list whose companies stand in our order.
BY_US = "ordered by us"
FIGURE = re.compile(r'<a class="fact" href="/facts/(\w+)/">([^<]+)</a>')
DESCRIPTION = re.compile(r'<p class="standfirst" dir="auto">([^<]*)</p>')
ORDERS = ["largest", "hand", "hand", "name", "smallest", "hand"]
# What may leave a row of a profile.
OF_PROFILES = {"update", "deprecate", "load", "merge", "describe"}
KINDS = ["correction", "clarification", "update", "minor", "retraction", "reinstatement"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("publish", "update", "update", "deprecate", "deprecate", "prefer", "verify"),
                *("load", "rename", "hide", "tell_apart", "refresh", "merge"),
                *("assemble", "assemble", "describe"),
                *("write", "write", "amend", "amend", "amend", "withdraw", "redact"),
            ]
        ),
        SOME,
        SOME,
    ),
    min_size=6,
    max_size=14,
)


class Desk(Newsroom):
    """The newsroom, with all that is done to an article once readers have seen it."""

    def __init__(self):
        super().__init__()
        self.twins = [FactFactory(metric=self.metric, amount=self.amount()) for _n in range(2)]
        for fact in self.twins:
            address = f"fact:{fact.company.slug}/{fact.metric.key}"
            ArticleFactory(body=f"It has []({address}) now.", authors=[self.author])
        self.ranked = ArticleFactory(kind="list", authors=[self.author], draft=True)
        self.rank(0, [company.pk for company in self.companies])
        publish(self.ranked, by=self.editor)
        self.client = Client()
        self.client.force_login(self.editor)

    def rank(self, one, companies):
        asked = {"technology": None, "industry": None, "metric": self.metric.pk, "basis": "All."}
        entries = [{"company": pk, "heading": "", "blurb": ""} for pk in companies]
        ranking = asked | {"order": ORDERS[one], "limit": 2 + one % 3}
        content = newest_content(self.ranked) | {"entries": entries, "ranking": ranking}
        save_revision(self.ranked, content, by=self.editor)

    def assemble(self, one, other):
        """A list by another rule, or of its companies in another order."""
        before = newest_content(self.ranked)
        companies = [entry["company"] for entry in before["entries"]]
        if ORDERS[one] == before["ranking"]["order"] == "hand":
            companies.reverse()
        self.rank(one, companies)
        publish_correction(self.ranked, kind=KINDS[other % 3], note="Otherwise.", by=self.editor)

    def describe(self, one, other):
        """At the desk, as it asks what the change is."""
        company = self.companies[one % 2]
        company.refresh_from_db()
        change = {"change_kind": KINDS[other % 3], "change_note": "It was not so."}
        description = f"It is {self.amount()} years old."
        answer = save_company(self.client, company, description=description, **change)
        assert answer.status_code == 302
        company.refresh_from_db()

    def merge(self, one, _other):
        """Two profiles of one company, of which the other has figures of its own."""
        if not self.twins:
            raise ValidationError("There is none.")
        twin = self.twins.pop().company
        merging.merge(twin, self.companies[one % 2], by=self.editor, reason="One company.")

    def amend(self, one, other):
        article = self.pick(Article.objects.once_public(), one)
        content = newest_content(article)
        self.said += 1
        body = f"{content['body']} There are {self.said} of them." if other else "It is not so."
        save_revision(article, content | {"body": body}, by=self.editor)
        publish_correction(article, kind=KINDS[other], note="It is otherwise.", by=self.editor)

    def withdraw(self, one, _other):
        withdraw(self.pick(Article.objects.once_public(), one), note="Gone.", by=self.editor)

    def redact(self, one, other):
        row = self.pick(Correction.objects.all(), one)
        redact(row, other if other else "note", reason="A name.", by=self.editor)


class Said(HTMLParser):
    """The words of an article's page that are the article's own, without the marks beside them."""

    OWN = {"standfirst", "prose", "basis"}
    BESIDE = {"as-of", "newer", "flag", "rank"}

    def __init__(self, html):
        super().__init__()
        self.words, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag not in ("br", "hr", "img", "input", "link", "meta", "wbr"):
            self.open.append((tag, set((dict(attributes).get("class") or "").split())))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        classes = set().union(*(names for _tag, names in self.open))
        tags = {tag for tag, _names in self.open}
        is_own = "h1" in tags or classes & self.OWN
        if "entry" in classes:
            # Entries have no words of ours here, and others than we may order them.
            is_own = "h2" in tags and any(BY_US in said for said in self.words)
        elif "basis" in classes:
            is_own = "b" not in tags
        if is_own and not classes & self.BESIDE:
            self.words.append(data)


def words(text) -> str:
    """What is compared: without the dates and marks that plain text has in brackets."""
    return " ".join(re.findall(r"\w+", re.sub(r"\([^)]*\)", " ", text)))


def own(sentences) -> list[str]:
    """What is compared of a version: figures may place a list's companies, or leave them out."""
    for number, sentence in enumerate(sentences):
        if sentence.startswith("Companies, ") and BY_US not in sentence:
            return sentences[: number + 1]
    return sentences


def pages() -> dict:
    """What readers are shown now, by the key of the article."""
    client = Client()
    answers = {
        article.pk: client.get(article.get_absolute_url())
        for article in Article.objects.once_public()
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 410}
    return {
        pk: words(" ".join(Said(answer.text).words))
        for pk, answer in answers.items()
        if answer.status_code == 200
    }


def kept() -> dict:
    """What each version of an article says, in order, by the key of the article."""
    found = defaultdict(list)
    for version in Version.objects.seen().order_by("pk"):
        found[version.article_id].append(words(" ".join(own(version.sentences))))
    return found


@dataclass
class Profiles:
    """What readers are shown on them now: figures by their ids, and the descriptions."""

    figures: dict
    descriptions: set

    @classmethod
    def read(cls):
        figures, descriptions = {}, set()
        for company in Company.objects.visible():
            page = Client().get(company.get_absolute_url()).text.partition('id="corrections"')[0]
            figures |= dict(FIGURE.findall(page))
            descriptions.add(DESCRIPTION.search(page)[1])
        published = Fact.objects.filter(status="published", company__is_public=True)
        assert figures.keys() == set(published.values_list("public_id", flat=True))
        return cls(figures, descriptions)


def log() -> dict:
    """All that a row says but its profile, which may be merged into another."""
    names = ("pk", "kind", "note", "changes", "article", "published_at", "fact_before__public_id")
    rows = Correction.objects.values(*names)
    return {row.pop("pk"): row for row in rows}


def are_in_order(said, versions) -> bool:
    rest = iter(versions)
    return all(one in rest for one in said)


def newest_versions() -> dict:
    return dict(Version.objects.seen().order_by("pk").values_list("article", "pk"))


class RecordOfRandomWeeks(HypothesisTestCase):
    # To shrink a newsroom's week takes minutes, and it is short enough to read.
    @settings(
        max_examples=11 if connection.vendor == "sqlite" else 3,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @example([("merge", 0, 0), ("merge", 1, 0), ("update", 1, 1), ("deprecate", 4, 0)])
    @example(
        [
            *(("describe", 0, 0), ("describe", 0, 1), ("deprecate", 0, 0), ("assemble", 1, 2)),
            *(("assemble", 2, 0), ("assemble", 0, 1), ("update", 1, 0), ("hide", 0, 0)),
        ]
    )
    @given(STEPS)
    def test_each_change_of_what_readers_saw_is_on_record_for_good(self, steps):
        with TestCase.captureOnCommitCallbacks(execute=True):
            desk = Desk()
        shown, rows, versions = pages(), log(), newest_versions()
        for step in steps:
            profiles = Profiles.read() if step[0] in OF_PROFILES else None
            self.take(desk, *step)
            shown_now, rows_now, versions_now = pages(), log(), newest_versions()
            assert rows.items() <= rows_now.items(), step
            new = [rows_now[pk] for pk in rows_now.keys() - rows.keys()]
            self.check_new_rows(shown, new, step)
            self.check_profiles(profiles, [row for row in new if row["article"] is None], step)
            for article in shown.keys() & shown_now.keys():
                was, now = versions.get(article), versions_now.get(article)
                if was == now:
                    assert shown[article] == shown_now[article], step
                else:
                    self.check_version(was, now, shown_now[article], new, step)
            shown, rows, versions = shown_now, rows_now, versions_now
        self.check_events()
        self.check_disputes()
        self.check_log_is_shown(rows)

    @settings(
        max_examples=3,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @example([("update", 0, 0), ("update", 0, 1), ("deprecate", 0, 0), ("hide", 0, 0)])
    @example([("update", 4, 0), ("update", 5, 1), ("merge", 0, 0), ("update", 1, 1)])
    @example([("prefer", 0, 0), ("prefer", 1, 0), ("load", 0, 0), ("withdraw", 0, 0)])
    @given(STEPS)
    def test_what_readers_saw_while_no_worker_came_is_on_record(self, steps):
        with TestCase.captureOnCommitCallbacks(execute=True):
            desk = Desk()
        backend = {"BACKEND": "core.taskqueue.backend.QueueBackend"}
        seen = defaultdict(list)
        with self.settings(TASKS={"default": django_settings.TASKS["default"] | backend}):
            for step in [None, *steps]:
                if step:
                    self.take(desk, *step)
                for article, page in pages().items():
                    if seen[article][-1:] != [page]:
                        seen[article].append(page)
            run_tasks()
        versions = kept()
        for article, said in seen.items():
            if len(said) > 1:
                assert are_in_order(said, versions[article]), (said, versions[article])

    def take(self, desk, step, one, other):
        with TestCase.captureOnCommitCallbacks(execute=True), suppress(ValidationError):
            getattr(desk, step)(one, other)

    def check_new_rows(self, shown, new, step):
        for row in new:
            if page := shown.get(row["article"]):
                for change in row["changes"]:
                    assert words(change["before"].strip("… ")) in page, (step, row, page)

    def check_profiles(self, profiles, new, step):
        """Of what a profile says otherwise, it said what the row tells; none is of another step."""
        for row in new:
            [change] = row["changes"]
            figure = row["fact_before__public_id"]
            if figure is None:
                assert change["before"] in profiles.descriptions, (step, row)
            elif figure in profiles.figures:
                assert f": {profiles.figures[figure]} (" in change["before"], (step, row)

    def check_version(self, was, now, page, new, step):
        """It says what the page says, and a row tells each sentence that differs."""
        now = Version.objects.get(pk=now)
        assert words(" ".join(own(now.sentences))) == page, step
        told = [row["changes"] for row in new if row["article"] == now.article_id]
        told = [changes for changes in told if changes]
        if was is None or now.change == "minor":
            # What a closed profile takes out of a text is no correction of it.
            assert told == [] or was is None, step
        else:
            former = Version.objects.get(pk=was)
            assert told == [differences(former.sentences, now.sentences)], step

    def check_events(self):
        for fact in Fact.objects.filter(status="published"):
            assert replay(fact.events.all()) == standing_of(fact)

    def check_disputes(self):
        """What the desk is asked to decide is what readers are shown as disputed."""
        asked = ReviewTask.objects.open().filter(
            kind="contradiction", fact__company__is_public=True
        )
        at_the_desk = {pk for pair in asked.values_list("fact", "other") for pk in pair}
        public = Fact.objects.filter(status="published", company__is_public=True)
        to_readers = {fact.pk for fact in public if Record.load(fact.pk).rivals}
        assert to_readers == at_the_desk

    def check_log_is_shown(self, rows):
        client, url, listed = Client(), "/corrections/", set()
        while url:
            response = client.get(url)
            listed |= {int(pk) for pk in re.findall(r'id="correction-(\d+)"', response.text)}
            url = response.context["page"].older_url
        assert listed == rows.keys()

"""A publication of any size, for measuring: a million articles in minutes.

A few hundred texts are made and rendered as the desk would; from these the database itself writes
the rows (`INSERT … SELECT`), in the same words on SQLite and PostgreSQL. Every number below is
drawn from the row's own, so two runs of one size make the same publication.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import gcd

from django.core.management.color import no_style
from django.db import connection, transaction

from articles.models import Article, Author, Byline, ListEntry, Listing, Revision, Section, Topic
from articles.publishing.snapshots import of as snapshot_of
from audience.models import Audience
from bench import bulk_search as search
from bench import bulk_texts as texts
from bench.bulk_sql import (
    day,
    insert,
    mod,
    moment,
    numbers,
    pick,
    skew,
    temporary,
    without_indexes,
)
from comments.models import Comment, Discussion
from companies.models import Company, Industry, Technology
from core.pagestore import changed
from demo.publication import read_stories
from facts.models import Fact, FactEvent, Metric, Reference, Source, TechUse, TechUseReference

PREFIX = "bulk-"
CHUNK = 200_000
DAY = 24 * 3600
TEN_YEARS = 3652 * DAY
FACTS_PER_COMPANY = 20
USES_PER_COMPANY = 3
LIST_ENTRIES = 5
REVISED = 200
TOPICS, AUTHORS = 200, 100
NAMED = {Section: 8, Topic: TOPICS, Author: AUTHORS, Industry: 20, Technology: 60}

LARGE = (Article, Article.topics.through, Article.companies.through, Byline, Listing, Comment)


class Refused(Exception):
    """Said in one line to whoever ran the command."""


@dataclass(frozen=True)
class Size:
    articles: int
    companies: int
    comments: int
    facts: int

    @property
    def unpublished(self) -> int:
        """The newest few are scheduled, drafts, in review and archived in turn."""
        return min(self.articles, max(4, self.articles // 1000))

    @property
    def old_articles(self) -> int:
        return self.articles - self.unpublished

    @property
    def discussions(self) -> int:
        return (self.old_articles + 1) // 2

    @property
    def company_discussions(self) -> int:
        return (self.companies + 9) // 10

    @property
    def facts_per_company(self) -> int:
        return max(1, self.facts // max(1, self.companies))


def refuse_second_run():
    if Article.objects.filter(slug__startswith=PREFIX).exists() or (
        Company.objects.filter(slug__startswith=PREFIX).exists()
    ):
        raise Refused("There are rows of a former seed_bulk already: use an empty database.")


def holds_only_the_demo() -> bool:
    demo = {slug for slug, _front, _body in read_stories()}
    return not Article.objects.exclude(slug__in=demo).exists()


def seed(size: Size, *, with_search: bool = True, tell: Callable[[str], None] = print) -> dict:
    """Everything, in one transaction. Answers how many rows it made of each kind."""
    refuse_second_run()
    with transaction.atomic():
        made = _Seed(size, with_search, tell).run()
        changed("site")
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tell(f"statistics: {time.monotonic() - started:.0f} s")
    return made


class _Seed:
    def __init__(self, size, with_search, tell):
        self.size, self.with_search, self.tell = size, with_search, tell
        self.now = int(time.time())
        self.start = self.now - TEN_YEARS
        self.first: dict = {}

    def run(self) -> dict:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Checked statement by statement: millions of checks are not left for the end.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tables = [*LARGE, *(search.LARGE if self.with_search else ())]
        made = {"names": self._told("names", self.names)}
        for name in ("companies", "facts", "technology uses"):
            made[name] = self._told(name, getattr(self, name.replace(" ", "_")))
        with without_indexes([model._meta.db_table for model in tables], self.tell):
            for name in ("articles", "discussions", "comments"):
                made[name] = self._told(name, getattr(self, name))
            if self.with_search:
                made["search entries"] = self._told("search entries", self.search_entries)
        made["revisions"] = self._told("revisions", self.revisions)
        self._reset_sequences()
        return made

    def _told(self, name, work) -> int:
        started = time.monotonic()
        made = work()
        self.tell(f"{name}: {made:,} in {time.monotonic() - started:.0f} s")
        return made

    def base(self, model) -> int:
        """The id before the first of ours."""
        if model not in self.first:
            newest = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
            self.first[model] = newest or 0
        return self.first[model]

    def insert(self, model, total, source="", *, where="", **columns) -> int:
        """One row for each number up to `total`, a chunk at a time; `{n}` is the number."""
        made = 0
        for low in range(1, total + 1, CHUNK):
            rows = numbers(low, min(low + CHUNK - 1, total))
            made += insert(model, f"{rows} {source}", where, columns)
        return made

    def own(self, model, index) -> str:
        """The id of our row of that index, counted from 0."""
        return f"{self.base(model) + 1} + {index}"

    # What everything hangs on

    def names(self) -> int:
        made = 0
        for model, number in NAMED.items():
            kind, base = model._meta.model_name, self.base(model)
            rows = [
                model(
                    pk=base + place,
                    name=name,
                    slug=f"{PREFIX}{kind}-{place}",
                    **texts.details(kind, place),
                )
                for place, name in enumerate(texts.names(kind, number), 1)
            ]
            made += len(model.objects.bulk_create(rows))
        base = self.base(Metric)
        metrics = [
            Metric(pk=base + place, key=f"{PREFIX}{row['key']}", **row["rest"])
            for place, row in enumerate(texts.METRICS, 1)
        ]
        return made + len(Metric.objects.bulk_create(metrics))

    def companies(self) -> int:
        base, total = self.base(Company), self.size.companies
        with temporary("bulk_name", texts.company_names()) as names:
            return self.insert(
                Company,
                total,
                f"JOIN bulk_name t ON t.i = {mod('s.n', names)}",
                id=f"{base} + s.n",
                name="t.name || ' ' || s.n",
                slug=f"'{PREFIX}' || s.n",
                description="t.description",
                country="t.country",
                founded=f"1950 + {pick('s.n', 1, 70)}",
                industry_id=self.own(Industry, pick("s.n", 2, NAMED[Industry])),
                website="'https://company.example/' || s.n",
                is_public=f"{mod('s.n', 50)} <> 49",
            )

    def facts(self) -> int:
        size, per = self.size, self.size.facts_per_company
        total = per * size.companies
        if not total:
            return 0
        sources = max(2, total // 4)
        self._sources(sources + 1)
        place, metrics = mod("(s.n - 1)", per), len(texts.METRICS)
        metric, generation = mod(place, metrics), f"({place} / {metrics})"
        age = f"({(per - 1) // metrics} - {generation}) * 300 + 100 + {pick('s.n', 1, 200)}"
        is_wrong = f"{mod('s.n', 40)} = 3 AND {place} <> 0"
        is_open, is_text = f"{place} = 5", f"{metric} = {metrics - 1}"
        amount = f"(1000 + {pick('s.n', 2, 900_000)}) * 1000"
        is_preferred = f"{place} = 0 AND {mod(f'(s.n / {per})', 5)} = 0"
        made = self.insert(
            Fact,
            total,
            id=f"{self.base(Fact)} + s.n",
            public_id="'b0' || s.n",
            company_id=self.own(Company, f"(s.n - 1) / {per}"),
            metric_id=self.own(Metric, metric),
            amount=f"CASE WHEN {is_text} THEN NULL ELSE {amount} END",
            text=f"CASE WHEN {is_text} THEN 'Plan number ' || s.n ELSE '' END",
            as_of=f"CASE WHEN {is_open} THEN NULL ELSE {day(f'{self.now // DAY} - ({age})')} END",
            as_of_precision=f"CASE WHEN {is_open} THEN 'unknown' ELSE 'day' END",
            basis=f"CASE {mod('s.n', 5)} WHEN 1 THEN 'self' WHEN 2 THEN 'estimated'"
            " ELSE 'reported' END",
            comparator=f"CASE {mod('s.n', 7)} WHEN 1 THEN 'about' WHEN 2 THEN 'gte' ELSE 'eq' END",
            rank=f"CASE WHEN {is_wrong} THEN 'deprecated' WHEN {is_preferred} THEN 'preferred'"
            " ELSE 'normal' END",
            preferred_until=f"CASE WHEN {is_preferred} THEN {day(f'{self.now // DAY} + 60')} END",
            deprecated_reason=f"CASE WHEN {is_wrong} THEN 'The source withdrew it.' ELSE '' END",
            status=f"CASE WHEN {mod('s.n', 61)} = 7 THEN 'draft' ELSE 'published' END",
            published_at=moment(f"{self.now} - ({age}) * {DAY // 2}"),
        )
        for step in (0, 1):
            self.insert(
                Reference,
                total,
                where=f"{step} = 0 OR {mod('s.n', 5)} = 0",
                fact_id=f"{self.base(Fact)} + s.n",
                source_id=f"{self.base(Source) + 1 + step} + {mod('(s.n - 1)', sources)}",
                quote="'Quarterly figures, line ' || s.n",
                locator="'p. ' || s.n",
            )
        self._events()
        return made

    def _events(self):
        """What tells how each published figure stands."""
        published = f"f.id > {self.base(Fact)} AND f.status = 'published'"
        for kind, where, columns in (
            ("published", "1 = 1", {"at": "f.published_at"}),
            ("preferred", "f.rank = 'preferred'", {"until": "f.preferred_until"}),
            ("withdrawn", "f.rank = 'deprecated'", {"reason": "f.deprecated_reason"}),
        ):
            told = {"fact_id": "f.id", "kind": f"'{kind}'", "at": "f.saved_at"} | columns
            insert(FactEvent, f"{Fact._meta.db_table} f", f"{published} AND {where}", told)

    def _sources(self, total):
        self.insert(
            Source,
            total,
            id=f"{self.base(Source)} + s.n",
            title="'Report number ' || s.n",
            publisher=f"'The Daily Example ' || {mod('s.n', 40)}",
            kind=f"CASE {mod('s.n', 4)} WHEN 0 THEN 'filing' WHEN 1 THEN 'company'"
            " ELSE 'press' END",
            url="'https://press.example/bulk/' || s.n",
            published_on=day(f"{self.start // DAY} + {mod('s.n', 3600)}"),
            published_precision="'day'",
        )

    def technology_uses(self) -> int:
        total = self.size.companies * USES_PER_COMPANY
        if not total or not self.size.facts:
            return 0
        made = self.insert(
            TechUse,
            total,
            id=f"{self.base(TechUse)} + s.n",
            company_id=self.own(Company, f"(s.n - 1) / {USES_PER_COMPANY}"),
            technology_id=self.own(Technology, skew("s.n", 3, NAMED[Technology])),
            layer=f"CASE {mod('s.n', 3)} WHEN 0 THEN 'web' WHEN 1 THEN 'data' ELSE 'infra' END",
            purpose="'Service number ' || s.n",
            since=f"2000 + {pick('s.n', 4, 20)}",
        )
        self.insert(
            TechUseReference,
            total,
            tech_use_id=f"{self.base(TechUse)} + s.n",
            source_id=self.own(Source, mod("s.n", 2)),
        )
        return made

    # Articles and what is linked to them

    def articles(self) -> int:
        size = self.size
        bodies = texts.bodies(min(300, max(8, size.articles // 100)), self._figure_addresses())
        self.titles, self.bodies = texts.titles(), bodies
        with temporary("bulk_title", self.titles) as t, temporary("bulk_body", bodies) as b:
            source = (
                f"JOIN bulk_title t ON t.i = {mod('s.n', t)} "
                f"JOIN bulk_body b ON b.i = {pick('s.n', 5, b)}"
            )
            made = self.insert(Article, size.articles, source, **self._article_columns())
        self._link_articles()
        self._list_articles()
        self.insert(
            Audience,
            size.old_articles,
            article_id=f"{self.base(Article)} + s.n",
            hearts=skew("s.n", 0, 500),
            views=f"{skew('s.n', 0, 20_000)} + {pick('s.n', 1, 200)}",
        )
        return made

    def _figure_addresses(self) -> list[str]:
        named = Fact.objects.current().filter(company__slug__startswith=PREFIX, rank="normal")
        pairs = named.order_by("pk").values_list("company__slug", "metric__key")[:40]
        return [f"{company}/{metric}" for company, metric in pairs]

    def _article_columns(self) -> dict:
        size = self.size
        turn = f"CASE WHEN s.n > {size.old_articles} THEN {mod('s.n', 4)} ELSE -1 END"
        seconds = self._published("s.n")
        ahead = f"{self.now} + ({size.articles} - s.n + 1) * 3600"
        shown = moment(f"CASE {turn} WHEN 0 THEN {ahead} ELSE {seconds} END")
        return {
            "id": f"{self.base(Article)} + s.n",
            "kind": f"CASE WHEN {mod('s.n', 200)} = 7 THEN 'list' ELSE 'story' END",
            "section_id": self.own(Section, skew("s.n", 4, NAMED[Section])),
            **{name: f"b.{name}" for name in ("body", *Article.RENDERED_FIELDS)},
            "title": "t.title || ', report ' || s.n",
            "slug": f"'{PREFIX}' || s.n",
            "standfirst": "t.standfirst",
            "related_ids": self._related(),
            "status": f"CASE {turn} WHEN 1 THEN 'draft' WHEN 2 THEN 'review'"
            " WHEN 3 THEN 'archived' ELSE 'published' END",
            "published_at": f"CASE WHEN {turn} IN (1, 2) THEN NULL ELSE {shown} END",
            "updated_at": f"CASE WHEN {turn} IN (1, 2) THEN NULL ELSE {shown} END",
            "created_at": moment(seconds),
            "saved_at": moment(seconds),
        }

    def _published(self, number) -> str:
        """The moment of an article as seconds: evenly over ten years, the last two hours ago."""
        return f"({self.start} + {number} * {TEN_YEARS - 7200} / {self.size.articles})"

    def _related(self) -> str:
        """Four later articles, as JSON: those that share something would take a query for each."""
        keys = " || ', ' || ".join(
            f"({self.base(Article)} + s.n + {ahead})" for ahead in (1, 2, 3, 5)
        )
        text = f"'[' || {keys} || ']'"
        return f"({text})::jsonb" if connection.vendor == "postgresql" else text

    def _list_articles(self):
        """What `Listing.objects.follow` would write."""
        links = {
            "topic_id": Article.topics.through,
            "author_id": Byline,
            "company_id": Article.companies.through,
        }
        for column, link in links.items():
            source = f"{link._meta.db_table} link JOIN articles_article a ON a.id = link.article_id"
            where = f"a.status = 'published' AND a.id > {self.base(Article)}"
            columns = {
                "article_id": "a.id",
                column: f"link.{column}",
                "published_at": "a.published_at",
            }
            insert(Listing, source, where, columns)

    def _link_articles(self):
        size, article = self.size, f"{self.base(Article)} + s.n"
        topics, companies = Article.topics.through, Article.companies.through
        # Ranges that do not meet: nothing is linked twice.
        for where, low, index in (
            ("", 0, skew("s.n", 0, 100)),
            ("", 100, pick("s.n", 1, 80)),
            (f"{mod('s.n', 2)} = 0", 180, pick("s.n", 2, 20)),
        ):
            topic = self.own(Topic, f"{low} + {index}")
            self.insert(topics, size.articles, where=where, article_id=article, topic_id=topic)
        for place, where in enumerate(("", f"{mod('s.n', 4)} = 0")):
            self.insert(
                Byline,
                size.articles,
                where=where,
                article_id=article,
                author_id=self.own(Author, f"{50 * place} + {pick('s.n', 3 + place, 50)}"),
                position=str(place),
            )
        half = size.companies // 2
        for where, low, index in (
            ("", 0, skew("s.n", 5, max(1, half))),
            (f"{mod('s.n', 3)} = 0", half, pick("s.n", 1, size.companies - half)),
        ):
            if size.companies >= LIST_ENTRIES:
                company = self.own(Company, f"{low} + {index}")
                self.insert(
                    companies, size.articles, where=where, article_id=article, company_id=company
                )
        self._list_entries()

    def _list_entries(self):
        lists, companies = (self.size.articles + 193) // 200, self.size.companies
        if companies < LIST_ENTRIES:
            return
        place = mod("(s.n - 1)", LIST_ENTRIES)
        number = f"((s.n - 1) / {LIST_ENTRIES})"
        blurb = "What it does, in the words of the people who pay for it."
        self.insert(
            ListEntry,
            lists * LIST_ENTRIES,
            article_id=self.own(Article, f"{number} * 200 + 6"),
            company_id=self.own(Company, mod(f"({number} * 7 + {place})", companies)),
            position=place,
            blurb=f"'{blurb}'",
            blurb_html=f"'<p>{blurb}</p>'",
        )

    def revisions(self) -> int:
        """The newest articles have a history of two."""
        newest = Article.objects.filter(slug__startswith=PREFIX).order_by("-pk")[:REVISED]
        revisions = []
        for article in newest:
            content, at = snapshot_of(article), article.published_at
            revisions += [
                Revision(article=article, number=1, content={**content, "standfirst": "Soon."}),
                Revision(article=article, number=2, content=content, published_at=at),
            ]
        made = len(Revision.objects.bulk_create(revisions))
        live = Article.objects.filter(pk__in=[article.pk for article in newest])
        live.filter(status=Article.Status.PUBLISHED).update(live_number=2)
        return made

    def _article_of(self, discussion) -> str:
        """The number of the article of a discussion: every second one, in no order."""
        total = max(1, self.size.old_articles)
        stride = next(step for step in count(7919) if gcd(step, total) == 1)
        return f"(1 + {mod(f'({discussion} * {stride})', total)})"

    def discussions(self) -> int:
        size, base = self.size, self.base(Discussion)
        made = self.insert(
            Discussion,
            size.discussions,
            id=f"{base} + s.n",
            article_id=f"{self.base(Article)} + {self._article_of('s.n')}",
        )
        return made + self.insert(
            Discussion,
            size.company_discussions,
            id=f"{base + size.discussions} + s.n",
            company_id=f"{self.base(Company)} + s.n",
        )

    def comments(self) -> int:
        size = self.size
        discussions = size.discussions + size.company_discussions
        if not discussions:
            return 0
        with temporary("bulk_remark", texts.remarks()) as remarks:
            # Four in a row belong together: a thread, perhaps another, and replies to the first.
            group, place = "((s.n - 1) / 4)", mod("(s.n - 1)", 4)
            discussion = f"(1 + {skew(group, 2, discussions)})"
            asked = (
                f"CASE WHEN {discussion} > {size.discussions} THEN {self.start}"
                f" ELSE {self._published(self._article_of(discussion))} END"
            )
            share = f"({pick(group, 3, 1000)} * {pick(group, 4, 1000)})"
            written = f"({asked} + ({self.now} - ({asked})) / 2 * {share} / 1000000 + {place} * 60)"
            return self.insert(
                Comment,
                size.comments,
                f"JOIN bulk_remark r ON r.i = {mod('s.n', remarks)}",
                **self._comment_columns(discussion, group, place, written),
            )

    def _comment_columns(self, discussion, group, place, written) -> dict:
        root = f"{self.base(Comment)} + s.n - {place}"
        is_reply = f"({place} = 2 OR ({place} = 3 AND {mod(group, 2)} = 0))"
        fate = mod("s.n", 250)
        is_shown = f"{fate} NOT IN (3, 7, 11)"
        is_correction, is_done = f"{mod('s.n', 10)} = 5", f"{mod('s.n', 20)} = 5"
        return {
            "id": f"{self.base(Comment)} + s.n",
            "public_id": "'b0' || s.n",
            "discussion_id": f"{self.base(Discussion)} + {discussion}",
            "thread_id": f"CASE WHEN {is_reply} THEN {root} END",
            "in_reply_to_id": f"CASE WHEN {is_reply} THEN {root} END",
            "kind": f"CASE {mod('s.n', 10)} WHEN 3 THEN 'question' WHEN 5 THEN 'correction'"
            " WHEN 7 THEN 'tip' ELSE 'note' END",
            "state": f"CASE {fate} WHEN 3 THEN 'pending' WHEN 7 THEN 'spam' WHEN 11 THEN 'rejected'"
            " WHEN 14 THEN 'removed' ELSE 'published' END",
            "reason": f"CASE WHEN {fate} = 3 THEN 'first' ELSE '' END",
            "course": f"CASE WHEN {is_done} THEN 'accepted' WHEN {is_correction} THEN 'open'"
            " ELSE '' END",
            "outcome": f"CASE WHEN {is_done} THEN 'You are right, it is put right.' ELSE '' END",
            "resolved_at": f"CASE WHEN {is_done} THEN {moment(f'{written} + 1200')} END",
            "name": "r.name",
            "body": "r.body",
            "body_html": "r.body_html",
            "published_at": f"CASE WHEN {is_shown} THEN {moment(written)} END",
            "created_at": moment(written),
            "saved_at": moment(written),
        }

    def search_entries(self) -> int:
        ours = (
            Company.objects.filter(slug__startswith=PREFIX),
            Technology.objects.filter(slug__startswith=f"{PREFIX}technology-"),
        )
        made = sum(search.index_each(rows) for rows in ours)
        with (
            temporary("bulk_title", self.titles) as titles,
            temporary("bulk_body", [{"body_text": row["body_text"]} for row in self.bodies]) as b,
        ):
            search.prepare()
            source = (
                f"JOIN bulk_title t ON t.i = {mod('s.n', titles)} "
                f"JOIN bulk_body b ON b.i = {pick('s.n', 5, b)}"
            )
            columns = search.article_columns(
                object_id=f"{self.base(Article)} + s.n", title="t.title || ', report ' || s.n"
            )
            return made + self.insert(search.IndexEntry, self.size.articles, source, **columns)

    def _reset_sequences(self):
        statements = connection.ops.sequence_reset_sql(no_style(), list(self.first))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

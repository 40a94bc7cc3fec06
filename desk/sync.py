"""Keep the open tasks in sync with `desk.rules`, after a change and from scratch."""

import logging
from collections import Counter
from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from audience.models import DailyViews
from companies.models import Company
from desk import rules
from desk.models import ReviewTask
from facts.models import Fact

logger = logging.getLogger(__name__)

COMPANIES_AT_ONCE = 200
ROWS_AT_ONCE = 500
# An arbitrary advisory lock id, held from comparing to the end of the transaction.
LOCK = 0x6465736B
# Fields of an open task that an update may change.
MOVING = ("evidence", "other_id", "source_id", "score")


def update(*, companies=(), articles=(), named=None) -> Counter:
    """Open the tasks due for these companies and articles, and close those no longer due.

    `named` has the rows whose words may have changed, by their name in `rules.NAMED`.

    Idempotent: it compares the current data with the open tasks.
    """
    counts = Counter()
    for chunk in _chunks(companies, COMPANIES_AT_ONCE):
        due = partial(rules.about_companies, chunk)
        counts += _settle(Q(fact__company__in=chunk), due)
    for chunk in _chunks(articles, ROWS_AT_ONCE):
        counts += _settle(Q(article__in=chunk), partial(rules.about_articles, chunk))
    for name, pks in (named or {}).items():
        for chunk in _chunks(pks, ROWS_AT_ONCE):
            scope = Q(kind=ReviewTask.Kind.RENAMED, **{f"{name}__in": chunk})
            counts += _settle(scope, partial(rules.about_named, name, chunk))
    return counts


def rebuild() -> Counter:
    """Update all tasks, covering what sends no signal: bulk writes and the passage of time."""
    counts = Counter()
    for chunk in _pages(Company.objects.all(), COMPANIES_AT_ONCE):
        counts += update(companies=chunk)
    asked = Q(status=Article.Status.PUBLISHED) & ~Q(naked_figures=[])
    asked |= Q(review_tasks__state=ReviewTask.State.OPEN)
    for chunk in _pages(Article.objects.filter(asked), ROWS_AT_ONCE):
        counts += update(articles=chunk)
    for name, model in rules.NAMED.items():
        for chunk in _pages(model.objects.filter(versions__isnull=False), ROWS_AT_ONCE):
            counts += update(named={name: chunk})
    return counts


def follow_views() -> Counter:
    """Reorder the open tasks that concern what was read today."""
    read = DailyViews.objects.filter(day=timezone.localdate()).values("article")
    open_tasks = ReviewTask.objects.open().order_by()
    about_it = open_tasks.filter(article__in=read).values_list("article", flat=True)
    quoted = Fact.objects.filter(uses__article__in=read).values("company")
    companies = open_tasks.filter(fact__company__in=quoted).values_list("fact__company", flat=True)
    return update(companies=set(companies), articles=set(about_it))


@transaction.atomic
def _settle(scope: Q, due) -> Counter:
    _wait_for_other_syncs()
    open_tasks = ReviewTask.objects.open().filter(scope).order_by()
    open_tasks = open_tasks.select_for_update(of=("self",))
    there = {(task.kind, task.target): task for task in open_tasks}
    wanted = _without_decided(scope, due())
    return +Counter(
        raised=_raise({key: one for key, one in wanted.items() if key not in there}),
        closed=_close([task for key, task in there.items() if key not in wanted]),
        moved=_move([(task, wanted[key]) for key, task in there.items() if key in wanted]),
    )


def _wait_for_other_syncs():
    """Serialize updates, so that an older reading never overwrites a newer one.

    SQLite serializes writing transactions itself.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _without_decided(scope, wanted) -> dict:
    """Leave out tasks that an editor decided, until the evidence changes."""
    if not wanted:
        return wanted
    decided = ReviewTask.objects.filter(scope, resolution__in=ReviewTask.STANDING).order_by()
    held = set(decided.values_list("kind", "target", "evidence"))
    return {key: one for key, one in wanted.items() if (*key, one.evidence) not in held}


def _raise(wanted) -> int:
    tasks = [
        ReviewTask(
            kind=kind,
            target=target,
            article_id=one.article,
            fact_id=one.fact,
            other_id=one.other,
            source_id=one.source,
            metric_id=one.metric,
            company_id=one.company,
            evidence=one.evidence,
            score=one.score,
        )
        for (kind, target), one in wanted.items()
    ]
    ReviewTask.objects.bulk_create(tasks, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    return len(tasks)


def _close(tasks) -> int:
    gone = {
        "state": ReviewTask.State.DONE,
        "resolution": ReviewTask.Resolution.SETTLED,
        "decided_by": None,
        "decided_at": timezone.now(),
        "snoozed_until": None,
    }
    for chunk in _chunks([task.pk for task in tasks], ROWS_AT_ONCE):
        ReviewTask.objects.filter(pk__in=chunk, state=ReviewTask.State.OPEN).update(**gone)
    return len(tasks)


def _move(pairs) -> int:
    moved = []
    for task, one in pairs:
        now = (one.evidence, one.other, one.source, one.score)
        if now == tuple(getattr(task, name) for name in MOVING):
            continue
        if task.evidence != one.evidence:
            # It was snoozed on other evidence.
            task.snoozed_until = task.decided_by = task.decided_at = None
            task.note = ""
        for name, value in zip(MOVING, now, strict=True):
            setattr(task, name, value)
        moved.append(task)
    fields = ["evidence", "other", "source", "score", "snoozed_until", "decided_by", "decided_at"]
    ReviewTask.objects.bulk_update(moved, [*fields, "note"], batch_size=ROWS_AT_ONCE)
    return len(moved)


def _chunks(pks, size):
    pks = sorted(pks)
    for start in range(0, len(pks), size):
        yield pks[start : start + size]


def _pages(rows, size):
    """Yield primary keys of all rows in batches, queried lazily."""
    last = 0
    pks = rows.order_by("pk").values_list("pk", flat=True).distinct()
    while page := list(pks.filter(pk__gt=last)[:size]):
        yield page
        last = page[-1]

"""One new value of a figure that a thousand articles quote, and a thousand show as it stands."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.factories import SectionFactory
from articles.models import Article, FactUse
from articles.publishing.quoting import rebuild
from core import prose
from core.taskqueue.models import Batch
from desk import sync
from desk.models import ReviewTask
from facts import publishing
from facts.factories import FactFactory, SourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.long]
# A second database says nothing more of so many.
MANY = 1000 if connection.vendor == "sqlite" else 100
ADDRESS = "spotify/paid-subscribers"
WRITTEN = ("body", "body_html", "body_text", "figures", "updated_at")


@pytest.fixture
def fact():
    return FactFactory(company__slug="spotify", metric__key="paid-subscribers", amount=75_000_000)


@pytest.fixture
def renders(monkeypatch):
    """How many texts have been rendered."""
    rendered = []
    render = prose.render
    monkeypatch.setattr(
        prose, "render", lambda *args, **kwargs: rendered.append(args) or render(*args, **kwargs)
    )
    return rendered


def make_articles(count, kind, link):
    """Published long ago; their rows as an import would leave them, then parsed."""
    section = SectionFactory()
    rows = Article.objects.bulk_create(
        Article(
            section=section,
            title=f"{kind} {number}",
            slug=f"{kind}-{number}",
            body=f"In number {number} it has {link} payers.",
            status=Article.Status.PUBLISHED,
            published_at=timezone.now() - datetime.timedelta(days=number + 1),
            updated_at=timezone.now() - datetime.timedelta(days=number + 1),
        )
        for number in range(count)
    )
    rebuild([row.pk for row in rows])
    return rows


def update(fact, by, amount):
    """What the request of an editor does; answers the successor and the number of queries."""
    source = SourceFactory()
    with CaptureQueriesContext(connection) as queries:
        newer = publishing.update(
            fact,
            by=by,
            source=source,
            amount=amount,
            as_of=datetime.date(2026, 6, 30),
            as_of_precision="month",
        )
    return newer, len(queries)


def written(rows):
    return list(
        Article.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values(*WRITTEN)
    )


def test_new_value_is_on_every_live_page_changes_no_pinned_byte_and_asks_once_for_each(
    client, fact, admin_user, queue
):
    live = make_articles(MANY, "live", f"[](fact:{ADDRESS})")
    pinned = make_articles(MANY, "pinned", f"[75 million](fact:{ADDRESS}@{fact.public_id})")
    queue()
    sync.rebuild()
    assert FactUse.objects.count() == 2 * MANY
    before = written(pinned)
    newer, _queries = update(fact, admin_user, 90_000_000)

    # Readers need not wait for any task.
    shown = '<data value="90000000">90 million</data>'
    for row in live[::10]:
        page = client.get(row.get_absolute_url()).content.decode()
        assert shown in page
        assert "75 million" not in page
    for row in (pinned[0], pinned[-1]):
        page = client.get(row.get_absolute_url()).content.decode()
        assert '<data value="75000000">75 million</data>' in page
        assert f'newer figure: <a class="fact" href="{newer.get_absolute_url()}">90' in page

    queue()
    assert written(pinned) == before
    tasks = ReviewTask.objects.filter(kind=ReviewTask.Kind.SUPERSEDED, state="open")
    assert tasks.count() == tasks.values("target").distinct().count() == MANY
    assert set(tasks.values_list("article", flat=True)) == {row.pk for row in pinned}
    texts = Article.objects.filter(
        pk__in=[row.pk for row in live], body_text__contains="90 million"
    )
    assert texts.count() == MANY
    batch = Batch.objects.get(reference=fact.batch_reference)
    assert batch.progress == {"total": MANY, "done": MANY, "failed": 0}
    found = client.get("/search/", {"q": "90 million"}).content.decode()
    assert "/articles/live-" in found
    assert "/articles/live-" not in client.get("/search/", {"q": "75 million"}).content.decode()


def test_editor_waits_as_long_for_few_articles_as_for_many(fact, admin_user, queue, renders):
    counts = []
    # The first asks what is remembered afterwards.
    fact, _count = update(fact, admin_user, 78_000_000)
    for size, amount in ((5, 80_000_000), (120, 90_000_000)):
        make_articles(size, f"live-{size}", f"[](fact:{ADDRESS})")
        link = f"[75 million](fact:{ADDRESS}@{fact.public_id})"
        make_articles(size, f"pinned-{size}", link)
        queue()
        del renders[:]
        fact, count = update(fact, admin_user, amount)
        assert renders == []
        counts.append(count)
    assert counts[0] == counts[1]
    queue()
    assert len(renders) == 125

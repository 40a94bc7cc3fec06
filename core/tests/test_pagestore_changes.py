"""Two processes' knowledge of one log, in random order: no page misses a change that was committed.

With real connections: transactions on PostgreSQL end in another order than they began.
"""

import json
import queue
import random
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import Change
from core.pagestore import changes, schedule
from core.pagestore.changes import changed
from core.pagestore.page import make_page
from core.tests.readers import StillStore

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [f"article:{number}" for number in range(4)]
PATHS = {f"/{number}/": set(random.Random(number).sample(KEYS, 2)) for number in range(6)}
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
GAMES, STEPS = 80, 100


class Writer(threading.Thread):
    """A process that writes, over a connection of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.orders, self.done, self.atomic = queue.Queue(), queue.Queue(), None
        self.start()

    def run(self):
        while order := self.orders.get():
            try:
                self.done.put((order(), None))
            except Exception as error:
                self.done.put((None, error))
        connection.close()

    def __call__(self, order):
        self.orders.put(order)
        _nothing, error = self.done.get(timeout=60)
        if error:
            raise error

    def write(self, keys):
        if self.atomic is None:
            self.atomic = transaction.atomic()
            self(self.atomic.__enter__)
        self(lambda: changed(*keys))

    def end(self, *, stands):
        if self.atomic:
            if not stands:
                self(lambda: transaction.set_rollback(True))
            self(lambda: self.atomic.__exit__(None, None, None))
            self.atomic = None

    def leave(self):
        self.end(stands=False)
        self.orders.put(None)
        self.join(60)


class Game:
    """Stores are processes; `minute` is everybody's clock, and `hours` are what it will bring."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.minute, self.hours, self.waiting = 0, [], []
        is_parallel = connection.vendor == "postgresql"
        self.writers = [Writer() for _number in range(2 if is_parallel else 1)]
        self.stores = [StillStore(limit=10_000_000) for _number in range(2)]
        self.under_way, self.missed, self.found = [], [], 0

    def now(self):
        return START + timedelta(minutes=self.minute)

    def coming(self, after, until):
        for moment, key in self.hours:
            if after < moment <= until:
                yield moment, {key}

    def text(self, keys):
        """What a page of these keys shows: how often each changed, by hand and by the clock."""
        rows = list(Change.objects.filter(key__in=keys).order_by("key").values_list("key"))
        passed = [key for moment, key in self.hours if moment <= self.now() and key in keys]
        return json.dumps([sorted(rows), sorted(passed)])

    # What may happen

    def write(self):
        self.rng.choice(self.writers).write(self.rng.sample(KEYS, self.rng.choice([1, 2])))

    def commit(self):
        self.rng.choice(self.writers).end(stands=True)

    def roll_back(self):
        self.rng.choice(self.writers).end(stands=False)

    def plan(self):
        """An hour for a key, which is a change too."""
        writer = self.writers[0]
        writer.end(stands=True)
        key, moment = self.rng.choice(KEYS), self.now() + timedelta(minutes=self.rng.randint(1, 4))
        writer.write([key, schedule.SCHEDULE])
        writer.end(stands=True)
        self.hours.append((moment, key))

    def wait(self):
        self.minute += 1

    def learn(self):
        self.rng.choice(self.stores).learn()

    def restart(self):
        number = self.rng.randrange(2)
        gone = self.stores[number]
        self.under_way = [making for making in self.under_way if making[0] is not gone]
        self.stores[number] = StillStore(limit=10_000_000)

    def begin_page(self):
        store, (path, keys) = self.rng.choice(self.stores), self.rng.choice(list(PATHS.items()))
        store.learn()
        tick, visible_up_to = store.tick, store.log.visible_up_to
        page = make_page(
            [],
            self.text(keys).encode(),
            keys=keys,
            params=(),
            made_at=self.now().timestamp(),
            visible_up_to=visible_up_to,
        )
        self.under_way.append((store, path, page, tick))

    def end_page(self):
        if self.under_way:
            making = self.rng.randrange(len(self.under_way))
            store, path, page, tick = self.under_way.pop(making)
            if store.add(path, "", page, tick):
                # Its sharing may come late.
                self.waiting.append((store, path, page))

    def share(self):
        if self.waiting:
            store, path, page = self.waiting.pop(self.rng.randrange(len(self.waiting)))
            store.share(path, "", page)

    def ask(self):
        """A reader, at a process that has heard of everything."""
        store, (path, keys) = self.rng.choice(self.stores), self.rng.choice(list(PATHS.items()))
        store.learn()
        for page in (store.find(path), store.fetch(path, "")):
            if page is not None:
                self.found += 1
                if page.variants[b""].body.decode() != self.text(keys):
                    self.missed.append((path, self.text(keys), page))

    def play(self):
        caches["pages"].clear()
        verbs = [self.write, self.commit, self.commit, self.roll_back, self.plan, self.wait]
        verbs += [self.learn, self.begin_page, self.begin_page, self.end_page, self.end_page]
        verbs += [self.share, self.share, *[self.ask] * 8]
        try:
            for step in range(STEPS):
                self.rng.choice([*verbs, self.restart] if step % 10 == 0 else verbs)()
        finally:
            for writer in self.writers:
                writer.leave()
        return self


@pytest.fixture
def play(monkeypatch):
    """Play so many games; what was missed in them, and how often a page was found."""

    def play_all():
        missed, found = [], 0
        for seed in range(GAMES):
            Change.objects.all().delete()
            game = Game(seed)
            monkeypatch.setattr(schedule, "sources", [game.coming])
            clock = SimpleNamespace(time=lambda game=game: game.now().timestamp())
            monkeypatch.setattr(schedule, "time", clock)
            monkeypatch.setattr(schedule, "timezone", SimpleNamespace(now=game.now))
            game.play()
            missed, found = missed + game.missed, found + game.found
        return missed, found

    return play_all


def test_page_never_misses_a_change_that_was_committed(play):
    missed, found = play()
    assert missed == []
    assert found > GAMES


def test_page_that_is_not_checked_against_the_log_is_found_out(play, monkeypatch):
    monkeypatch.setattr(changes.ChangeLog, "is_current", lambda *_asked: True)
    missed, _found = play()
    assert missed


def test_log_that_goes_by_the_order_of_beginning_is_found_out(play, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("transactions on SQLite end in the order in which they began")

    def newest():
        rows = Change.objects.order_by("-position").values_list("position", flat=True)
        return (rows.first() or 0) + 1

    monkeypatch.setattr(changes, "visible_up_to", newest)
    missed, _found = play()
    assert missed


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no transaction ids")
def test_changes_that_another_cluster_logged_are_cleared_at_start(caplog):
    changed("article:1")
    Change.objects.bulk_create(Change(key="article:2", position=2**40 + n) for n in range(3))
    log = changes.ChangeLog(lambda keys: None)
    log.read()
    assert list(Change.objects.values_list("key", flat=True)) == ["article:1"]
    assert "Deleted 3 changes" in caplog.text
    with CaptureQueriesContext(connection) as queries:
        log.read()
    assert not any("DELETE" in query["sql"] for query in queries)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no transaction ids")
def test_changes_of_this_cluster_stay_those_of_the_transaction_under_way_too():
    changed("article:1")
    with transaction.atomic():
        changed("article:2")
        changes.ChangeLog(lambda keys: None).read()
        assert Change.objects.count() == 2


def test_log_of_a_database_that_was_put_back_drops_every_page(monkeypatch):
    dropped = []
    log = changes.ChangeLog(dropped.append)
    log.read()
    log.visible_up_to += 1000
    log.read()
    assert dropped == [{"site"}]

"""PostgreSQL and Redis die, hang and come back under readers' eyes: servers of this test's own."""

import os
import random
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from tests import services
from tests.browser.demo_server import demo_environment, serve
from tests.coherence import MARK, Browser, Desk, sign_in

pytestmark = [
    pytest.mark.skipif(not services.are_there(), reason=services.NEEDED),
    pytest.mark.skipif(
        "DATABASE_URL" in os.environ, reason="runs beside SQLite: its servers are its own"
    ),
    pytest.mark.xdist_group("stored-faults"),
]

READERS = 4
STORED = ["/", "/articles/", "/companies/", "/feeds/articles.atom"]
NOT_STORED = ["/search/?q=service", "/articles/that-never-was/", "/admin/"]
# As long as a reader waits at most while the database hangs: for its first answer, and our word.
PATIENCE = 30


@pytest.fixture(scope="module")
def machine():
    with ExitStack() as stack:
        database = stack.enter_context(services.postgres())
        cache = stack.enter_context(services.redis_server())
        environment = {"DATABASE_URL": database.url, "CACHE_URL": cache.url}
        env = stack.enter_context(demo_environment(**environment))
        server = stack.enter_context(serve(env))
        browser = Browser([server.address], random.Random(0), keeps=False)
        for path in STORED * 8:
            # Both workers keep them.
            Browser([server.address], random.Random(0)).ask(path)
        sign_in(browser)
        yield Machine(database, cache, env, server, browser.cookies)


class Machine:
    def __init__(self, database, cache, env, server, cookies):
        self.database, self.cache, self.env = database, cache, env
        self.server, self.cookies = server, cookies

    def ask(self, path):
        """As somebody who comes anew is answered, by either worker; at the desk, who signed in."""
        browser = Browser([self.server.address], random.Random(), keeps=False)
        if path.startswith("/admin/"):
            browser.cookies = dict(self.cookies)
        return browser.ask(path)

    def wait_until_well(self):
        deadline = time.monotonic() + 60
        while any(self.ask(path).status >= 500 for path in NOT_STORED * 4):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@contextmanager
def readers(server, paths):
    """Gives a list of what they are answered, (path, status, seconds, page), as it comes."""
    told, is_over = [], threading.Event()

    def read(number):
        rng = random.Random(number)
        browser = Browser([server.address], rng)
        while not is_over.is_set():
            path = rng.choice(paths)
            began = time.monotonic()
            answer = browser.ask(path)
            told.append((path, answer.status, time.monotonic() - began, answer.page))
            time.sleep(0.005)
            if rng.random() < 0.05:
                browser = Browser([server.address], rng)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def wait_for(told, more):
    """Until so many more answers have come."""
    enough, deadline = len(told) + more, time.monotonic() + 60
    while len(told) < enough:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_pages_came(told):
    assert {status for _path, status, _seconds, _page in told} == {200}
    assert all("</html>" in page or "</feed>" in page for *_rest, page in told)
    assert not any(MARK in page for *_rest, page in told)


def test_redis_that_dies_and_hangs_costs_no_page(machine):
    paths = [*STORED, "/about/", "/technologies/", "/search/?q=a"]
    desk = Desk(machine.env)
    article = desk("prepare", MARK)["stories"][0]
    with readers(machine.server, [*paths, article[1]]) as told:
        wait_for(told, 100)
        machine.cache.kill()
        for number in range(5):
            # What changed is made anew, without the others' pages to fall back upon.
            desk("update", article[0], f"Story 0 edition {number}")
            wait_for(told, 40)
        machine.cache.start()
        wait_for(told, 100)
        with machine.cache.held_up():
            desk("update", article[0], "Story 0 edition 99")
            wait_for(told, 200)
        time.sleep(1.5)
        desk("update", article[0], "Story 0 edition 100")
        wait_for(told, 200)
    desk.close()
    assert_pages_came(told)
    # The database's own speed, and half a second for each attempt at a cache that hangs.
    assert max(seconds for _path, _status, seconds, _page in told) < 5
    assert machine.cache.client().dbsize() > 0


def test_postgresql_that_stops_takes_no_stored_page_along_and_is_back_at_once(machine):
    workers = machine.server.workers()
    machine.wait_until_well()
    with readers(machine.server, STORED) as told:
        wait_for(told, 50)
        machine.database.stop()
        before = len(told)
        answers = [machine.ask(path) for path in NOT_STORED * 3]
        assert {answer.status for answer in answers} == {503}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
        assert all("Closed for a moment" in answer.page for answer in answers)
        wait_for(told, 300)
        assert len(told) > before
        machine.database.start()
        machine.wait_until_well()
        wait_for(told, 100)
    assert_pages_came(told)
    assert machine.server.workers() == workers
    assert_change_is_seen_within_a_second(machine)


def assert_change_is_seen_within_a_second(machine):
    desk = Desk(machine.env)
    (pk, url), *_others = desk("prepare", MARK)["stories"]
    time.sleep(1)
    for number in range(1, 4):
        assert machine.ask(url).status == 200
        desk("save", pk, f"Story 0 edition {number}")
        time.sleep(1)
        for _again in range(6):
            assert f"Story 0 edition {number}" in machine.ask(url).page
    desk.close()


def test_postgresql_that_hangs_takes_no_stored_page_along(machine):
    workers = machine.server.workers()
    machine.wait_until_well()
    with readers(machine.server, STORED) as told:
        wait_for(told, 50)
        with machine.database.held_up():
            answers, asking = [], []
            for path in NOT_STORED * 4:
                asking.append(threading.Thread(target=lambda: answers.append(machine.ask(path))))  # noqa: B023
                asking[-1].start()
                time.sleep(0.1)
            for thread in asking:
                thread.join(PATIENCE)
            assert {answer.status for answer in answers} == {503}
            assert len(answers) == len(asking)
            wait_for(told, 300)
        machine.wait_until_well()
        wait_for(told, 100)
    assert_pages_came(told)
    assert max(seconds for _path, _status, seconds, _page in told) < 6
    assert machine.server.workers() == workers
    assert_change_is_seen_within_a_second(machine)

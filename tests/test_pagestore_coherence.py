"""Thousands of reads and writes in random order: no page is older than a second, or another's.

On SQLite one server of two processes shares files; with DATABASE_URL two servers stand side by
side, as two machines do, on one database and the cache that CACHE_URL names.
"""

import os
from contextlib import ExitStack

import pytest

from tests.browser.demo_server import demo_environment, free_port, serve
from tests.coherence import Play

pytestmark = pytest.mark.xdist_group("stored-coherence")

SEED = 1860
OPERATIONS, FEW = 4_000, 400


@pytest.fixture(scope="module")
def publication():
    limits = {
        "COMMENTS_PER_MINUTE": "0",
        "COMMENTS_PER_SUBNET_PER_MINUTE": "100000",
        "COMMENTS_PER_THREAD_PER_HOUR": "0",
        "HEARTS_PER_SUBNET_AND_PAGE": "0",
        "HEARTS_PER_SUBNET_PER_MINUTE": "100000",
    }
    if os.environ.get("CACHE_URL"):
        limits["CACHE_URL"] = os.environ["CACHE_URL"]
    with demo_environment(**limits) as env:
        yield env


def play(env, operations, *, pause=0, **options):
    nodes = 2 if env["DATABASE_URL"].startswith("postgres") else 1
    env = env | {"WEB_CONCURRENCY": str(2 // nodes)}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serve(env, port=free_port(), **options)) for _ in range(nodes)
        ]
        return Play(env, [server.address for server in servers], SEED).run(operations, pause=pause)


def test_no_reader_is_shown_what_is_older_than_a_second_or_is_not_for_them(publication):
    found = play(publication, OPERATIONS)
    assert found.faults == [], str(found)
    assert found.reads > 0.9 * OPERATIONS
    assert found.writes > 0.01 * OPERATIONS


def test_server_that_hears_of_nothing_is_found_out(publication):
    found = play(publication, FEW, pause=0.1, application="tests.deaf:application")
    assert any("s ago" in fault for fault in found.faults)

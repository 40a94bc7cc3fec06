"""What every test gets: a database, empty caches, and reference rows.

Those outlive the tests that commit.
"""

import gc
import os
from itertools import filterfalse, groupby
from unittest import mock

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.cache import caches
from django.db import connection, connections, transaction

from core.fragments import clear_fragments
from core.taskqueue.testing import run_tasks, tasks_run_by
from tests import kept_database, second_database
from tests.browser.demo_server import MadeDemo
from tests.browser.tools import BROWSER_TOOLS, missing_tools
from tests.shared import one_at_a_time, share_a_directory


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """pytest-django's own; on SQLite only until what it made is kept (tests/kept_database.py)."""
    if not kept_database.can_be_kept():
        request.getfixturevalue("django_db_setup")
        return
    kept = kept_database.kept_path()
    with one_at_a_time("test-database"):
        if kept.exists():
            kept_database.use(kept)
            return
        request.getfixturevalue("django_db_setup")
        with django_db_blocker.unblock():
            kept_database.keep(kept)


@pytest.fixture(scope="session")
def reference_rows(django_db_setup, django_db_blocker):
    """What the migrations wrote (groups, permissions), by database alias."""
    with django_db_blocker.unblock():
        return {
            alias: connections[alias].creation.serialize_db_to_string()
            for alias in connections
            if not connections[alias].settings_dict["TEST"].get("MIRROR")
        }


@pytest.fixture(autouse=True)
def _empty_caches():
    for cache in caches.all():
        cache.clear()
    clear_fragments()


@pytest.fixture
def queue(settings):
    """Tasks wait, as they do in life, until the test calls what this gives: `run_tasks()`."""
    settings.TASKS = tasks_run_by("core.taskqueue.backend.QueueBackend")
    return run_tasks


@pytest.fixture
def eager_tasks(settings):
    """What is saved is found by search at once; without this, only after a commit."""
    settings.TASKS = tasks_run_by("core.taskqueue.testing.EagerBackend")


def pytest_addoption(parser):
    parser.addoption(
        "--database-alone",
        action="store_true",
        help="what another database can change, of all that has passed beside the first",
    )


def pytest_xdist_auto_num_workers():
    """Some more than there are cores: whoever waits for a server leaves its core to others."""
    # Redis has sixteen databases, one for each.
    return min(16, os.cpu_count() * 3 // 2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if config.option.database_alone:
        not_again = [*second_database.left_out(items)]
        config.hook.pytest_deselected(items=not_again)
        items[:] = filterfalse({*not_again}.__contains__, items)
    # The longest begin first, so that no process is left with one at the end.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        if second_database.commits(item) and "restore_reference_rows" not in item.fixturenames:
            item.fixturenames.insert(0, "restore_reference_rows")


def pytest_collection_finish():
    """What there is by now stays: looking at it for garbage over and over took an eighth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def reference_objects(reference_rows):
    return {
        alias: [*serializers.deserialize("json", rows, using=alias)]
        for alias, rows in reference_rows.items()
    }


@pytest.fixture
def restore_reference_rows(reference_objects, django_db_blocker):
    """Set up first, so torn down last: after the flush that ends a test that commits."""
    # Else the flush would write some of them, under other keys.
    with mock.patch("django.core.management.commands.flush.emit_post_migrate_signal"):
        yield
    with django_db_blocker.unblock():
        for alias, objects in reference_objects.items():
            with transaction.atomic(alias):
                write_again(objects, alias)
        ContentType.objects.clear_cache()


def write_again(deserialized, alias):
    for model, rows in groupby(deserialized, key=lambda one: type(one.object)):
        model._base_manager.using(alias).bulk_create([one.object for one in rows])
    for one in deserialized:
        for name, keys in one.m2m_data.items():
            getattr(one.object, name).set(keys)


@pytest.fixture(scope="module")
def module_transaction(django_db_setup, django_db_blocker):
    """What is written in it stands as long as its module; what a test writes, as long as the test.

    For rows that many tests look at and that are dear to make: each test takes a copy of them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def statistics_taken_back(django_db_setup, django_db_blocker):
    """For modules that call `bulk.seed`: PostgreSQL's count of a table outlives the rollback.

    Its planner then takes tables for empty that later tests fill, and reads them once for each row
    of another.
    """
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")


def pytest_terminal_summary(terminalreporter):
    say_what_was_skipped(terminalreporter, "BROWSER", "tests/browser/", BROWSER_TOOLS)
    say_what_was_skipped(terminalreporter, "SCRIPT", "tests/test_scripts.py", ["node"])


def say_what_was_skipped(terminalreporter, kind, path, tools):
    reports = terminalreporter.stats.get("skipped", ())
    skipped = [report for report in reports if report.nodeid.startswith(path)]
    if skipped and (missing := missing_tools(*tools)):
        terminalreporter.write_line(
            f"{len(skipped)} {kind} TESTS SKIPPED: no {', no '.join(missing)}", red=True, bold=True
        )


def pytest_configure(config):
    # Playwright's synchronous interface keeps an event loop in the thread that runs the tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if not hasattr(config, "workerinput"):
        share_a_directory(config)
        config.add_cleanup(lambda: MadeDemo.of_this_run().drop())

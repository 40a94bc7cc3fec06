"""What runs again on the second database, after all of it has passed beside the first.

Everything under tests/, which drives the whole publication through servers, sweeps and tasks, less
what is `LOOKED_AT_ONCE`. Of the rooms' tests those that a database can change: what commits, what
names the database or sends it something that one takes otherwise than another, and the modules
below, whose subject is what is stored, found, counted and put in order. Of the others, about words,
forms, pages and rights, one in four runs again: the queries behind them are the same.
"""

import inspect
import re
from collections import Counter

from django.test import TransactionTestCase

ONE_IN = 4
MODULES = {
    "articles/tests": "coverage listing pagination publishing ranking related trash",
    "audience/tests": "buffering hearts",
    "bench/tests": "bulk",
    "comments/tests": "long_threads queue threads",
    "companies/tests": "identifiers merging models",
    "core/taskqueue/tests": "batches queue recurring",
    "core/tests": "after_commit buffers pagestore_changes pagestore_parts pagestore_schedule"
    " pagestore_tracking timeouts",
    "corrections/tests": "log models",
    "desk/tests": "groups lists properties sync versions",
    "facts/tests": "claims disputes events immutability open public_ids publishing querysets",
    "images/tests": "addresses uses",
    "search/tests": "search",
}
ABOUT_A_DATABASE = {
    f"{folder}/test_{name}.py" for folder, names in MODULES.items() for name in names.split()
}
NAMES_OF_A_DATABASE = {
    *("connection", "connections", "transaction", "atomic", "cursor", "call_command"),
    *("IntegrityError", "DatabaseError", "OperationalError", "DataError", "ProtectedError"),
    *("aggregate", "annotate", "bulk_create", "bulk_update", "distinct", "order_by", "raw"),
    *("select_for_update", "icontains", "iexact", "refresh_from_db"),
}
# A character that PostgreSQL stores nowhere, half of one, a number beyond a column's, a long word.
ODD = re.compile("[\0\ud800-\udfff]|[0-9]{10}|.{256}", re.DOTALL)


def left_out(items):
    passed_by = Counter()
    for item in items:
        if item.nodeid.startswith("tests/"):
            continue
        if not asks_for_a_database(item):
            yield item
        elif not is_about_a_database(item):
            if passed_by[item.path] % ONE_IN:
                yield item
            passed_by[item.path] += 1


def asks_for_a_database(item):
    return bool(
        {"db", "transactional_db", "live_server", "django_db_setup"} & fixtures_of(item)
        or item.get_closest_marker("django_db")
        or issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    )


def is_about_a_database(item):
    return (
        item.nodeid.partition("::")[0] in ABOUT_A_DATABASE
        or commits(item)
        or names_a_database(item.function)
        or any(map(is_odd, values_of(item)))
    )


def values_of(item):
    return item.callspec.params.values() if hasattr(item, "callspec") else ()


def commits(item):
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & fixtures_of(item)
        or (marker and marker.kwargs.get("transaction"))
    )


def fixtures_of(item):
    return set(getattr(item, "fixturenames", ()))


def names_a_database(function):
    for code in codes_of(inspect.unwrap(function).__code__):
        if NAMES_OF_A_DATABASE & {*code.co_names} or any(map(is_odd, code.co_consts)):
            return True
    return False


def codes_of(code):
    """Its own, and of what is written within it."""
    yield code
    for inner in filter(inspect.iscode, code.co_consts):
        yield from codes_of(inner)


def is_odd(value):
    return isinstance(value, (str, bytes, int)) and bool(ODD.search(str(value)))

"""The SQL that `bench.bulk` is written in: the same on SQLite and PostgreSQL.

Expressions speak of `s.n`, the number of the row. Percent signs are doubled: every statement is
executed with parameters.
"""

# ruff: noqa: S608 - statements of our own words; nothing of a visitor's comes near them.

import json
import time
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

# Odd factors without anything in common: numbers drawn with one say nothing about another's.
FACTORS = (2654435761, 2246822519, 3266489917, 668265263, 374761393, 3432918353)
BITS = 2**20


def mod(value, by) -> str:
    return f"(({value}) %% {by})"


def drawn(value, draw) -> str:
    """Twenty bits that look like chance and are the same for the same row."""
    return f"(((({value}) * {FACTORS[draw]}) %% 4294967296) / 4096)"


def pick(value, draw, total) -> str:
    """A number below `total`, each as often as any other."""
    return f"({drawn(value, draw)} * {total} / {BITS})"


def skew(value, draw, total) -> str:
    """A number below `total`, the first ones by far the most often."""
    return f"({drawn(value, draw)} * {drawn(value, draw)} * {total} / {BITS**2})"


def moment(seconds) -> str:
    if connection.vendor == "postgresql":
        return f"to_timestamp({seconds})"
    return f"datetime({seconds}, 'unixepoch')"


def day(days) -> str:
    if connection.vendor == "postgresql":
        return f"(DATE '1970-01-01' + ({days})::integer)"
    return f"date(({days}) * 86400, 'unixepoch')"


def numbers(low, high) -> str:
    if connection.vendor == "postgresql":
        return f"generate_series({low}::bigint, {high}::bigint) AS s(n)"
    return (
        f"(WITH RECURSIVE up(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM up WHERE n < {high})"
        " SELECT n FROM up) AS s"
    )


def insert(model, source, where, columns) -> int:
    """Fields that `columns` does not name get their defaults, and dates of writing the present."""
    names, values, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.generated or (field.primary_key and field.attname not in columns):
            continue
        names.append(connection.ops.quote_name(field.column))
        if field.attname in columns:
            values.append(columns[field.attname])
            continue
        values.append("%s")
        is_stamp = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        value = timezone.now() if is_stamp else field.get_default()
        params.append(field.get_db_prep_save(value, connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) "
            f"SELECT {', '.join(values)} FROM {source} WHERE {where or '1 = 1'}",
            params,
        )
        return cursor.rowcount


@contextmanager
def temporary(table, rows):
    """A table of `rows`, numbered by `i` from 0, for as long as it is needed; gives their count."""
    names = list(rows[0])
    quote = connection.ops.quote_name
    kinds = [_kind(rows[0][name]) for name in names]
    with connection.cursor() as cursor:
        spelled = ", ".join(f"{quote(n)} {kind}" for n, kind in zip(names, kinds, strict=True))
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (i integer PRIMARY KEY, {spelled})")
        cursor.executemany(
            f"INSERT INTO {table} VALUES (%s{', %s' * len(names)})",
            [(i, *(_plain(row[name]) for name in names)) for i, row in enumerate(rows)],
        )
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {table}")
    yield len(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


def _kind(value) -> str:
    if isinstance(value, int):
        return "integer"
    return (
        "jsonb" if isinstance(value, list | dict) and connection.vendor == "postgresql" else "text"
    )


def _plain(value):
    return json.dumps(value) if isinstance(value, list | dict) else value


@contextmanager
def without_indexes(tables, tell):
    """On PostgreSQL, build the large tables' indexes once, after their rows; unique ones stay."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique",
            [tables],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
    tell(f"indexes: {len(indexes)} in {time.monotonic() - started:.0f} s")

"""Database triggers that refuse any statement that would rewrite a published fact or its events.

They are installed after every `migrate` rather than by a migration: altering a table on SQLite
recreates it, which silently drops its triggers. They are taken away before: SQLite drops no column
that one names, and renames no table while one names a table that is gone.
"""

from django.db import connections

from core.db import append_only

MESSAGE = "a published fact is never rewritten"


def install(*, using, **kwargs):
    """Idempotent. Does nothing while the table of facts does not exist."""
    for model in _written_once():
        append_only.install(model, using=using)
    _run(_INSTALLING, using)


def remove(*, using, **kwargs):
    for model in _written_once():
        append_only.remove(model, using=using)
    _run(_REMOVING, using)


def _written_once():
    from companies.models import CompanyMerge, CompanyVersion
    from facts.models import EventRedaction, FactEvent, MetricVersion, SourceVersion

    of_figures = (FactEvent, EventRedaction, MetricVersion, SourceVersion)
    return *of_figures, CompanyMerge, CompanyVersion


def _run(statements, using):
    from companies.models import CompanyMerge
    from facts.models import Fact

    connection = connections[using]
    table, merges = Fact._meta.db_table, CompanyMerge._meta.db_table
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if table not in tables:
            return
        # Fewer than the model has while it is at an earlier migration.
        there = {row.name for row in connection.introspection.get_table_description(cursor, table)}
        claim = [Fact._meta.get_field(name).column for name in Fact.CLAIM_FIELDS]
        columns = [
            connection.ops.quote_name(name)
            for name in claim
            if name in there and name != "company_id"
        ]
        is_unmerged = _has_no_merge(merges) if merges in tables else "1 = 1"
        for statement in statements[connection.vendor](table, columns, is_unmerged):
            cursor.execute(statement)


def let_rewrite(apps, schema_editor):
    """Take the trigger of facts away until all migrations have run: they alter what it guards."""
    on_table = " ON facts_fact" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS facts_fact_immutable{on_table}")


def _has_no_merge(merges):
    """Only a recorded merge takes a published fact from one company to another."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {merges} "  # noqa: S608 - the name of our table
        "WHERE former_id = OLD.company_id AND into_id = NEW.company_id)"
    )


def _off_sqlite(table, columns, is_unmerged):
    yield f"DROP TRIGGER IF EXISTS {table}_immutable"


def _sqlite(table, columns, is_unmerged):
    yield from _off_sqlite(table, columns, is_unmerged)
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    yield (
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
        f"WHEN OLD.status = 'published' AND ({changed} OR "
        f"(OLD.company_id IS NOT NEW.company_id AND {is_unmerged})) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _off_postgresql(table, columns, is_unmerged):
    for name in ("immutable", "immovable", "undeletable"):
        yield f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"


def _postgresql(table, columns, is_unmerged):
    yield from _off_postgresql(table, columns, is_unmerged)
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'"
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {refuse}; END $$"
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_refuse_move() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {is_unmerged} THEN {refuse}; END IF; RETURN NEW; END $$"
    )
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    is_moved = "OLD.company_id IS DISTINCT FROM NEW.company_id"
    # Tests and `flush` empty a SQLite table with DELETE, so only the queryset can refuse deletion
    # there. On PostgreSQL they truncate, so a trigger may refuse every DELETE.
    for name, event, condition, function in (
        ("immutable", "UPDATE", f" AND ({changed})", "refuse"),
        ("immovable", "UPDATE", f" AND {is_moved}", "refuse_move"),
        ("undeletable", "DELETE", "", "refuse"),
    ):
        yield (
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN (OLD.status = 'published'{condition}) EXECUTE FUNCTION {table}_{function}()"
        )


_INSTALLING = {"sqlite": _sqlite, "postgresql": _postgresql}
_REMOVING = {"sqlite": _off_sqlite, "postgresql": _off_postgresql}

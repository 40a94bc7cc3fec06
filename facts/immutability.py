"""Database triggers that refuse any statement that would rewrite a published fact or its events.

They are installed after every `migrate` rather than by a migration: altering a table on SQLite
recreates it, which silently drops its triggers.
"""

from django.db import connections

from core import append_only

MESSAGE = "a published fact is never rewritten"


def install(*, using, **kwargs):
    """Idempotent. Does nothing while the table of facts does not exist."""
    from companies.models import CompanyVersion
    from facts.models import Fact, FactEvent, MetricVersion, SourceVersion

    for model in (FactEvent, CompanyVersion, MetricVersion, SourceVersion):
        append_only.install(model, using=using)
    connection = connections[using]
    table = Fact._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return
        # Fewer than the model has while it is at an earlier migration.
        there = {row.name for row in connection.introspection.get_table_description(cursor, table)}
        claim = [Fact._meta.get_field(name).column for name in Fact.CLAIM_FIELDS]
        columns = [connection.ops.quote_name(name) for name in claim if name in there]
        for statement in _STATEMENTS[connection.vendor](table, columns):
            cursor.execute(statement)


def let_rewrite(apps, schema_editor):
    """Take the trigger of facts away until all migrations have run: they alter what it guards."""
    on_table = " ON facts_fact" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS facts_fact_immutable{on_table}")


def _sqlite(table, columns):
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    yield f"DROP TRIGGER IF EXISTS {table}_immutable"
    yield (
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} "
        f"WHEN OLD.status = 'published' AND ({changed}) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _postgresql(table, columns):
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {table}_immutable ON {table}"
    yield (
        f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.status = 'published' AND ({changed})) EXECUTE FUNCTION {table}_refuse()"
    )
    # Tests and `flush` empty a SQLite table with DELETE, so only the queryset can refuse deletion
    # there. On PostgreSQL they truncate, so a trigger may refuse every DELETE.
    yield f"DROP TRIGGER IF EXISTS {table}_undeletable ON {table}"
    yield (
        f"CREATE TRIGGER {table}_undeletable BEFORE DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.status = 'published') EXECUTE FUNCTION {table}_refuse()"
    )


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

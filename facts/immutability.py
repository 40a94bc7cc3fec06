"""The database's own guard: no statement, from wherever it comes, rewrites a published fact.

Installed after every `migrate` rather than by one migration: on SQLite a table that a later
migration alters is made anew, and its triggers are gone without a word.
"""

from django.db import connections

MESSAGE = "a published fact is never rewritten"


def install(*, using, **kwargs):
    """Idempotent; does nothing where facts have no table (yet, or any more)."""
    from facts.models import Fact

    connection = connections[using]
    table = Fact._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return
        columns = [
            connection.ops.quote_name(Fact._meta.get_field(name).column)
            for name in Fact.CLAIM_FIELDS
        ]
        for statement in _STATEMENTS[connection.vendor](table, columns):
            cursor.execute(statement)


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
    # SQLite empties tables row by row when a test or `flush` asks for it, so there it is the
    # queryset alone that refuses; PostgreSQL truncates, and can refuse what deletes one row.
    yield f"DROP TRIGGER IF EXISTS {table}_undeletable ON {table}"
    yield (
        f"CREATE TRIGGER {table}_undeletable BEFORE DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.status = 'published') EXECUTE FUNCTION {table}_refuse()"
    )


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

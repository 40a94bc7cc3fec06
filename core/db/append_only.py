"""Rows that are written once: an abstract model, its queryset, and triggers in the database.

A room installs the triggers after every `migrate` rather than by a migration: altering a table on
SQLite recreates it, which silently drops its triggers.
"""

from django.core.exceptions import ValidationError
from django.db import connections, models
from django.utils.translation import gettext as _

MESSAGE = "a row of the record is never rewritten"


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **values):
        refuse()

    def bulk_update(self, objs, fields, *args, **kwargs):
        refuse()

    def delete(self):
        refuse()

    delete.alters_data = update.alters_data = bulk_update.alters_data = True
    delete.queryset_only = True


class AppendOnly(models.Model):
    """`EMPTIED` are the columns that may become null, as those of a login that is deleted."""

    EMPTIED: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse()


def refuse():
    raise ValidationError(
        _("What is on record is never changed or taken back."), code="append_only"
    )


def install(model, *, using):
    """Put the triggers in place. Idempotent; does nothing while the table does not exist."""
    connection = connections[using]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return
        # Fewer than the model has while it is at an earlier migration.
        there = connection.introspection.get_table_description(cursor, table)
        columns = {row.name for row in there}
        kept = [connection.ops.quote_name(name) for name in sorted(columns - {*model.EMPTIED})]
        emptied = [connection.ops.quote_name(name) for name in model.EMPTIED]
        for statement in _STATEMENTS[connection.vendor](table, kept, emptied):
            cursor.execute(statement)


def remove(model, *, using):
    """Before migrations: SQLite drops no column that a trigger names."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {model._meta.db_table}_append_only")


def _sqlite(table, kept, emptied):
    yield f"DROP TRIGGER IF EXISTS {table}_append_only"
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"WHEN {_changes(kept, emptied, 'IS NOT')} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _postgresql(table, kept, emptied):
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
    )
    # Tests and `flush` empty a SQLite table with DELETE, so only the queryset can refuse deletion
    # there. On PostgreSQL they truncate, so a trigger may refuse every DELETE.
    for event, condition in (
        ("UPDATE", f"WHEN ({_changes(kept, emptied, 'IS DISTINCT FROM')})"),
        ("DELETE", ""),
    ):
        name = f"{table}_no_{event.lower()}"
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
            f"{condition} EXECUTE FUNCTION {table}_append_only()"
        )


def _changes(kept, emptied, differs):
    changed = [f"OLD.{column} {differs} NEW.{column}" for column in kept]
    filled = [
        f"(NEW.{column} IS NOT NULL AND OLD.{column} {differs} NEW.{column})" for column in emptied
    ]
    return " OR ".join([*changed, *filled])


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

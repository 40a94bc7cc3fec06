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
    """`EMPTIED` are the columns that may become null, as those of a login that is deleted.

    `REPLACED` are columns whose words may have to go, each with the related name of rows on record
    of which one must say what stands there `instead`.
    """

    EMPTIED: tuple[str, ...] = ()
    REPLACED: dict[str, str] = {}

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse()

    def replace(self, name, row):
        """Give a column of `REPLACED` what the `row` says; the database looks whether it does."""
        setattr(self, name, row.instead)
        super().save(update_fields=[name])


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
        replaced = _replaced(model, connection.introspection.table_names(cursor))
        for statement in _STATEMENTS[connection.vendor](table, columns, model.EMPTIED, replaced):
            cursor.execute(statement)


def _replaced(model, tables) -> dict[str, str]:
    """By column, the condition that a row says what it is given."""
    found = {}
    for column, name in model.REPLACED.items():
        relation = model._meta.get_field(name)
        table, key = relation.related_model._meta.db_table, relation.field.column
        if table in tables:
            found[column] = (
                f"EXISTS (SELECT 1 FROM {table} "  # noqa: S608 - the names of our tables
                f"WHERE {key} = OLD.id AND instead = NEW.{column})"
            )
    return found


def remove(model, *, using):
    """Before migrations: SQLite drops no column that a trigger names."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {model._meta.db_table}_append_only")


def _sqlite(table, *columns):
    yield f"DROP TRIGGER IF EXISTS {table}_append_only"
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        f"WHEN {_changes(*columns, 'IS NOT')} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _postgresql(table, *columns):
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'"
    # In the function: the condition of a trigger may not look at other tables.
    changes = _changes(*columns, "IS DISTINCT FROM")
    # Tests and `flush` empty a SQLite table with DELETE, so only the queryset can refuse deletion
    # there. On PostgreSQL they truncate, so a trigger may refuse every DELETE.
    for event, body in (
        ("update", f"IF {changes} THEN {refuse}; END IF; RETURN NEW;"),
        ("delete", f"{refuse};"),
    ):
        name = f"{table}_no_{event}"
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} END $$"
        )
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {name}()"
        )


def _changes(columns, emptied, replaced, differs):
    """Whether an update does more than empty columns, and give others what a row on record says."""
    found = []
    for column in sorted(columns):
        is_changed = f'OLD."{column}" {differs} NEW."{column}"'
        if column in emptied:
            is_changed = f'(NEW."{column}" IS NOT NULL AND {is_changed})'
        elif column in replaced:
            is_changed = f"({is_changed} AND NOT {replaced[column]})"
        found.append(is_changed)
    return " OR ".join(found)


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

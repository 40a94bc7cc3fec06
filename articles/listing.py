"""The database keeps `Listing` itself: whoever writes a link or an article keeps the lists right.

Installed after every `migrate`, and on SQLite taken away before: there a table that a migration
alters is made anew, which triggers that name it would forbid. Rows that were linked meanwhile, or
before there were listings, are listed then.
"""

# ruff: noqa: S608 - every name in these statements is a constant of this module.

from django.db import connections

ARTICLE = "articles_article"
LISTING = "articles_listing"
# Where an article is linked, and the column that says to what.
LINKS = {
    "articles_article_topics": "topic_id",
    "articles_byline": "author_id",
    "articles_article_companies": "company_id",
}


def remove(*, using, **kwargs):
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, _event, _body in _sqlite_triggers():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def install(*, using, **kwargs):
    """Idempotent; does nothing where listings have no table (yet, or any more)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if LISTING not in connection.introspection.table_names(cursor):
            return
        for statement in _STATEMENTS[connection.vendor]():
            cursor.execute(statement)
        for link, column in LINKS.items():
            cursor.execute(
                _insert(link, column, "NOT EXISTS")
                + f" (SELECT 1 FROM {LISTING} there WHERE there.article_id = link.article_id"
                f" AND there.{column} = link.{column})"
            )


def _insert(link, column, condition):
    return (
        f"INSERT INTO {LISTING} (article_id, {column}, published_at) "
        f"SELECT link.article_id, link.{column}, article.published_at FROM {link} link "
        f"JOIN {ARTICLE} article ON article.id = link.article_id "
        f"WHERE article.status = 'published' AND {condition}"
    )


def _delete(column, row):
    return (
        f"DELETE FROM {LISTING} WHERE article_id = {row}.article_id AND {column} = {row}.{column}"
    )


def _relist():
    """What an article's new state or date means for all its places."""
    yield f"DELETE FROM {LISTING} WHERE article_id = NEW.id"
    for link, column in LINKS.items():
        yield _insert(link, column, "link.article_id = NEW.id")


def _sqlite_triggers():
    moved = "OLD.status IS NOT NEW.status OR OLD.published_at IS NOT NEW.published_at"
    yield (
        f"{LISTING}_moved",
        f"AFTER UPDATE OF status, published_at ON {ARTICLE} WHEN {moved}",
        list(_relist()),
    )
    for link, column in LINKS.items():
        add, drop = _insert(link, column, "link.id = NEW.id"), _delete(column, "OLD")
        yield f"{LISTING}_{column}_added", f"AFTER INSERT ON {link}", [add]
        yield f"{LISTING}_{column}_removed", f"AFTER DELETE ON {link}", [drop]
        changed = f"AFTER UPDATE OF article_id, {column} ON {link}"
        yield f"{LISTING}_{column}_changed", changed, [drop, add]


def _sqlite():
    for name, event, body in _sqlite_triggers():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} {event} BEGIN {'; '.join(body)}; END"


def _postgresql():
    moved = (
        "OLD.status IS DISTINCT FROM NEW.status OR OLD.published_at IS DISTINCT FROM"
        " NEW.published_at"
    )
    yield from _postgresql_trigger(
        f"{LISTING}_moved",
        f"AFTER UPDATE OF status, published_at ON {ARTICLE} FOR EACH ROW WHEN ({moved})",
        list(_relist()),
    )
    for link, column in LINKS.items():
        # Whole statements at once: what is loaded in bulk is listed in bulk.
        yield from _postgresql_trigger(
            f"{LISTING}_{column}_added",
            f"AFTER INSERT ON {link} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            [_insert("added", column, "TRUE")],
        )
        drop = _delete(column, "OLD")
        yield from _postgresql_trigger(
            f"{LISTING}_{column}_removed", f"AFTER DELETE ON {link} FOR EACH ROW", [drop]
        )
        yield from _postgresql_trigger(
            f"{LISTING}_{column}_changed",
            f"AFTER UPDATE OF article_id, {column} ON {link} FOR EACH ROW",
            [drop, _insert(link, column, "link.id = NEW.id")],
        )


def _postgresql_trigger(name, event, body):
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {'; '.join(body)}; RETURN NULL; END $$"
    )
    table = event.partition(" ON ")[2].split()[0]
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {name}()"


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

"""Index entries for rows that were written in bulk, past the models and their signals."""

from django.db import connection
from modelsearch.backends import get_search_backends
from modelsearch.models import IndexEntry
from modelsearch.utils import get_content_type_pk

from articles.models import Article

LARGE = (IndexEntry,)
BATCH = 500


def index_each(rows) -> int:
    """As saving them would have done, a batch at a time."""
    made = 0
    for backend in get_search_backends():
        objects = list(rows)
        index = backend.get_index_for_model(rows.model)
        for low in range(0, len(objects), BATCH):
            index.add_items(rows.model, objects[low : low + BATCH])
        made += len(objects)
    return made


def prepare():
    """Take the texts of `bulk_title` and `bulk_body` apart once, and not for every article."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table, text, boost in (
            ("bulk_title", "standfirst", 4),
            ("bulk_body", "body_text", None),
        ):
            weight = _weight(boost)
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN vector tsvector")
            cursor.execute(
                f"UPDATE {table} SET vector = setweight(to_tsvector({text}), '{weight}')"  # noqa: S608
            )


def article_columns(*, object_id, title) -> dict:
    """What each article's entry holds; the rows come with `bulk_title t` and `bulk_body b`."""
    columns = {
        "content_type_id": str(get_content_type_pk(Article)),
        "object_id": f"CAST({object_id} AS varchar(50))",
    }
    if connection.vendor != "postgresql":
        return columns | {
            "title": title,
            "autocomplete": title,
            "body": "t.standfirst || ' ' || b.body_text",
            "title_norm": f"60.0 / LENGTH({title})",
        }
    vector = f"setweight(to_tsvector({title}), '{_weight(10)}')"
    return columns | {
        "title": vector,
        "autocomplete": f"setweight(to_tsvector('simple', {title}), 'D')",
        "body": "t.vector || b.vector",
        "title_norm": f"6.0 / length({vector})",
        "title_text": title,
        # The whole body once more is for fuzzy queries alone, which we never ask.
        "body_text": "''",
    }


def _weight(boost) -> str:
    from modelsearch.backends.database.postgres.weights import get_weight

    return get_weight(boost)

"""The rows that hold all the words, best first: the newest `MOST` of them are weighed, no more.

A word that half of a million articles hold costs what it does in a hundred of them.
"""

from django.db import connection
from django.db.models import F
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText
from modelsearch.utils import get_content_type_pk

MOST = 200


def best(model, words: str) -> list[int]:
    """Keys of rows that anybody may have written: whoever shows them asks who may see them."""
    find = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    backend = get_search_backend()
    compiler = backend.query_compiler_class(model.objects.all(), PlainText(words))
    found = find(compiler, get_content_type_pk(model), compiler.get_config(backend))
    return [int(key) for key in found]


def _on_postgresql(compiler, content_type, config):
    query = compiler.build_tsquery(compiler.query, config=config)
    # As the index is built: on both vectors, one after the other.
    text = F("title")._combine(F("body"), "||", False)
    newest = (
        IndexEntry.objects.annotate(text=text)
        .filter(text=query, content_type=content_type)
        .order_by("-pk")[:MOST]
    )
    in_title = compiler.build_tsrank(F("title"), compiler.query, config=config) * F("title_norm")
    in_body = compiler.build_tsrank(F("body"), compiler.query, config=config)
    entries = IndexEntry.objects.filter(pk__in=newest.values("pk"))
    return entries.order_by((in_title + in_body).desc(), "-pk").values_list("object_id", flat=True)


def _on_sqlite(compiler, content_type, config):
    from modelsearch.backends.database.sqlite.query import MatchExpression, normalize
    from modelsearch.models import SQLiteFTSIndexEntry

    from search.ranking import WeightedBM25

    query = compiler.build_search_query(normalize(compiler.query), config=config)
    newest = (
        SQLiteFTSIndexEntry.objects.filter(MatchExpression(compiler.FTS_TABLE_FIELDS, query))
        .filter(index_entry__content_type=content_type)
        .order_by("-pk")
        .values_list(WeightedBM25(), "pk", "index_entry__object_id")[:MOST]
    )
    # The rank is below zero, and the further the better.
    return [key for _rank, _pk, key in sorted(newest, key=lambda row: (row[0], -row[1]))]

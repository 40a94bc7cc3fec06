"""The rows that hold all the words, best first: the newest `MOST` of them are weighed, no more.

A word that half of a million articles hold costs what it does in a hundred of them.
"""

import json

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import F, Q
from django.utils.functional import cached_property
from modelsearch.backends import get_search_backend
from modelsearch.models import IndexEntry
from modelsearch.query import PlainText
from modelsearch.utils import get_content_type_pk

from search.backend import OwnNorms

MOST = 200
# A word in more of the rows than this is common, and looked for in so many of the newest.
COMMON = 0.08
WINDOW = 10_000


def finder(words: str):
    """Its `best(model)` gives keys of rows; whoever shows them asks who may see them."""
    if not issubclass(get_search_backend().index_class, OwnNorms):
        return _Elsewhere(words)
    return _Postgresql(words) if connection.vendor == "postgresql" else _Sqlite(words)


class _Finder:
    def __init__(self, words):
        self.words = words

    def best(self, model) -> list[int]:
        backend = get_search_backend()
        compiler = backend.query_compiler_class(model.objects.all(), PlainText(self.words))
        keys = self.keys(compiler, get_content_type_pk(model), compiler.get_config(backend))
        return [int(key) for key in keys]


class _Elsewhere(_Finder):
    """In a search cluster, which ranks by its own rules."""

    def best(self, model):
        found = get_search_backend().search(self.words, model.objects.all())
        return [row.pk for row in found[:MOST]]


class _Postgresql(_Finder):
    def keys(self, compiler, content_type, config):
        if self.matching is None:
            return []
        newest = self.matching.filter(content_type=content_type)[:MOST]
        in_title = compiler.build_tsrank(F("title"), compiler.query, config=config)
        in_body = compiler.build_tsrank(F("body"), compiler.query, config=config)
        rank = in_title * F("title_norm") + in_body
        entries = IndexEntry.objects.filter(pk__in=newest.values("pk"))
        return entries.order_by(rank.desc(), "-pk").values_list("object_id", flat=True)

    @cached_property
    def matching(self):
        """Entries of all models, newest first.

        Where a common word is soon met on the way down from the newest, a rare one is looked up.
        PostgreSQL knows which is which, but not what reading a text's vector costs, and goes down
        all the way for two words that never meet.
        """
        words = _meaningful(self.words.split())
        entries = IndexEntry.objects.order_by()
        # Each word in one of the two columns: these have an index each, both together have none.
        for word in words:
            entries = entries.filter(Q(title=SearchQuery(word)) | Q(body=SearchQuery(word)))
        top = IndexEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        if not words or top is None:
            return None
        [plan] = json.loads(entries.values("pk").explain(format="json"))
        if plan["Plan"]["Plan Rows"] > max(MOST, top * COMMON):
            return entries.filter(pk__gt=top - WINDOW).order_by("-pk")
        # The sum keeps it from the index of the keys.
        return entries.order_by((F("pk") + 0).desc())


def _meaningful(words) -> list[str]:
    """Those that the language's configuration does not pass over, like “the”."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s) word WHERE numnode(plainto_tsquery(word)) > 0", [words]
        )
        return [word for (word,) in cursor.fetchall()]


class _Sqlite(_Finder):
    def __init__(self, words):
        # Its index knows 91.5 as two words.
        super().__init__(words.replace(".", " "))

    def keys(self, compiler, content_type, config):
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

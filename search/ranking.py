from modelsearch.backends.database.sqlite.query import BM25
from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchQueryCompiler

# In the order of the index's columns: autocomplete, body, title.
WEIGHTS = (1.0, 1.0, 10.0)


class WeightedBM25(BM25):
    def as_sql(self, compiler, connection, function=None, template=None):
        sql, params = super().as_sql(compiler, connection, function, template)
        return f"{sql[:-1]}, {', '.join(map(str, WEIGHTS))})", params


class TitleFirstCompiler(SQLiteSearchQueryCompiler):
    def build_tsrank(self, vector, query, config=None, boost=1.0):
        rank = super().build_tsrank(vector, query, config, boost)
        return WeightedBM25() if isinstance(rank, BM25) else rank

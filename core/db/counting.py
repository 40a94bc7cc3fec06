"""Counts that a list can afford: beside each row, and of more rows than anybody pages through."""

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import IntegerField, Subquery
from django.utils.functional import cached_property


class RowCount(Subquery):
    """How many rows the queryset has, counted no further than `most`."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, queryset, most=None, of="pk"):
        super().__init__(queryset.order_by().values(of)[:most])


class BoundedPaginator(Paginator):
    """Counts as far as somebody may page. What lies beyond is found by filters and search."""

    most = 5000

    @cached_property
    def count(self):
        return self.object_list.order_by().values("pk")[: self.most].count()


def values_in_use(queryset, name, most) -> list:
    """What a column holds, in order, each value found in its index where the one before ends.

    One query, whose cost grows with the values and not with the rows. Empty words are left out.
    """
    connection = connections[queryset.db]
    quote = connection.ops.quote_name
    table = quote(queryset.model._meta.db_table)
    column = quote(queryset.model._meta.get_field(name).column)
    # Only names of our own models stand in it.
    sql = f"""
        WITH RECURSIVE found(value) AS (
            SELECT MIN({column}) FROM {table} WHERE {column} > ''
            UNION ALL
            SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > found.value)
            FROM found WHERE found.value IS NOT NULL
        )
        SELECT value FROM found WHERE value IS NOT NULL LIMIT %s
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [most])
        return [value for (value,) in cursor.fetchall()]

"""Counts that a list can afford: beside each row, and of more rows than anybody pages through."""

from django.core.paginator import Paginator
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

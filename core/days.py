"""Counts by day that the desk draws. Rooms above add theirs, in their `apps.py`."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone


@dataclass(frozen=True)
class Series:
    """`since` answers counts by day, from a day on; `permission` is what it takes to see them."""

    label: str
    permission: str
    since: Callable[[datetime.date], dict[datetime.date, int]]


SERIES: list[Series] = []


def start_of(day) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def counts_by_day(rows, moment, day) -> dict:
    """Rows by the day of their `moment`, which an index has to know."""
    since = rows.filter(**{f"{moment}__gte": start_of(day), f"{moment}__lte": timezone.now()})
    days = since.order_by().annotate(day=TruncDate(moment)).values("day")
    return dict(days.annotate(n=Count("pk")).values_list("day", "n"))

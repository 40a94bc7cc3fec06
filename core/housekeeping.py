"""What is deleted once it has served its purpose. Each room registers rules of its own.

`clean_up` applies them all, and a recurring task does so every night.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

# Rows in one transaction: a site that is busy meanwhile waits for no more than these.
BATCH = 500

registry = []


def register(*rules):
    registry.extend(rules)


def delete(rows):
    rows.delete()


@dataclass(frozen=True)
class Rule:
    """Clean `rows(before)`, those that are due, where `before` is now less `age`.

    A row that `clean` leaves in the table must not be among `rows` afterwards.
    """

    subject: str
    age: timedelta
    rows: Callable[[datetime], models.QuerySet]
    clean: Callable[[models.QuerySet], object] = delete

    def count(self, now) -> int:
        return self.rows(now - self.age).count()

    def apply(self, now) -> int:
        due, total = self.rows(now - self.age).order_by("pk"), 0
        while pks := self._clean_batch(due):
            due, total = due.filter(pk__gt=pks[-1]), total + len(pks)
        return total

    def _clean_batch(self, due) -> list:
        with transaction.atomic():
            # Whoever changes a row just now keeps it: tomorrow it is asked again.
            locked = due.select_for_update(skip_locked=True).values_list("pk", flat=True)
            pks = list(locked[:BATCH])
            if pks:
                # Past the managers of the rooms: no page shows what is cleaned.
                self.clean(models.QuerySet(due.model).filter(pk__in=pks))
        return pks


def apply_all(now=None) -> dict:
    """How many rows or files each rule cleaned, by rule."""
    now = now or timezone.now()
    return {rule: rule.apply(now) for rule in registry}


def count_all(now=None) -> dict:
    now = now or timezone.now()
    return {rule: rule.count(now) for rule in registry}

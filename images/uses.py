"""Where pictures are used: the rows, of whatever room, that show one or are about to.

A foreign key to a picture is a use of it. A model whose rows need more words gives its queryset
`in_use()`, and `in_use_before()` for those that only what was saved earlier shows, and its rows
`shows_in`, the row that an editor opens, `place_label` and `standing`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Window
from django.db.models.functions import RowNumber

# No list and no form shows them, and a text can have 200 kB.
HEAVY = models.TextField, models.JSONField


class Use(NamedTuple):
    row: models.Model
    place: str
    standing: str


@dataclass
class Uses:
    """How often a picture is used, and the newest rows of each kind."""

    count: int = 0
    first: list[Use] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.first)


def uses_of(pictures, most) -> dict[int, Uses]:
    """By key, with `most` rows of each kind at most: a query for each kind."""
    return _gathered(pictures, most, "in_use")


def former_uses_of(pictures, most) -> dict[int, Uses]:
    """Those in what was saved earlier alone: nothing shows them unless it is restored."""
    return _gathered(pictures, most, "in_use_before")


def used(pictures):
    """Those of them that anything shows."""
    shown = (
        Exists(rows.filter(**{relation.field.name: OuterRef("pk")}))
        for relation, rows in _kinds(pictures.model, "in_use")
    )
    return pictures.filter(Q(*shown, _connector=Q.OR))


def has_been_seen(picture) -> bool:
    """Whether anything but drafts that were never live shows it, or did."""
    return any(
        getattr(row, "has_been_live", True)
        for which in ("in_use", "in_use_before")
        for relation, rows in _kinds(type(picture), which)
        for row in rows.filter(**{relation.field.name: picture}).iterator()
    )


def _gathered(pictures, most, which):
    found = defaultdict(Uses)
    pks = [picture.pk for picture in pictures]
    for relation, rows in _kinds(type(pictures[0]), which) if pictures else ():
        name = relation.field.attname
        counted = rows.filter(**{f"{name}__in": pks}).annotate(
            picture_total=Window(Count("pk"), partition_by=[name]),
            picture_number=Window(RowNumber(), partition_by=[name], order_by=["-pk"]),
        )
        for row in counted.filter(picture_number__lte=most).order_by("-pk"):
            uses = found[getattr(row, name)]
            uses.count += row.picture_total if row.picture_number == 1 else 0
            uses.first.append(_use(row, relation))
    return found


def _use(row, relation) -> Use:
    shown_in = getattr(row, "shows_in", row)
    place = getattr(row, "place_label", relation.field.verbose_name)
    return Use(shown_in, str(place), str(getattr(row, "standing", "")))


def _kinds(picture_model, which):
    """Each relation to pictures, and its rows."""
    for relation in picture_model._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label == picture_model._meta.app_label:
            continue
        heavy = [one.name for one in model._meta.concrete_fields if isinstance(one, HEAVY)]
        if hasattr(model.objects, "in_use_before"):
            yield relation, getattr(model.objects, which)()
        elif which == "in_use":
            yield relation, model._base_manager.defer(*heavy)

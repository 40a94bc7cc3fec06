from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.pagestore.tracking import TrackedQuerySet
from facts.rules.dating import MONTHS, MOST_OF_A_MONTH
from facts.rules.history import JUDGEMENT, last_preference
from facts.rules.precedence import is_preferred_on
from facts.rules.public_ids import DrawnId
from facts.rules.sheets import build_sheet

IDS_AT_ONCE = 1000
WITHDRAWN_LAST = Case(When(rank="deprecated", then=Value(1)), default=Value(0))


def bounds_first(*, is_down) -> Case:
    """Of those with one amount: “at least 260” is more than 260, if by anything.

    Counting down a figure counts for its `least`, counting up for its `most`: see `with_bounds`.
    """
    beyond = ("gte" if is_down else "lte", "range")
    return Case(When(comparator__in=beyond, then=Value(0)), default=Value(1))


def months_of_period() -> Case:
    """How long a flow adds up, as `facts.rules.precedence` has it; 0 of what is of a moment."""
    begun = (
        (ExtractYear("as_of") - ExtractYear("starts_on")) * 12
        + ExtractMonth("as_of")
        - ExtractMonth("starts_on")
    )
    is_most_of_one = When(
        as_of__day__gte=ExtractDay("starts_on") + MOST_OF_A_MONTH - 1, then=begun + 1
    )
    return Case(
        When(metric__period_type="instant", then=Value(0)),
        When(starts_on__isnull=False, then=Case(is_most_of_one, default=begun)),
        *(When(as_of_precision=name, then=Value(months)) for name, months in MONTHS.items()),
        default=Value(0),
    )


def is_preferred() -> Q:
    """Preferred by an editor, and not past the last day of that preference."""
    return Q(rank="preferred", preferred_until__gte=timezone.localdate())


class FactQuerySet(TrackedQuerySet):
    def on_record(self):
        """Published facts, deprecated ones and those of closed profiles among them."""
        return self.filter(status="published")

    def published(self):
        """What the public may see: those on record of public companies."""
        return self.on_record().filter(company__is_public=True)

    def standing(self):
        """Published facts that are not deprecated."""
        return self.published().exclude(rank="deprecated")

    def in_order_of_trust(self):
        """Most authoritative first.

        Preferred, no projection, latest date, longest sum, best basis, newest.
        """
        return self.order_by(
            Case(When(is_preferred(), then=Value(0)), default=Value(1)),
            Case(When(basis="projected", then=Value(1)), default=Value(0)),
            F("as_of").desc(nulls_last=True),
            months_of_period().desc(),
            Case(
                When(basis="reported", then=Value(0)),
                When(basis="self", then=Value(1)),
                default=Value(2),
            ),
            F("published_at").desc(nulls_last=True),
            "-pk",
        )

    def current(self):
        """The one published fact that is shown of each series: company, metric and scope."""
        series = self._same_series().exclude(rank="deprecated")
        shown = series.in_order_of_trust().values("pk")[:1]
        return self.published().filter(pk=Subquery(shown))

    def told_of_each_series(self):
        """The current fact of each series; where none stands, the last withdrawn one."""
        series = self._same_series().in_order_of_trust()
        told = series.order_by(WITHDRAWN_LAST, *series.query.order_by).values("pk")[:1]
        return self.published().filter(pk=Subquery(told))

    def with_bounds(self):
        """Give each the `least` and the `most` that it says it may be: see `Value`."""
        upper = Coalesce("upper_amount", "amount")
        return self.annotate(
            least=Case(When(~Q(comparator="lte"), then=F("amount"))),
            most=Case(When(~Q(comparator="gte"), then=upper)),
        )

    def sheet(self):
        sheet = build_sheet(self)
        today = timezone.localdate()
        preferred = [one for one in sheet.current if is_preferred_on(one, today)]
        models.prefetch_related_objects(preferred, "events__by", "events__other")
        for fact in preferred:
            fact.preference = last_preference(fact.events.all())
        return sheet

    def for_export(self):
        """With all that a line of CSV says of them."""
        return self.with_sources().select_related("supersedes").prefetch_related("events")

    def with_sources(self):
        return self.select_related("company", "metric").prefetch_related("references__source")

    def update(self, **values):
        if not set(JUDGEMENT).isdisjoint(values) and self.on_record().exists():
            raise ValidationError(
                _("How a published figure stands follows from its events: use facts.publishing.")
            )
        return super().update(**values)

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        self._draw_free_ids(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def _draw_free_ids(self, facts):
        """As each would when it is saved by itself, in a query for a thousand of them."""
        drawn = [fact for fact in facts if isinstance(fact.public_id, DrawnId)]
        taken = {fact.public_id for fact in facts if not isinstance(fact.public_id, DrawnId)}
        for start in range(0, len(drawn), IDS_AT_ONCE):
            asked = [fact.public_id for fact in drawn[start : start + IDS_AT_ONCE]]
            on_record = self.model.objects.filter(public_id__in=asked)
            taken.update(on_record.values_list("public_id", flat=True))
        for fact in drawn:
            if fact.public_id in taken:
                fact.draw_free_id(besides=taken)
            taken.add(fact.public_id)

    def delete(self):
        if self.on_record().exists():
            raise models.ProtectedError(
                "A published fact is deprecated, never deleted.",
                set(self.on_record()[:10]),
            )
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _same_series(self):
        return self.model.objects.on_record().filter(
            company=OuterRef("company"), metric=OuterRef("metric"), scope=OuterRef("scope")
        )


class TechUseQuerySet(TrackedQuerySet):
    def visible(self):
        """What the public may see: sourced uses by public companies."""
        return self.filter(company__is_public=True).filter(
            Exists(self.model.references.rel.related_model.objects.filter(tech_use=OuterRef("pk")))
        )

    def with_sources(self):
        return self.select_related("company", "technology").prefetch_related("references__source")

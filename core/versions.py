"""What a row was called before: names that stand beside published figures have versions.

A row holds what it says today. When one of its `VERSIONED` fields changes while published figures
rest on it, what all of them said until then is kept, append-only.
"""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly, AppendOnlyQuerySet
from core.pagestore.tracking import TrackedQuerySet


def in_words(model, values) -> str:
    """What its fields say or said, in words: “title “Letter” and publisher “Reuters””."""
    quoted = [
        _now("%(field)s “%(value)s”")
        % {"field": model._meta.get_field(name).verbose_name, "value": values[name] or "–"}
        # PostgreSQL keeps the keys of JSON in an order of its own.
        for name in model.VERSIONED
        if name in values
    ]
    return get_text_list(quoted, _now("and"))


class Version(AppendOnly):
    """Concrete models add a `target` foreign key, whose related name is `versions`."""

    EMPTIED = ("by_id",)

    values = models.JSONField(_("what it said"))
    until = models.DateTimeField(_("until"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("view",)
        ordering = ["pk"]

    def __str__(self):
        return f"{self.target_id}: {self.label}"

    @property
    def target_name(self) -> str:
        """What was renamed: “source”."""
        return self._meta.get_field("target").verbose_name

    @property
    def label(self) -> str:
        return in_words(self._meta.get_field("target").related_model, self.values)


def locked_rows(model):
    """As a queryset: whoever writes at the same time waits, and then reads what was written."""
    return model._base_manager.select_for_update(no_key=True).order_by("pk")


class Versioned(models.Model):
    """Keeps what its `VERSIONED` fields said; `changed_by` is who saves it, where that is known."""

    VERSIONED: tuple[str, ...] = ()
    MOST_COUNTED = 1000
    changed_by = None

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        fields = kwargs.get("update_fields")
        if self._state.adding or (fields and set(self.VERSIONED).isdisjoint(fields)):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            former = locked_rows(type(self)).filter(pk=self.pk).first()
            super().save(*args, **kwargs)
            if former:
                former.keep_version(self.versioned_values(), by=self.changed_by)

    def concerned_figures(self):
        """The published facts that are shown with these fields, as a queryset."""
        raise NotImplementedError

    @property
    def concerned_count(self) -> int:
        """How many there are, counted up to `MOST_COUNTED`."""
        return self.concerned_figures().order_by()[: self.MOST_COUNTED].count() if self.pk else 0

    @property
    def said(self) -> str:
        return in_words(type(self), self.versioned_values())

    def versioned_values(self) -> dict:
        return {name: getattr(self, name) for name in self.VERSIONED}

    def keep_version(self, values_now, *, by):
        """Call it on the row as it was."""
        values = self.versioned_values()
        if values != values_now and self.concerned_figures().exists():
            self.versions.create(values=values, by=by)


class VersionedQuerySet(TrackedQuerySet):
    def update(self, **values):
        if set(self.model.VERSIONED).isdisjoint(values):
            return super().update(**values)
        with transaction.atomic():
            former = list(locked_rows(self.model).filter(pk__in=self.order_by().values("pk")))
            count = super().update(**values)
            rows = self.model._base_manager.in_bulk([row.pk for row in former])
            for row in former:
                row.keep_version(rows[row.pk].versioned_values(), by=None)
            return count

    update.alters_data = True

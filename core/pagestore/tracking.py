"""Which keys a model's rows invalidate. Each room registers its own models in `pagekeys.py`.

Saving, deleting and the bulk methods of querysets all write to the change log, so that no caller
has to remember it.
"""

from django.db import models, router, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from core.pagestore.changes import announced, changed
from core.pagestore.keys import MAX_NAMED, SITE

tracked = {}
# Many-to-many tables that are tracked, and models that no page shows: see `core.pagestore.checks`.
linked, unshown = set(), set()


def on_no_page(*models):
    """Say that no stored page shows these models, or that others are changed along with them."""
    unshown.update(models)


def everything_changed():
    """Once in a transaction: rows that a loaded fixture refers to may not exist yet to be asked."""
    if SITE not in announced.pending():
        changed(SITE)


class Tracked:
    """`keys_of(row)`: the keys of the pages that show the row.

    `ignored`: fields that no public page shows. `created=False`: a new row is on no page until
    another tracked row refers to it.
    """

    def __init__(self, model, keys_of, *, ignored=(), created=True):
        self.model = model
        self.keys_of = keys_of
        self.ignored = frozenset(ignored)
        self.created = created
        tracked[model] = self

    def connect(self):
        label = self.model._meta.label
        pre_save.connect(self.before_save, self.model, dispatch_uid=f"pagestore.{label}.before")
        post_save.connect(self.after_save, self.model, dispatch_uid=f"pagestore.{label}.after")
        pre_delete.connect(
            self.before_delete, self.model, dispatch_uid=f"pagestore.{label}.deleting"
        )
        post_delete.connect(
            self.after_delete, self.model, dispatch_uid=f"pagestore.{label}.deleted"
        )

    def is_ignored(self, fields) -> bool:
        return bool(fields) and self.ignored.issuperset(fields)

    def before_save(self, sender, instance, raw=False, update_fields=None, **kwargs):
        instance._pagestore_keys = set()
        if raw or instance._state.adding or instance.pk is None or self.is_ignored(update_fields):
            return
        former = self.model._base_manager.filter(pk=instance.pk).first()
        if former is not None:
            instance._pagestore_keys = set(self.keys_of(former))

    def after_save(self, sender, instance, created, raw=False, update_fields=None, **kwargs):
        keys = instance.__dict__.pop("_pagestore_keys", set())
        if raw:
            everything_changed()
            return
        if self.is_ignored(update_fields) or (created and not self.created):
            return
        changed(*keys, *self.keys_of(instance))

    def before_delete(self, sender, instance, **kwargs):
        # While the rows that refer to it still exist.
        instance._pagestore_keys = set(self.keys_of(instance))

    def after_delete(self, sender, instance, **kwargs):
        changed(*instance.__dict__.pop("_pagestore_keys", ()))

    def keys_of_rows(self, rows) -> set:
        rows = list(rows[: MAX_NAMED + 1])
        if len(rows) > MAX_NAMED:
            return {SITE}
        return {key for row in rows for key in self.keys_of(row)}


def keys_of_referrers(row) -> set:
    """The keys of the tracked rows that have a foreign key to `row`."""
    found = set()
    for relation in row._meta.related_objects:
        if about := tracked.get(relation.related_model):
            rows = about.model._base_manager.filter(**{relation.field.name: row.pk})
            found |= about.keys_of_rows(rows)
    return found


def track(model, keys_of, **options):
    Tracked(model, keys_of, **options).connect()


def track_links(through, keys_of):
    """Rows of a many-to-many table: `keys_of(instance, related_model, pks)` covers both ends."""

    def record(sender, instance, action, model, pk_set, **kwargs):
        if action in ("post_add", "pre_remove", "pre_clear"):
            changed(*keys_of(instance, model, pk_set))

    linked.add(through)
    m2m_changed.connect(
        record, through, weak=False, dispatch_uid=f"pagestore.links.{through._meta.label}"
    )


class TrackedQuerySet(models.QuerySet):
    """Its bulk methods write to the change log what saving row by row would have written."""

    def update(self, **values):
        about = tracked.get(self.model)
        if about is None or about.is_ignored(values):
            return super().update(**values)
        with transaction.atomic(using=router.db_for_write(self.model)):
            pks = list(self.values_list("pk", flat=True)[: MAX_NAMED + 1])
            if not pks:
                return super().update(**values)
            named = self.model._base_manager.filter(pk__in=pks)
            before = about.keys_of_rows(named)
            count = super().update(**values)
            changed(*(before | about.keys_of_rows(named)))
            return count

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        about = tracked.get(self.model)
        if about is None or not about.created:
            return super().bulk_create(objs, *args, **kwargs)
        with transaction.atomic(using=router.db_for_write(self.model)):
            rows = super().bulk_create(objs, *args, **kwargs)
            if len(rows) > MAX_NAMED or any(row.pk is None for row in rows):
                changed(SITE)
            else:
                changed(*{key for row in rows for key in about.keys_of(row)})
            return rows

    def bulk_update(self, objs, fields, *args, **kwargs):
        about = tracked.get(self.model)
        if about is None or about.is_ignored(fields):
            return super().bulk_update(objs, fields, *args, **kwargs)
        with transaction.atomic(using=router.db_for_write(self.model)):
            objs = tuple(objs)
            named = self.model._base_manager.filter(pk__in=[row.pk for row in objs])
            before = about.keys_of_rows(named)
            # Django's bulk_update calls update(), which logs every row once more.
            count = super().bulk_update(objs, fields, *args, **kwargs)
            changed(*(before | about.keys_of_rows(named)))
            return count

    bulk_update.alters_data = True

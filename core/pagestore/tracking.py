"""Which keys a model's rows invalidate. Each room registers its own models in `pagekeys.py`.

Saving, deleting and the bulk methods of querysets all write to the change log, so that no caller
has to remember it.
"""

from contextlib import contextmanager

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
    another tracked row refers to it. `on_every_page`: fields that every page shows; a change of
    one of them, a new row and a deleted one invalidate every page.
    """

    def __init__(self, model, keys_of, *, ignored=(), created=True, on_every_page=()):
        self.model = model
        self.keys_of = keys_of
        self.ignored = frozenset(ignored)
        self.created = created
        self.on_every_page = frozenset(on_every_page)
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
        if raw or self.is_ignored(update_fields):
            return
        is_new = instance._state.adding or instance.pk is None
        former = None if is_new else self.rows([instance.pk]).first()
        if former is not None:
            instance._pagestore_keys.update(self.keys_of(former))
        if self.changes_everything(former, instance, update_fields):
            instance._pagestore_keys.add(SITE)

    def changes_everything(self, former, row, fields) -> bool:
        """Outside a transaction somebody else may have written after `former` was read."""
        if former is None or not self.is_locking:
            return bool(self.on_every_page)
        return self.shown_everywhere(former, fields) != self.shown_everywhere(row, fields)

    def shown_everywhere(self, row, fields):
        names = self.on_every_page.intersection(fields or self.on_every_page)
        return {name: getattr(row, name) for name in names}

    @property
    def is_locking(self) -> bool:
        using = router.db_for_write(self.model)
        return bool(self.on_every_page) and transaction.get_connection(using).in_atomic_block

    def rows(self, pks):
        """As they are where they will be written; locked, if their former values count."""
        rows = self.model._base_manager.using(router.db_for_write(self.model)).filter(pk__in=pks)
        return rows.select_for_update(no_key=True) if self.is_locking else rows

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
        instance._pagestore_keys = self.keys_of_new([instance])

    def after_delete(self, sender, instance, **kwargs):
        changed(*instance.__dict__.pop("_pagestore_keys", ()))

    def keys_of_new(self, rows) -> set:
        """Of rows that come or go."""
        return {SITE} if self.on_every_page else self.keys_of_rows(rows)

    def keys_of_rows(self, rows) -> set:
        rows = list(rows[: MAX_NAMED + 1])
        if len(rows) > MAX_NAMED:
            return {SITE}
        return {key for row in rows for key in self.keys_of(row)}

    @contextmanager
    def recording(self, pks, fields):
        """Logs what is changed within by writing `fields` of these rows."""
        former, before = self.look(pks, fields)
        yield
        today, after = self.look(pks, fields)
        changed(*former, *today, *([SITE] if before != after else []))

    def look(self, pks, fields):
        """The keys of these rows, and what they show on every page."""
        rows = list(self.rows(pks)[: MAX_NAMED + 1])
        return self.keys_of_rows(rows), {row.pk: self.shown_everywhere(row, fields) for row in rows}


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
            with about.recording(pks, values):
                return super().update(**values)

    update.alters_data = True

    def bulk_create(self, objs, *args, **kwargs):
        about = tracked.get(self.model)
        if about is None or not about.created:
            return super().bulk_create(objs, *args, **kwargs)
        with transaction.atomic(using=router.db_for_write(self.model)):
            rows = super().bulk_create(objs, *args, **kwargs)
            changed(*({SITE} if any(row.pk is None for row in rows) else about.keys_of_new(rows)))
            return rows

    def bulk_update(self, objs, fields, *args, **kwargs):
        about = tracked.get(self.model)
        if about is None or about.is_ignored(fields):
            return super().bulk_update(objs, fields, *args, **kwargs)
        with transaction.atomic(using=router.db_for_write(self.model)):
            objs = tuple(objs)
            # Django's bulk_update calls update(), which logs every row once more.
            with about.recording([row.pk for row in objs], fields):
                return super().bulk_update(objs, fields, *args, **kwargs)

    bulk_update.alters_data = True

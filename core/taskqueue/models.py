from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet, get_date_max


class QueuedTaskQuerySet(DBTaskResultQuerySet):
    def unfinished(self):
        """What waits, runs or failed for good."""
        return self.exclude(status=TaskResultStatus.SUCCESSFUL)

    def retry(self) -> int:
        """Let what failed for good begin anew."""
        return self.failed().update(
            status=TaskResultStatus.READY,
            worker_ids=[],
            run_after=timezone.now(),
            finished_at=None,
        )


class QueuedTask(DBTaskResult):
    """A task as the desk shows it."""

    objects = QueuedTaskQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self):
        return self.task_path.rpartition(".")[2].replace("_", " ")

    @property
    def attempts(self) -> int:
        return len(self.worker_ids)

    @property
    def arguments(self) -> str:
        given = self.args_kwargs
        named = (f"{name}={value!r}" for name, value in given["kwargs"].items())
        return ", ".join([*map(repr, given["args"]), *named])

    @property
    def error(self) -> str:
        """The last line of its last failure."""
        return self.traceback.strip().rpartition("\n")[2]

    @property
    def due_at(self):
        """When it is tried next, if it has to wait for that."""
        is_deferred = self.status == TaskResultStatus.READY and self.run_after != get_date_max()
        return self.run_after if is_deferred else None


class WorkerQuerySet(models.QuerySet):
    def alive(self):
        dead_after = timedelta(seconds=settings.WORKER_DEAD_AFTER)
        return self.filter(seen_at__gt=timezone.now() - dead_after)


class Worker(models.Model):
    """A running worker process. One that has not reported for a while is taken for dead."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"))

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self):
        return self.name


class RecurringRun(models.Model):
    """The last due time for which a recurring command was enqueued."""

    command = models.CharField(_("command"), max_length=120, primary_key=True)
    due_at = models.DateTimeField(_("due"))

    class Meta:
        verbose_name = _("recurring run")
        verbose_name_plural = _("recurring runs")

    def __str__(self):
        return self.command


class BatchQuerySet(models.QuerySet):
    def unfinished(self):
        waiting = BatchItem.objects.filter(batch=OuterRef("pk"), state=BatchItem.State.WAITING)
        return self.filter(Q(is_listed=False) | Exists(waiting)).order_by("-pk")


class Batch(models.Model):
    """One thing done to many rows. `batches.perform` keeps what became of each."""

    CHUNK = 20

    title = models.CharField(_("title"), max_length=200)
    started_by = models.CharField(_("started by"), max_length=150, blank=True)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    reference = models.CharField(
        _("what it follows from"), max_length=80, blank=True, db_index=True, editable=False
    )
    is_listed = models.BooleanField(_("its rows are known"), default=True, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Where the desk shows its progress."""
        return reverse("admin:taskqueue_batch_change", args=[self.pk])

    @classmethod
    @transaction.atomic
    def start(cls, title, items, task, *args, by="", chunk=CHUNK):
        """`items` are (key, label); `task` gets the batch's id, some of the keys, and `args`."""
        batch = cls.objects.create(title=title[:200], started_by=by)
        batch.add(items, task, *args, chunk=chunk)
        return batch

    @classmethod
    @transaction.atomic
    def follow(cls, reference, title, task, *args):
        """Start a batch whose rows `task(batch_pk, *args)` finds, which then calls `fill`.

        A batch that has not found them yet will find those of this change as well.
        """
        waiting = cls.objects.select_for_update().filter(reference=reference, is_listed=False)
        if not waiting.exists():
            batch = cls.objects.create(title=title[:200], reference=reference, is_listed=False)
            task.enqueue(batch.pk, *args)

    @classmethod
    @transaction.atomic
    def fill(cls, pk, items, task, *, chunk=CHUNK):
        """Enqueue the rows of a batch that was started without them. Doing so again is harmless."""
        batch = cls.objects.select_for_update().filter(pk=pk, is_listed=False).first()
        if batch is None:
            return
        batch.is_listed = True
        batch.save(update_fields=["is_listed"])
        batch.add(items, task, chunk=chunk)

    def add(self, items, task, *args, chunk=CHUNK):
        items = [BatchItem(batch=self, key=key, label=str(label)[:200]) for key, label in items]
        BatchItem.objects.bulk_create(items)
        keys = [item.key for item in items]
        for start in range(0, len(keys), chunk):
            task.enqueue(self.pk, keys[start : start + chunk], *args)

    @cached_property
    def progress(self) -> dict:
        """How many there are `total`, `done` and `failed`."""
        of_state = {state: Count("pk", filter=Q(state=state)) for state in ("done", "failed")}
        return self.items.aggregate(total=Count("pk"), **of_state)

    @property
    def is_over(self) -> bool:
        ended = self.progress["done"] + self.progress["failed"]
        return self.is_listed and ended >= self.progress["total"]

    def failures(self):
        return self.items.filter(state=BatchItem.State.FAILED).order_by("pk")


class BatchItem(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    batch = models.ForeignKey(
        Batch, verbose_name=_("batch"), on_delete=models.CASCADE, related_name="items"
    )
    key = models.BigIntegerField(_("row"))
    label = models.CharField(_("label"), max_length=200)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("row of a batch")
        verbose_name_plural = _("rows of batches")
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="batch_item_once"),
        ]

    def __str__(self):
        return self.label

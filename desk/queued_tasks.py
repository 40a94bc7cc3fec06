"""The task queue at the desk: what waits, runs and failed, and the progress of batches."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.desk import LongListAdmin
from core.taskqueue.models import Batch, QueuedTask, Worker

MOST_FAILURES = 200
STATES = {
    "waiting": (_("waiting"), Q(status=TaskResultStatus.READY)),
    "running": (_("running"), Q(status=TaskResultStatus.RUNNING)),
    "failed": (_("failed"), Q(status=TaskResultStatus.FAILED)),
    "done": (_("done"), Q(status=TaskResultStatus.SUCCESSFUL)),
}
LABELS = {one.children[0][1]: label for label, one in STATES.values()}

# Ours shows the same rows, and can retry.
admin.site.unregister(DBTaskResult)


class ShownOnly:
    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _condition) in STATES.items()]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("unfinished")}, *others]

    def queryset(self, request, queryset):
        if self.value() in STATES:
            return queryset.filter(STATES[self.value()][1])
        return queryset.unfinished()


@admin.register(QueuedTask)
class QueuedTaskAdmin(ShownOnly, LongListAdmin):
    list_display = ["what", "state", "queue_name", "attempt", "due", "last_error"]
    list_filter = [StateFilter, "queue_name"]
    list_per_page = 50
    ordering = ["-enqueued_at", "pk"]
    actions = ["retry_selected"]
    change_list_template = "admin/taskqueue/queuedtask/list.html"

    def changelist_view(self, request, extra_context=None):
        alive = list(Worker.objects.alive().order_by("started_at"))
        context = {"title": _("Tasks"), "workers": alive, **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_urls(self):
        retry = self.admin_site.admin_view(self.retry_view)
        return [
            path("<path:object_id>/retry/", retry, name="taskqueue_queuedtask_retry"),
            *super().get_urls(),
        ]

    @admin.display(description=_("task"))
    def what(self, task):
        return format_html("{} <small>{}</small>", task, task.arguments[:120])

    @admin.display(description=_("state"))
    def state(self, task):
        return LABELS[task.status]

    @admin.display(description=_("attempts"))
    def attempt(self, task):
        return task.attempts

    @admin.display(description=_("not before"))
    def due(self, task):
        return task.due_at

    @admin.display(description=_("last error"))
    def last_error(self, task):
        return task.error[:200]

    @admin.action(description=_("Try the failed ones again"), permissions=["change"])
    def retry_selected(self, request, queryset):
        self._retry(request, queryset)

    def retry_view(self, request, object_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        self._retry(request, QueuedTask.objects.filter(pk=unquote(object_id)))
        return HttpResponseRedirect(reverse("admin:taskqueue_queuedtask_changelist"))

    def _retry(self, request, tasks):
        number = tasks.retry()
        told = ngettext("%(n)d task is tried again.", "%(n)d tasks are tried again.", number)
        level = messages.SUCCESS if number else messages.WARNING
        messages.add_message(request, level, told % {"n": number})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        task = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, task):
            raise PermissionDenied
        if task is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        is_failed = task.status == TaskResultStatus.FAILED
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(task).capitalize(),
            "task": task,
            "state": LABELS[task.status],
            "can_retry": is_failed and self.has_change_permission(request, task),
        }
        return TemplateResponse(request, "admin/taskqueue/queuedtask/task.html", context)


@admin.register(Batch)
class BatchAdmin(ShownOnly, LongListAdmin):
    list_display = ["title", "started_by", "started_at"]
    ordering = ["-started_at", "-pk"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        is_own = obj is not None and obj.started_by == request.user.get_username()
        return is_own or super().has_view_permission(request, obj)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        batch = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": batch.title,
            "batch": batch,
            "failures": batch.failures()[:MOST_FAILURES],
            "has_list": self.has_view_permission(request),
        }
        return TemplateResponse(request, "admin/taskqueue/batch/progress.html", context)

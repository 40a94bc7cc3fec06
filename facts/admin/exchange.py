"""Import and export of figures as CSV in the admin; an import is shown before it is run."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from facts.admin.forms import ImportForm
from facts.exchange import csv_lines, long_files
from facts.exchange.importing import import_facts
from facts.models import Fact, FigureImport

MOST_FAILURES = 100


def as_csv(facts) -> StreamingHttpResponse:
    found = facts.for_export()
    response = StreamingHttpResponse(
        csv_lines.write(found.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="facts.csv"'
    return response


class ExchangeViews:
    change_list_template = "admin/facts/fact/change_list.html"

    def get_urls(self):
        def url(route, view, name):
            guarded = never_cache(self.admin_site.admin_view(view))
            return path(route, guarded, name=f"facts_fact_{name}")

        return [
            url("import/", self.import_view, "import"),
            url("import/<int:pk>/", self.progress_view, "import_progress"),
            url("export/", self.export_view, "export"),
            *super().get_urls(),
        ]

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return as_csv(Fact.objects.order_by("pk"))

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export_selected(self, request, queryset):
        # Drops the changelist's annotations and order, so that the export walks the primary key.
        return as_csv(Fact.objects.filter(pk__in=queryset.values("pk")).order_by("pk"))

    def import_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_post = request.method == "POST"
        may_publish = self.has_publish_permission(request)
        form = ImportForm(
            request.POST if is_post else None,
            request.FILES if is_post else None,
            may_publish=may_publish,
        )
        outcome = None
        if is_post and form.is_valid():
            if len(form.lines) > long_files.AT_ONCE:
                return self._begin(request, form)
            outcome = self._run(request, form)
            if outcome and not outcome.is_dry_run and not outcome.errors:
                messages.success(request, outcome.summary())
                return HttpResponseRedirect(reverse("admin:facts_fact_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import figures"),
            # Shows the uploaded text in the field, where it can be corrected.
            "form": form.with_text(),
            "outcome": outcome,
            "summary": outcome.summary() if outcome and not outcome.errors else "",
            "columns": csv_lines.COLUMNS,
        }
        return TemplateResponse(request, "admin/facts/fact/import.html", context)

    def _begin(self, request, form):
        data, file = form.cleaned_data, request.FILES.get("file")
        options = long_files.Options(
            request.user, data.get("publish", False), data.get("reason", ""), data["decimal"]
        )
        begun = long_files.begin(data["text"], options, name=file.name if file else "")
        return HttpResponseRedirect(reverse("admin:facts_fact_import_progress", args=[begun.pk]))

    def progress_view(self, request, pk):
        """A long file's check, and then its import, for whoever sent it and for editors."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        files = FigureImport.objects.select_related("check_batch", "run_batch", "by")
        if not self.has_publish_permission(request):
            files = files.filter(by=request.user)
        file = get_object_or_404(files.defer("text"), pk=pk)
        if request.method == "POST":
            if not file.may_run():
                raise PermissionDenied
            long_files.run(file)
            return HttpResponseRedirect(request.path)
        batch = file.run_batch or file.check_batch
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(file),
            "file": file,
            "batch": batch,
            "failures": batch.failures()[:MOST_FAILURES],
            "can_run": file.run_batch is None and file.is_sound,
        }
        return TemplateResponse(request, "admin/facts/fact/import_progress.html", context)

    def _run(self, request, form):
        data = form.cleaned_data
        try:
            return import_facts(
                form.lines,
                by=request.user,
                publish=data.get("publish", False),
                reason=data.get("reason", ""),
                decimal=data["decimal"],
                dry_run="_import" not in request.POST,
            )
        except csv_lines.UnusableFile as error:
            form.add_error("text", str(error))
        return None

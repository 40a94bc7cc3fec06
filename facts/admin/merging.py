"""The page on which an editor merges a profile into another of the same company."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from companies.merging import merge
from companies.models import Company, CompanyMerge
from core.desk import BREAK, RowField, tell_what_follows


class MergeForm(forms.Form):
    into = RowField(
        Company.objects.filter(merge__isnull=True),
        label=_("The profile that stays"),
        widget=AutocompleteSelect(Company._meta.get_field("parent"), admin.site),
    )
    reason = CompanyMerge._meta.get_field("reason").formfield(
        label=_("Why the two are one company"), widget=forms.TextInput(attrs={"size": 80})
    )


class MergeViews:
    def get_urls(self):
        guarded = never_cache(self.admin_site.admin_view(self.merge_view))
        return [
            path("<int:pk>/merge/", guarded, name="companies_company_merge"),
            *super().get_urls(),
        ]

    def get_search_results(self, request, queryset, search_term):
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        is_choice = request.path == reverse("admin:autocomplete")
        return (found.filter(merge__isnull=True) if is_choice else found), may_repeat

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "merges_told"] if obj else fields

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, (_("Merges"), {"fields": ["merges_told"]})] if obj else fieldsets

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and request.user.has_perm("facts.publish_fact")

    def merge_view(self, request, pk):
        if not self.has_merge_permission(request):
            raise PermissionDenied
        former = Company.objects.filter(pk=pk, merge__isnull=True).first()
        if former is None:
            raise Http404
        form = MergeForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._merged(request, former, form):
            url = reverse("admin:companies_company_change", args=[form.cleaned_data["into"].pk])
            return HttpResponseRedirect(url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merge into another profile"),
            "company": former,
            "form": form,
            "media": self.media + form.media,
            "figures": former.facts.count(),
        }
        return TemplateResponse(request, "admin/companies/company/merge.html", context)

    def _merged(self, request, former, form) -> bool:
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]
        try:
            merge(former, into, by=request.user, reason=reason)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return False
        told = _("“%(former)s” is part of “%(into)s” from now on; its addresses lead there.")
        messages.success(request, told % {"former": former, "into": into})
        tell_what_follows(request, into)
        return True

    @admin.display(description=_("merges"))
    def merges_told(self, company):
        """Told on both profiles."""
        rows = CompanyMerge.objects.select_related("former", "into", "by").order_by("-pk")
        lines = [self._told(one, "into", _("Merged into")) for one in rows.filter(former=company)]
        lines += [self._told(one, "former", _("Merged here:")) for one in rows.filter(into=company)]
        return format_html_join(BREAK, "{}", ((line,) for line in lines)) or "–"

    def _told(self, one, name, words):
        other = getattr(one, name)
        return format_html(
            '{} <a href="{}">{}</a>, {} ({}): {}',
            words,
            reverse("admin:companies_company_change", args=[other.pk]),
            other,
            date_format(one.at, "j M Y"),
            one.by or "–",
            one.reason,
        )

"""What the desk's pages have in common, so that they open as fast with a million rows."""

import datetime
import re
from functools import wraps

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.db.counting import BoundedPaginator
from core.fields import former_addresses
from core.taskqueue.models import Batch

MOST_YEARS = 30
MOST_TOLD = 5
MOST_ROWS = 200
BREAK = SafeString("<br>")
COUNTS = (INITIAL_FORM_COUNT, TOTAL_FORM_COUNT)


def answers_in_place(site, view):
    """For scripts: who is not signed in is told so (401), and not led away from what they write."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if site.has_permission(request):
            return view(request, *args, **kwargs)
        return JsonResponse({"login": reverse("admin:login")}, status=401)

    return guarded


def is_key(field, key) -> bool:
    """Whether the column can hold it: what it cannot, no row has."""
    try:
        field.clean(key, None)
    except ValidationError:
        return False
    return True


class RowField(forms.ModelChoiceField):
    """A key that no column holds names no row, and none is looked for by it.

    Django's own looks for what was sent once more to show it again, and fails there.
    """

    def prepare_value(self, value):
        value = super().prepare_value(value)
        if isinstance(value, list):
            return list(filter(self._is_readable, value))
        return value if self._is_readable(value) else None

    def _is_readable(self, key):
        model = self.queryset.model
        return is_key(model._meta.get_field(self.to_field_name or model._meta.pk.name), key)


class RowsField(RowField, forms.ModelMultipleChoiceField):
    def clean(self, value):
        for key in value or ():
            if not self._is_readable(key):
                message, told = self.error_messages["invalid_pk_value"], {"pk": key}
                raise ValidationError(message, code="invalid_pk_value", params=told)
        return super().clean(value)


class RefusesUnreadableKeys:
    """For the desk's forms and the inlines of them: what is wrong is told beside its field."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", RowField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", RowsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class BoundedCounts:
    @cached_property
    def management_form(self):
        """Django takes a forged negative count, and fails on it."""
        form = super().management_form
        if self.is_bound and min(form.cleaned_data[name] for name in COUNTS) < 0:
            form.add_error(None, self.error_messages["missing_management_form"])
            form.cleaned_data |= dict.fromkeys(COUNTS, 0)
        return form


class BoundedFormSet(BoundedCounts, BaseInlineFormSet):
    pass


class BoundedListFormSet(BoundedCounts, BaseModelFormSet):
    pass


class NamesKnownRows:
    """For the question before a deletion: it names no index entries and no rows of links."""

    def get_deleted_objects(self, objs, request):
        rows, counts, rights, kept = super().get_deleted_objects(objs, request)
        unknown = [model._meta for model in apps.get_models(include_auto_created=True)]
        unknown = [one for one in unknown if one.auto_created or one.app_label == "modelsearch"]
        openings = tuple(f"{capfirst(one.verbose_name)}: " for one in unknown)
        plurals = {one.verbose_name_plural for one in unknown}
        counts = {name: count for name, count in counts.items() if name not in plurals}
        return _without(rows, openings), counts, rights, kept


def _without(rows, openings) -> list:
    """Of Django's nested lists, in which a row's own follow it, those that begin otherwise."""
    left, is_left = [], True
    for row in rows:
        if isinstance(row, list):
            if is_left and (below := _without(row, openings)):
                left.append(below)
        elif is_left := not row.startswith(openings):
            left.append(row)
    return left


class ReadableLists:
    """For the desk's lists: what can be no key names no row, in whatever was forged of a form."""

    def changelist_view(self, request, extra_context=None):
        """Without the ids of edited rows that are none: each of those is told to be missing."""
        request.POST = request.POST.copy()
        for name in [*request.POST]:
            is_id = re.fullmatch(rf"form-\d+-{self.opts.pk.name}", name)
            if is_id and not is_key(self.opts.pk, request.POST[name]):
                del request.POST[name]
        return super().changelist_view(request, extra_context)

    def get_changelist_formset(self, request, **kwargs):
        bounds = {"max_num": MOST_ROWS, "absolute_max": MOST_ROWS}
        return super().get_changelist_formset(
            request, formset=BoundedListFormSet, **bounds, **kwargs
        )

    def response_action(self, request, queryset):
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = [key for key in selected if is_key(self.opts.pk, key)]
        request.POST.setlist(ACTION_CHECKBOX_NAME, keys)
        return super().response_action(request, queryset)


class DeskInline(RefusesUnreadableKeys):
    """Rows in the form of another: as many as a form is made of in time, whatever was sent."""

    formset = BoundedFormSet
    max_num = MOST_ROWS

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


class KeepsRows:
    """For the desk of models that are `core.db.keeping.Kept`."""

    def has_delete_permission(self, request, obj=None):
        is_kept = obj is not None and obj.is_kept
        return not is_kept and super().has_delete_permission(request, obj)


class LongListAdmin(admin.ModelAdmin):
    """For lists that grow without end: nothing here reads or counts all of them."""

    paginator = BoundedPaginator
    show_full_result_count = False


class VersionedAdmin:
    """Of rows that stand beside published figures: how many, and what they said before."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "concerned", "former_words"] if obj else fields

    def save_model(self, request, obj, form, change):
        obj.changed_by = request.user
        super().save_model(request, obj, form, change)
        if change and not set(obj.VERSIONED).isdisjoint(form.changed_data):
            self._tell_whom_it_concerns(request, obj)

    def _tell_whom_it_concerns(self, request, obj):
        if count := obj.concerned_count:
            told = ngettext(
                "%(n)s published figure is shown with it: what it said before is kept, and "
                "the desk is asked to look again.",
                "%(n)s published figures are shown with it: what it said before is kept, and "
                "the desk is asked to look again.",
                count,
            )
            messages.warning(request, told % {"n": self._counted(obj, count)})

    def _counted(self, obj, count):
        return f"{count}+" if count == obj.MOST_COUNTED else count

    @admin.display(description=_("published figures"))
    def concerned(self, obj):
        count = obj.concerned_count
        if not count:
            return "0"
        names = [obj._meta.get_field(name).verbose_name for name in obj.VERSIONED]
        told = ngettext(
            "%(n)s is shown with it. When you change %(names)s, what it said before is kept on "
            "record, and the desk is asked to look again.",
            "%(n)s are shown with it. When you change %(names)s, what it said before is kept on "
            "record, and the desk is asked to look again.",
            count,
        )
        counted = self._counted(obj, count)
        return told % {"n": counted, "names": get_text_list([*map(str, names)], gettext("or"))}

    @admin.display(description=_("before"))
    def former_words(self, obj):
        versions = obj.versions.select_related("by").order_by("-pk")[:MOST_TOLD]
        lines = ((one.label, date_format(one.until, "j M Y"), one.by or "–") for one in versions)
        text = _("{} until {} (changed by {})")
        return format_html_join(BREAK, text, lines) or "–"


def tell_what_follows(request, *changed):
    """Lead to the progress of what tasks still do because these rows changed."""
    references = {row.batch_reference for row in changed}
    for batch in Batch.objects.filter(reference__in=references).unfinished()[:MOST_TOLD]:
        progress = format_html('<a href="{}">{}</a>', batch.get_absolute_url(), _("Progress"))
        messages.info(
            request, format_html("{} {} {}", batch, _("are being brought up to date."), progress)
        )


def warn_of_former_address(request, row, slug):
    """Say whose links will lead here, before it takes an address that another row once had."""
    others = former_addresses(type(row)).filter(slug=slug).exclude(target=row.pk)
    for former in others.select_related("target"):
        told = _("“%(slug)s” was an address of “%(other)s”: links to it will lead here.")
        messages.warning(request, told % {"slug": slug, "other": former.target})


def year_filter(name):
    """A filter by the years between the first and the last, which an index on the field knows."""

    class YearFilter(admin.SimpleListFilter):
        title = _("year")
        parameter_name = "year"

        def lookups(self, request, model_admin):
            moments = model_admin.model.objects.exclude(**{name: None}).values_list(name, flat=True)
            # Two look-ups: asked for both ends at once, SQLite reads all that lies between.
            ends = moments.order_by(name).first(), moments.order_by(f"-{name}").first()
            if None in ends:
                return []
            first, last = (timezone.localtime(end).year for end in ends)
            years = range(last, max(first, last - MOST_YEARS) - 1, -1)
            return [(str(year), str(year)) for year in years]

        def queryset(self, request, queryset):
            value = self.value() or ""
            if not (value.isascii() and value.isdigit() and 1 <= int(value[:5]) < 9999):
                return queryset
            start, end = (
                timezone.make_aware(datetime.datetime(int(value) + more, 1, 1))  # noqa: DTZ001
                for more in (0, 1)
            )
            return queryset.filter(**{f"{name}__gte": start, f"{name}__lt": end})

    return YearFilter

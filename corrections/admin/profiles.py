"""The admin page of a company asks what a change of its public profile is, and tells readers."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.publishing.changes import MOST_OF_A_NOTE, Change, Kind, check, differences
from companies.models import Company
from core.validators import validate_printable
from corrections.publishing.profiles import keep_change, sentences_of
from facts.admin.companies import FiguresCompanyAdmin

NAMED = [
    (kind, kind.label) for kind in (Kind.CORRECTION, Kind.CLARIFICATION, Kind.UPDATE, Kind.MINOR)
]


class NotedCompanyForm(forms.ModelForm):
    change_kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *NAMED], required=False)
    change_note = forms.CharField(
        label=_("Note"),
        max_length=MOST_OF_A_NOTE,
        required=False,
        validators=[validate_printable],
        help_text=_("One sentence for readers: what was wrong, and what is right."),
    )

    changes: tuple | list = ()

    def full_clean(self):
        """The change is asked about once all the rest makes sense."""
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        self.changes = self._changes_for_readers()
        if self.changes:
            try:
                check(self.change, self.changes, lost=[])
            except ValidationError as error:
                self.add_error("change_kind", error)

    @property
    def change(self) -> Change | None:
        kind, note = (self.cleaned_data.get(f"change_{name}") for name in ("kind", "note"))
        return Change(kind, " ".join((note or "").split())) if kind else None

    def _changes_for_readers(self) -> list[dict]:
        former = self.instance.pk and Company.objects.filter(pk=self.instance.pk).first()
        if not former or not former.is_public:
            return []
        return differences(sentences_of(former), sentences_of(self.instance))


admin.site.unregister(Company)


@admin.register(Company)
class NotedCompanyAdmin(FiguresCompanyAdmin):
    form = NotedCompanyForm

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.is_public:
            return fieldsets
        told = _("What readers are told of a change of the profile")
        return [*fieldsets, (told, {"fields": ["change_kind", "change_note"]})]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changes:
            keep_change(obj, form.change, form.changes, request.user)

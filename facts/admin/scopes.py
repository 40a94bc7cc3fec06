"""The list of scopes, and how one is chosen from it."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from facts.models import Fact, Scope


def scope_choices() -> list[tuple[str, str]]:
    """The scopes by name, each part after what it lies in."""
    paths = sorted(Scope.objects.paths().values(), key=lambda path: path[::-1])
    return [("", _("the whole company")), *((path[0], ", ".join(path)) for path in paths)]


class ScopeField(forms.ChoiceField):
    """A scope from the list, however it is written. Gives its name."""

    def __init__(self, **options):
        super().__init__(choices=scope_choices, label=_("Scope"), required=False, **options)

    def to_python(self, value):
        written = super().to_python(value)
        return Scope.objects.name_of(written) or written


@admin.register(Scope)
class ScopeAdmin(admin.ModelAdmin):
    """What figures speak of keeps its name: they hold it themselves."""

    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    ordering = ["name"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request, obj=None):
        return ["name"] if obj and self._is_in_use(obj) else []

    def has_delete_permission(self, request, obj=None):
        is_free = obj is None or not self._is_in_use(obj)
        return is_free and super().has_delete_permission(request, obj)

    def _is_in_use(self, scope) -> bool:
        return Fact.objects.filter(scope=scope.name).exists()

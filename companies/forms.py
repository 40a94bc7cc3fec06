from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from companies.models import Company, Industry, Technology


class NameSelect(forms.Select):
    """Offers names, each of which runs its own way."""

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        option["attrs"]["dir"] = "auto"
        return option


class DirectoryForm(forms.Form):
    """The directory's filters. One that makes no sense says so and leaves the others be."""

    technology = forms.ChoiceField(
        label=_("Technology"),
        required=False,
        widget=NameSelect,
        error_messages={"invalid_choice": _("We know no such technology.")},
    )
    industry = forms.ChoiceField(
        label=_("Industry"),
        required=False,
        widget=NameSelect,
        error_messages={"invalid_choice": _("We know no such industry.")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        error_messages={"invalid_choice": _("We know no company of that country.")},
    )
    letter = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        technologies = Technology.objects.in_use().order_by("name").values_list("slug", "name")
        self._offer("technology", technologies)
        self._offer("industry", Industry.objects.values_list("slug", "name"))
        # Unordered and distinct: one walk through the table for both.
        pairs = set(
            Company.objects.visible().order_by().values_list("country", "initial").distinct()
        )
        names = {code: str(countries.name(code)) for code, _initial in pairs if code}
        self._offer("country", sorted(names.items(), key=lambda item: item[1]))
        self.letters = sorted({initial.upper() for _code, initial in pairs})

    def _offer(self, name, choices):
        self.fields[name].choices = [("", _("Any")), *choices]

    def clean_letter(self):
        letter = self.cleaned_data["letter"]
        if len(letter) > 1:
            self.add_error(None, _("Choose one of the letters."))
            return ""
        return letter.upper()

    def narrow(self, companies):
        """The companies that meet every filter that was understood; validate first."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if technology := chosen.get("technology"):
            companies = companies.running(technology)
        if industry := chosen.get("industry"):
            companies = companies.filter(industry__slug=industry)
        if country := chosen.get("country"):
            companies = companies.filter(country=country)
        if letter := chosen.get("letter"):
            companies = companies.filter(initial__in={letter, letter.lower()})
        return companies

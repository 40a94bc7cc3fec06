from django import forms
from django.utils.translation import gettext_lazy as _

from core.validators import validate_printable
from facts.models import Distinction, Fact


class DistinctionForm(forms.Form):
    """Why two facts that seem to contradict each other are not about the same thing."""

    first = forms.ModelChoiceField(Fact.objects.all(), widget=forms.HiddenInput)
    second = forms.ModelChoiceField(Fact.objects.all(), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why they are not the same thing"),
        max_length=Distinction._meta.get_field("reason").max_length,
        validators=[validate_printable],
    )

    def clean(self):
        data = super().clean()
        first, second = data.get("first"), data.get("second")
        if first and second and (first == second or first.company_id != second.company_id):
            raise forms.ValidationError(_("These are not two figures of one company."))
        return data


class WrongForm(forms.Form):
    facts = forms.ModelMultipleChoiceField(
        Fact.objects.filter(status=Fact.Status.PUBLISHED)
        .exclude(rank=Fact.Rank.DEPRECATED)
        .select_related("company", "metric"),
        widget=forms.MultipleHiddenInput,
    )
    reason = forms.CharField(
        label=_("Why it is wrong"),
        max_length=Fact._meta.get_field("deprecated_reason").max_length,
        help_text=_("Readers see this beside the withdrawn figure."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

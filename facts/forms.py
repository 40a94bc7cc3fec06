from django import forms
from django.utils.translation import gettext_lazy as _

from facts.models import Fact


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

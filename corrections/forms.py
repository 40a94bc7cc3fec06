from django import forms
from django.utils.translation import gettext_lazy as _

from core.validators import validate_printable
from corrections.models import Correction
from corrections.publishing import MOST_OF_A_REASON


class PublishForm(forms.ModelForm):
    """The note of a correction. `pairs` are the figures it may name."""

    figures = forms.ChoiceField(label=_("Figure put right"), required=False)
    # The revision that was reviewed, so that a newer one is not published unseen.
    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Correction
        fields = ["kind", "note", "credit"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "cols": 70})}

    field_order = ["kind", "note", "figures", "credit", "revision"]

    def __init__(self, *args, kinds=None, pairs=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.pairs = {f"{old.pk}-{new.pk if new else ''}": (old, new) for old, new in pairs}
        if kinds:
            chosen = [choice for choice in Correction.Kind.choices if choice[0] in kinds]
            self.fields["kind"].choices = chosen
            self.fields["kind"].initial = chosen[0][0]
        if pairs:
            labels = [(key, _pair_label(*pair)) for key, pair in self.pairs.items()]
            self.fields["figures"].choices = [("", "—"), *labels]
        else:
            del self.fields["figures"]

    def clean_note(self):
        # A note is a single line.
        return " ".join(self.cleaned_data["note"].split())

    def facts(self) -> dict:
        old, new = self.pairs.get(self.cleaned_data.get("figures"), (None, None))
        return {"fact_before": old, "fact_after": new}


def _pair_label(old, new):
    scope = f", {old.scope}" if old.scope else ""
    values = f"{old.display_value} → {new.display_value if new else _('withdrawn')}"
    return f"{old.company.name}, {old.metric.label}{scope}: {values}"


class AnswerForm(forms.Form):
    """The answer to one proposed correction in the inbox."""

    comment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = forms.ChoiceField(
        choices=[(name, name) for name in ("checking", "unchanged", "accepted")]
    )
    reason = forms.CharField(max_length=400, required=False, validators=[validate_printable])

    def clean(self):
        data = super().clean()
        if data.get("answer") != "checking" and not data.get("reason") and not self.errors:
            self.add_error("reason", _("Say to everyone what came of it, and why."))
        return data


class RedactForm(forms.Form):
    index = forms.IntegerField(min_value=0, max_value=1000)
    reason = forms.CharField(max_length=MOST_OF_A_REASON, validators=[validate_printable])

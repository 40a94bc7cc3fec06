from django import forms
from django.utils.translation import gettext_lazy as _

from core.validators import validate_printable
from desk.models import ReviewTask

WORDS = "words_{}"


class AnswerForm(forms.Form):
    """Input for every answer; `places` adds a field for each sentence's new words."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=ReviewTask._meta.get_field("note").max_length,
        validators=[validate_printable],
        help_text=_("Stays on record with your name."),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, places=(), **kwargs):
        super().__init__(*args, **kwargs)
        for number, place in enumerate(places):
            self.fields[WORDS.format(number)] = forms.CharField(
                label=_("new words"),
                required=False,
                max_length=300,
                initial=place.proposed,
                validators=[validate_printable],
                widget=forms.TextInput(attrs={"size": max(12, min(len(place.proposed) + 4, 60))}),
            )
        self.places = places

    def required_value(self, name):
        """The value of a field that this answer requires."""
        if not self.cleaned_data[name]:
            raise forms.ValidationError(
                _("This answer needs something in the field “%(field)s”.")
                % {"field": self.fields[name].label}
            )
        return self.cleaned_data[name]

    def placed(self):
        """Places paired with the fields for their new words."""
        return [(place, self[WORDS.format(number)]) for number, place in enumerate(self.places)]

    def words(self) -> dict[str, str]:
        """New words keyed by the current ones."""
        return {
            place.words: self.cleaned_data[WORDS.format(number)]
            for number, place in enumerate(self.places)
        }

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.publishing.changes import MOST_OF_A_NOTE, Kind
from core.validators import validate_printable
from corrections.models import NOTE, Correction
from corrections.publishing import MOST_OF_A_REASON

# The first version of a text is no change of it.
NAMED = [choice for choice in Kind.choices if choice[0] != Kind.FIRST]


class PublishForm(forms.Form):
    """What a change is called, and its note. `pairs` are the figures it may name."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NAMED)
    note = forms.CharField(
        label=_("Note"),
        max_length=MOST_OF_A_NOTE,
        required=False,
        validators=[validate_printable],
        help_text=_(
            "One sentence for readers: what was wrong, and what is right. A slip of the pen needs "
            "none."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )
    figures = forms.ChoiceField(label=_("Figure put right"), required=False)
    credit = forms.CharField(
        label=_("Credit"),
        max_length=Correction._meta.get_field("credit").max_length,
        required=False,
        validators=[validate_printable],
        help_text=Correction._meta.get_field("credit").help_text,
    )
    at = forms.DateTimeField(
        label=_("Takes over"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
        ),
        help_text=format_lazy(
            _("Empty: at once. Until this hour the live text stays. By the clock of {zone}."),
            zone=timezone.get_default_timezone_name(),
        ),
    )
    # The revision that was reviewed, so that a newer one is not published unseen.
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, kinds=None, pairs=(), may_wait=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_wait:
            del self.fields["at"]
        self.pairs = {f"{old.pk}-{new.pk if new else ''}": (old, new) for old, new in pairs}
        if kinds:
            chosen = [choice for choice in NAMED if choice[0] in kinds]
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

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at and at <= timezone.now():
            raise forms.ValidationError(_("This hour has passed."))
        return at

    def clean(self):
        data = super().clean()
        is_minor = data.get("kind") == Kind.MINOR
        if not is_minor and not data.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say in a sentence what has changed."))
        return data

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
    # The correction on record that puts right what was proposed.
    corrected = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def clean(self):
        data = super().clean()
        if data.get("answer") == "unchanged" and not data.get("reason") and not self.errors:
            self.add_error("reason", _("Say to everyone what came of it, and why."))
        return data


class RedactForm(forms.Form):
    """What is blacked out: the change with this number, or the note."""

    index = forms.CharField(max_length=4)
    reason = forms.CharField(max_length=MOST_OF_A_REASON, validators=[validate_printable])

    def clean_index(self) -> int | str:
        index = self.cleaned_data["index"]
        if index == NOTE:
            return NOTE
        return forms.IntegerField(min_value=0, max_value=1000).clean(index)

import re
import unicodedata

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments.models import Appeal, Comment, Decision, Report
from comments.screening.lookalikes import without_unseen
from comments.screening.phases import MAX_LENGTH, MIN_LENGTH
from core.validators import validate_web_url

# Control characters except tab and newline, lone surrogates, noncharacters, and what turns the
# order of letters around whatever their script.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_TOO_LONG = ngettext_lazy(
    "Keep to %(limit_value)d character: this has %(show_value)d.",
    "Keep to %(limit_value)d characters: this has %(show_value)d.",
    "limit_value",
)
MOST_OF_A_QUOTE = 500
MOST_OF_A_LINK = 500


def has_ink(text) -> bool:
    """Whether the text has a visible character: not only spaces and zero-width marks."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


class ReadableField(forms.CharField):
    """Text stripped of control characters. `is_line` joins it into a single line."""

    def __init__(self, *, max_length, is_line=True, **kwargs):
        # No `maxlength` attribute: browsers silently truncate pasted text.
        super().__init__(**kwargs)
        self.is_line = is_line
        self.validators.append(MaxLengthValidator(max_length, message=_TOO_LONG))

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "dir": "auto"}

    def to_python(self, value):
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        text = _UNREADABLE.sub("", text).strip()
        text = " ".join(text.split()) if self.is_line else text
        return text if has_ink(text) else ""


class NameField(ReadableField):
    """A name that shows all there is of it, and turns no other text around."""

    def to_python(self, value):
        return super().to_python(without_unseen(str(value or "")))


class ReadableURLField(forms.URLField):
    """An address on the web, stripped of control characters."""

    default_validators = [validate_web_url]

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", **kwargs)
        self.validators.append(MaxLengthValidator(MOST_OF_A_LINK, message=_TOO_LONG))

    def to_python(self, value):
        return super().to_python(_UNREADABLE.sub("", str(value or "")))


class CommentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Comment.Kind.choices,
        initial=Comment.Kind.NOTE,
        widget=forms.RadioSelect,
    )
    name = NameField(
        label=_("Name"),
        max_length=60,
        error_messages={"required": _("Say who you are: a first name will do.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail, never shown"),
        required=False,
        error_messages={"invalid": _("This does not look like an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wants_replies = forms.BooleanField(
        label=_("Mail me replies, once the address is confirmed"), required=False
    )
    remember = forms.BooleanField(
        label=_("Keep my name and address in this browser"), required=False
    )
    quote = ReadableField(
        label=_("The sentence you correct"),
        required=False,
        max_length=MOST_OF_A_QUOTE,
    )
    value = ReadableField(label=_("What is right instead"), required=False, max_length=120)
    as_of = ReadableField(label=_("Since when, or as of which day"), required=False, max_length=60)
    link = ReadableURLField(
        label=_("Link to the source"),
        required=False,
        error_messages={"invalid": _("This does not look like an address on the web.")},
    )
    text = ReadableField(
        label=_("Your comment"),
        max_length=MAX_LENGTH,
        is_line=False,
        error_messages={"required": _("Write your comment here.")},
        widget=forms.Textarea(attrs={"rows": 5, "cols": False}),
    )

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) < MIN_LENGTH:
            raise ValidationError(_("Write at least two characters."), code="length")
        return text

    @property
    def is_trapped(self) -> bool:
        """Whether the honeypot field was filled in."""
        return bool(self.data.get("homepage"))

    @property
    def has_field_errors(self) -> bool:
        return any(name in self.fields for name in self.errors)

    def comment(self) -> Comment:
        """An unsaved comment with the only fields a visitor may set."""
        data = self.cleaned_data
        proposed = {}
        if data["kind"] == Comment.Kind.CORRECTION:
            names = {"quote": "quote", "value": "proposed_value", "as_of": "proposed_date"}
            names["link"] = "proposed_link"
            proposed = {column: data[name] for name, column in names.items()}
        return Comment(
            kind=data["kind"],
            name=data["name"],
            email=data["email"],
            body=data["text"],
            wants_replies=data["wants_replies"] and bool(data["email"]),
            **proposed,
        )


class ReplyForm(forms.Form):
    """A staff reply to a comment."""

    text = ReadableField(
        label=_("Your reply"),
        max_length=MAX_LENGTH,
        is_line=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
    )


class EditForm(forms.Form):
    """An author's edit of their own comment."""

    text = ReadableField(
        label=_("Your comment"),
        max_length=MAX_LENGTH,
        is_line=False,
        error_messages={"required": _("Write your comment here, or take it back below.")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    clean_text = CommentForm.clean_text


class AppealForm(forms.Form):
    MADE_ALREADY = _(
        "An appeal was made already, by you or by somebody else who has this link, and there is"
        " only one. What you wrote now was not sent."
    )

    appeal = ReadableField(
        label=_("Your appeal"),
        max_length=Appeal.MOST_TEXT,
        is_line=False,
        error_messages={"required": _("Say why the decision is wrong.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    @property
    def has_field_errors(self) -> bool:
        return bool(self.errors)


class ReportForm(forms.Form):
    TOO_MANY = _(
        "Many reports came from your network within an hour. Nothing is lost: what you wrote stands"
        " below. Report it later."
    )

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=Report.Reason.choices, widget=forms.RadioSelect
    )
    note = ReadableField(label=_("In your words, if you like"), required=False, max_length=300)
    email = forms.EmailField(
        label=_("E-mail, if you want to be told what comes of it"),
        required=False,
        error_messages={"invalid": _("This does not look like an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class DecisionForm(ActionForm):
    """The reason for an action, told to the comment's author; `ReasonForm` asks if it is needed."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Decision.Reason.choices, required=False)
    note = ReadableField(label=_("in your words"), required=False, max_length=300)


class ReasonForm(forms.Form):
    """Asks for the reason that a decision lacks."""

    reason = forms.ChoiceField(
        label=_("Why? Its author is told."),
        choices=[choice for choice in Decision.Reason.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = ReadableField(label=_("In your words, if you like"), required=False, max_length=300)


class BanForm(forms.Form):
    what = forms.ChoiceField(
        label=_("Ban"), choices=[("email", _("the address")), ("subnet", _("the network"))]
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = ReadableField(label=_("because (they are told)"), max_length=300)

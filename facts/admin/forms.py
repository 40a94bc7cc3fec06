from decimal import Decimal
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from core.validators import validate_printable
from facts.admin.scopes import ScopeField
from facts.exchange.csv_lines import Line, UnusableFile, decode, read, sign_of_decimals
from facts.exchange.long_files import MOST_LINES
from facts.exchange.one_line import parse_line
from facts.exchange.unreadable import Unreadable
from facts.models import Distinction, Fact, Metric, Overruling, Reference, Source
from facts.models.sources import canonical
from facts.rules.formatting import plain_digits


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
            raise ValidationError(_("These are not two figures of one company."))
        return data


class WrongForm(forms.Form):
    facts = forms.ModelMultipleChoiceField(
        Fact.objects.on_record()
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


def known_source(url: str, title: str) -> Source | None:
    """A URL identifies a source, tracking parameters aside; without a URL, its title does."""
    if url:
        return Source.objects.filter(url=canonical(url)).first()
    return Source.objects.filter(url=None, title__iexact=title).first() if title else None


class SourceForm(forms.ModelForm):
    class Meta:
        model = Source
        fields = "__all__"  # noqa: DJ007 - the admin says which

    def clean_url(self):
        url = self.cleaned_data["url"]
        same = known_source(url, "") if url else None
        if same and same.pk != self.instance.pk:
            link = reverse("admin:facts_source_change", args=[same.pk])
            message = _("This address is on record already: {}. Use that source.")
            raise ValidationError(
                format_html(message, format_html('<a href="{}">{}</a>', link, same))
            )
        return url


class FactForm(forms.ModelForm):
    """A new figure can name its source, which is found or created when the figure is saved."""

    scope = ScopeField()
    # What is left out is an ordinary value.
    value_state = Fact._meta.get_field("value_state").formfield(required=False)

    new_source_url = Source._meta.get_field("url").formfield(label=_("Address"), required=False)
    new_source_title = forms.CharField(
        label=_("Title"), max_length=300, required=False, validators=[validate_printable]
    )
    new_source_publisher = forms.CharField(
        label=_("Publisher"), max_length=120, required=False, validators=[validate_printable]
    )
    new_source_quote = forms.CharField(
        label=_("Quoted passage"),
        max_length=1000,
        required=False,
        validators=[validate_printable],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Fact
        fields = "__all__"  # noqa: DJ007 - the admin says which

    def clean(self):
        data = super().clean()
        told = {name: data.get(f"new_source_{name}") or "" for name in ("url", "title")}
        self.source = known_source(**told)
        is_told = any(told.values()) or data.get("new_source_publisher")
        if is_told and self.source is None and not told["title"]:
            self.add_error("new_source_title", _("This source is new: give its title."))
        return data

    def save_new_source(self):
        """Call this after the figure and its references are saved."""
        data = self.cleaned_data
        if not (data.get("new_source_url") or data.get("new_source_title")):
            return
        if self.source is None:
            self.source = Source.objects.create(
                url=data.get("new_source_url"),
                title=data["new_source_title"],
                publisher=data.get("new_source_publisher", ""),
            )
        if not self.instance.references.filter(source=self.source).exists():
            Reference.objects.create(
                fact=self.instance,
                source=self.source,
                quote=data.get("new_source_quote", ""),
                retrieved_on=timezone.localdate(),
            )


def typed(value) -> str:
    """A value as it stands in a form's field."""
    if isinstance(value, Decimal):
        return plain_digits(value)
    return "" if value is None else str(value)


class QuickForm(forms.Form):
    """Quick entry of a company's figure in one line: value | date | source | passage."""

    company = forms.ModelChoiceField(Company.objects.all(), widget=forms.HiddenInput)
    metric = forms.ModelChoiceField(Metric.objects.all(), label=_("Metric"))
    scope = ScopeField()
    line = forms.CharField(
        label=_("Value | date | source | passage"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={"size": 90, "placeholder": "282.7 million | 31 Dec 2025 | https://…"}
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="quick_%s", **kwargs)

    def clean(self):
        data = super().clean()
        if data.get("metric") and data.get("line"):
            try:
                self.entry = parse_line(data["line"], data["metric"])
            except Unreadable as error:
                self.add_error("line", str(error))
        return data

    def prefilled(self) -> dict:
        """Initial values for the form of a new figure."""
        data, entry = self.cleaned_data, self.entry
        claim = {
            "company": data["company"].pk,
            "metric": data["metric"].pk,
            "scope": data["scope"],
            **{name: typed(value) for name, value in entry.claim.items()},
            "supersedes": self._superseded(),
            "new_source_quote": entry.quote,
        }
        is_address = urlsplit(entry.source).scheme in ("http", "https")
        told = {"url": entry.source if is_address else "", "title": entry.source}
        if source := known_source(told["url"], "" if is_address else told["title"]):
            claim["source"] = source.pk
        else:
            claim["new_source_url"] = told["url"]
            claim["new_source_title"] = "" if is_address else told["title"]
        return {name: value for name, value in claim.items() if value not in ("", None)}

    def _superseded(self):
        """The fact shown now, if the new one has a later date."""
        data = self.cleaned_data
        now = Fact.objects.current().filter(
            company=data["company"], metric=data["metric"], scope=data["scope"]
        )
        fact, day = now.first(), self.entry.when.as_of
        is_later = fact and day and (fact.as_of is None or fact.as_of < day)
        return fact.pk if is_later else ""


class ImportForm(forms.Form):
    """A CSV file or its text. A valid form has `lines`."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(
        label=_("or its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "class": "vLargeTextField"}
        ),
    )
    decimal = forms.ChoiceField(
        label=_("In numbers, decimals begin with"),
        required=False,
        choices=[
            ("", _("what each number tells; ask me where none does")),
            (".", _("a point: 1.234 is little more than 1")),
            (",", _("a comma: 1.234 is more than a thousand")),
        ],
    )
    publish = forms.BooleanField(
        label=_("Publish the new figures"),
        required=False,
        help_text=_("Otherwise they wait as drafts. Lines whose state is draft always do."),
    )
    reason = forms.CharField(
        label=_("Why doubtful ones are right"),
        required=False,
        max_length=Overruling._meta.get_field("reason").max_length,
        validators=[validate_printable],
        widget=forms.TextInput(attrs={"size": 90}),
    )

    def __init__(self, *args, may_publish=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines: list[Line] = []
        if not may_publish:
            del self.fields["publish"], self.fields["reason"]

    def clean(self):
        data = super().clean()
        try:
            if data.get("file"):
                data["text"] = decode(data["file"].read())
            if not data.get("text", "").strip():
                raise UnusableFile(_("Choose a file, or paste its lines."))
            self.lines = read(data["text"])
            data["decimal"] = data.get("decimal") or sign_of_decimals(data["text"])
        except UnusableFile as error:
            self.add_error("text", str(error))
        if len(self.lines) > MOST_LINES:
            message = _("%(n)d lines are too many for one file: split it.")
            self.add_error("text", message % {"n": len(self.lines)})
        return data

    def with_text(self):
        """The form with the uploaded text in its text field, where it can be corrected."""
        if self.is_bound and self.files and "text" in getattr(self, "cleaned_data", {}):
            self.data = self.data.copy()
            self.data["text"] = self.cleaned_data["text"]
        return self

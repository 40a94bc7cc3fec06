"""The desk's form edits the newest revision, not the row that readers see."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.admin import room
from articles.models import Article, Byline, ListEntry, Ranking
from articles.publishing import merging, quoting, rights, snapshots
from companies.models import Industry, Technology
from core.desk import BoundedFormSet
from core.validators import validate_printable
from facts.models import Metric
from facts.prose.lines import as_markdown, words_of

KEYS_OF_ROWS = ("section", "cover", "share_picture")
BLANK = {
    **dict.fromkeys(snapshots.PLAIN, ""),
    **snapshots.SHOWN_ELSEWHERE,
    "section": None,
    "cover": None,
    "published_at": None,
    "authors": [],
    "topics": [],
    "companies": [],
    "entries": [],
    "ranking": None,
}


def opened(article) -> tuple[int, dict]:
    """Number and content of the newest revision, read once for all parts of a form."""
    if not hasattr(article, "opened"):
        newest = publishing.newest_revision(article)
        content = snapshots.completed(newest.content) if newest else snapshots.of(article)
        article.opened = (newest.number if newest else 0), content
    return article.opened


class ArticleForm(forms.ModelForm):
    # Whether both texts have to be seen: somebody else has changed what was typed here, too.
    is_torn = False

    base_number = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # After a conflict: the revision that was read before anything was typed.
    typed_from = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        validators=[validate_printable],
        help_text=_("For the history: what changed, and why."),
    )

    ranking_technology = forms.ModelChoiceField(
        Technology.objects.order_by("name"), label=_("Uses"), required=False
    )
    ranking_industry = forms.ModelChoiceField(
        Industry.objects.all(), label=_("Industry"), required=False
    )
    ranking_metric = forms.ModelChoiceField(Metric.objects.all(), label=_("Metric"), required=False)
    ranking_order = forms.ChoiceField(
        label=_("Order"), choices=[("", _("not assembled")), *Ranking.Order.choices], required=False
    )
    ranking_limit = forms.IntegerField(
        label=_("At most"), min_value=1, max_value=100, initial=10, required=False
    )
    ranking_basis = forms.CharField(
        label=_("Basis"),
        max_length=300,
        required=False,
        validators=[validate_printable],
        help_text=Ranking._meta.get_field("basis").help_text,
    )

    # Who types; the view says it.
    user = None

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets say which
        widgets = room.WIDGETS

    def __init__(self, *args, initial=None, **kwargs):
        instance = kwargs.get("instance")
        self.newest = dict(BLANK)
        stored = {"base_number": 0}
        if instance and instance.pk:
            number, self.newest = opened(instance)
            stored = _as_initial(self.newest, instance) | {"base_number": number}
        super().__init__(*args, initial=stored | (initial or {}), **kwargs)
        let_run_either_way(self, "title", "standfirst", "body")
        room.say_the_language(self)
        self.conflict = self.planned_for = self.typed_from = None
        self.is_at_once = False
        self.brought_together_with, self.torn = None, []
        self.stored_date = self.instance.published_at

    def clean_title(self):
        # Its field breaks long lines, and takes what is pasted.
        self.cleaned_data["title"] = " ".join(self.cleaned_data["title"].splitlines())
        return self._without_problems("title")

    def clean_standfirst(self):
        return self._without_problems("standfirst")

    def clean_body(self):
        return self._without_problems("body")

    def _without_problems(self, name):
        text = self.cleaned_data[name]
        text_of_links = text if name == "body" else as_markdown(text)
        quoting.refuse_problems(text_of_links, self.known, is_draft="_publish" not in self.data)
        return text

    @cached_property
    def known(self) -> set[str]:
        """The addresses that the saved text names."""
        return quoting.named_in(self.newest) if self.instance.pk else set()

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            self.typed_from = data.get("typed_from")
            self._bring_together(data)
        if data.get("slug") == "" and data.get("title"):
            data["slug"] = Article._meta.get_field("slug").propose(
                self.instance, words_of(data["title"])
            )
        if data.get("ranking_order"):
            self._clean_ranking(data)
        if {"_publish", "_correct"} & self.data.keys() and "published_at" in data:
            self._read_date(data["published_at"])
        if "section" in data:
            self._check_section(data["section"])
        if "_publish" in self.data:
            for name in ("standfirst", "body"):
                if name in data and not data[name].strip():
                    self.add_error(name, _("It is needed before publishing."))
        return data

    def _check_section(self, section):
        """Before anything is saved: what the verbs refuse is told beside the field."""
        if section is None and {"_publish", "_submit"} & self.data.keys():
            self.add_error("section", _("It needs a section first."))
        key = section and section.pk
        try:
            # Of the one in which it stands the view has asked.
            others = {key, self.newest["section"]} - {self.instance.section_id}
            rights.refuse_writing(self.user, *others)
            if "_publish" in self.data:
                rights.refuse_publishing(self.user, key, self.newest["section"])
        except ValidationError as error:
            self.add_error("section", error.error_dict["section"])

    def _read_date(self, date):
        """Of a live article it is the hour at which this text takes over; of one that waits it may
        have been taken away.
        """
        is_waiting = self.stored_date and self.stored_date > timezone.now()
        self.is_at_once = date is None and bool(is_waiting)
        if date and date > timezone.now() and self.instance.was_public:
            if self.instance.is_withdrawn:
                self.add_error("published_at", publishing.PUT_OFF)
            else:
                self.planned_for = date

    def _clean_ranking(self, data):
        if data.get("kind") != Article.Kind.LIST:
            self.add_error("kind", _("Only a list is assembled from profiles."))
        if data["ranking_order"] in ("largest", "smallest") and not data.get("ranking_metric"):
            self.add_error("ranking_metric", _("Say by which metric the list is ordered."))
        if "ranking_basis" in data and not data["ranking_basis"].strip():
            self.add_error("ranking_basis", _("Readers are told what is listed, and by what."))

    def _ranking(self, data):
        if not data.get("ranking_order"):
            return None
        named = {name: data.get(f"ranking_{name}") for name in ("technology", "industry", "metric")}
        return {
            **{name: row.pk if row else None for name, row in named.items()},
            "order": data["ranking_order"],
            "limit": data.get("ranking_limit") or 10,
            "basis": data.get("ranking_basis", ""),
        }

    def _bring_together(self, data):
        """With what was saved since the form was opened, unless that has to be read first."""
        # Held until the save: whoever saves meanwhile waits, and then finds a newer number.
        Article.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        number, base_number = publishing.newest_number(self.instance), data.get("base_number") or 0
        if number == base_number:
            return
        self.newest = publishing.newest_content(self.instance)
        if self.typed_from is None:
            self.typed_from = base_number
        # Nothing goes out that nobody has read.
        if self.is_torn or {"_publish", "_correct"} & self.data.keys():
            self._show_both(number)
        self.brought_together_with = data["base_number"] = number

    def _show_both(self, number):
        """Whoever has read both texts may save again, over what both have changed."""
        self.conflict = self.newest
        self.data = self.data.copy()
        self.data[self.add_prefix("typed_from")] = self.typed_from
        self.data[self.add_prefix("base_number")] = number
        raise ValidationError(str(publishing.Conflict.message), code="conflict")

    def content(self, formsets) -> dict:
        """What was typed, whole. What this editor may not change is as it was."""
        data = getattr(self, "cleaned_data", {})
        content = dict(self.newest)
        for name in (*snapshots.PLAIN, *snapshots.WORDS_ELSEWHERE):
            if name in data:
                content[name] = data[name].replace("\r\n", "\n")
        for name in KEYS_OF_ROWS:
            if name in data:
                content[name] = data[name].pk if data[name] else None
        for name in ("topics", "companies"):
            if name in data:
                content[name] = sorted(row.pk for row in data[name])
        if self.planned_for:
            content["published_at"] = self._date_so_far(content)
        elif "published_at" in data and not self._is_shown_date(data["published_at"]):
            content["published_at"] = snapshots.write_time(data["published_at"])
        if "ranking_order" in data:
            content["ranking"] = self._ranking(data)
        for formset in formsets:
            content[formset.content_name] = formset.rows()
        return self._with_theirs(content)

    def _with_theirs(self, content):
        """With what somebody else has saved meanwhile, wherever this editor changed nothing."""
        if self.typed_from is None:
            return content
        # What had no revision yet has become the first.
        read = self.instance.revisions.filter(number=max(self.typed_from, 1)).first()
        if read is None:
            self.torn = ["body"]
            return content
        content, self.torn = merging.merged(snapshots.completed(read.content), self.newest, content)
        if self._has_typed_date_of(read.content):
            content["published_at"] = self.newest["published_at"]
        elif self.newest["published_at"] not in (
            read.content["published_at"],
            content["published_at"],
        ):
            self.torn.append("published_at")
        return content

    def _has_typed_date_of(self, content) -> bool:
        shown = _as_initial(content, self.instance)["published_at"]
        return self.cleaned_data.get("published_at") == (shown and shown.replace(microsecond=0))

    def _date_so_far(self, content):
        date = snapshots.date_of(content)
        return content["published_at"] if date and date <= timezone.now() else None

    def _is_shown_date(self, date):
        # The field knows whole seconds; the stored time is finer.
        shown = self.initial.get("published_at")
        return date == (shown and shown.replace(microsecond=0))


def let_run_either_way(form, *names):
    """What is typed runs as its first letter does."""
    for name in form.fields.keys() & set(names):
        form.fields[name].widget.attrs["dir"] = "auto"


def _as_initial(content, article):
    date = snapshots.date_of(content)
    ranking = content.get("ranking") or {}
    return {
        **{f"ranking_{name}": ranking[name] for name in ranking},
        **{name: content[name] for name in (*snapshots.PLAIN, *KEYS_OF_ROWS)},
        **{name: content[name] for name in snapshots.WORDS_ELSEWHERE},
        **{name: content[name] for name in ("topics", "companies")},
        "published_at": date or (article.published_at if article.has_been_live else None),
    }


class SnapshotForm(forms.ModelForm):
    """A row of a snapshot: it has no row in the database, and an empty one is left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        let_run_either_way(self, "heading", "blurb")
        self._name_fields()
        self.fields["position"].required = False
        if not self.initial:
            self.fields["position"].initial = None

    def _name_fields(self):
        """In rows there is no place for labels: voices read them, empty fields show them."""
        for field in self.fields.values():
            inner = getattr(field.widget, "widget", field.widget)
            label = capfirst(field.label)
            inner.attrs |= {"aria-label": label, "placeholder": label}

    def has_changed(self):
        names = {"author", "company", "heading", "blurb"} & self.fields.keys()
        return any(self[name].data for name in names)

    def validate_unique(self):
        """The formset sees doubles; the live rows are no rivals of what is typed."""

    validate_constraints = validate_unique


class SnapshotFormSet(BoundedFormSet):
    def get_queryset(self):
        return self.model.objects.none()

    def initial_form_count(self):
        return 0

    def typed_forms(self):
        return [
            form
            for form in self.forms
            if form.is_bound and form.has_changed() and getattr(form, "cleaned_data", None)
        ]

    def rows(self) -> list:
        """In the order of the positions typed; what has none comes last."""

        def place(form):
            position = form.cleaned_data.get("position")
            return position is None, position or 0

        return [
            row
            for form in sorted(self.typed_forms(), key=place)
            if (row := self.row_of(form.cleaned_data)) is not None
        ]

    def save(self, commit=True):
        raise NotImplementedError("Rows are saved through articles.publishing.")


class BylineFormSet(SnapshotFormSet):
    content_name = "authors"

    def clean(self):
        super().clean()
        if "_publish" in self.data and not self.typed_forms():
            raise ValidationError(_("It needs an author before it can be published."))

    def row_of(self, data):
        return data["author"].pk if data.get("author") else None

    @staticmethod
    def initial_of(content):
        return [
            {"author": pk, "position": position}
            for position, pk in enumerate(content["authors"], start=1)
        ]


class ListEntryFormSet(SnapshotFormSet):
    content_name = "entries"

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "known": self.known}

    @cached_property
    def known(self) -> set[str]:
        is_saved = self.is_bound and self.instance.pk
        return quoting.named_in(opened(self.instance)[1]) if is_saved else set()

    def row_of(self, data):
        if not data.get("company"):
            return None
        return {
            "company": data["company"].pk,
            "heading": data.get("heading", ""),
            "blurb": data.get("blurb", "").replace("\r\n", "\n"),
        }

    @staticmethod
    def initial_of(content):
        return [
            {**entry, "position": position}
            for position, entry in enumerate(content["entries"], start=1)
        ]


class BylineForm(SnapshotForm):
    class Meta:
        model = Byline
        fields = ["position", "author"]


class ListEntryForm(SnapshotForm):
    class Meta:
        model = ListEntry
        fields = ["position", "company", "heading", "blurb"]
        widgets = {"blurb": AdminTextareaWidget(attrs={"rows": 4})}

    def __init__(self, *args, known=frozenset(), **kwargs):
        """`known` are the addresses that the saved text names."""
        super().__init__(*args, **kwargs)
        self.known = known
        self.is_draft = "_publish" not in self.data

    def clean_heading(self):
        heading = self.cleaned_data["heading"]
        quoting.refuse_problems(as_markdown(heading), self.known, is_draft=self.is_draft)
        return heading

    def clean_blurb(self):
        blurb = self.cleaned_data["blurb"]
        quoting.refuse_problems(blurb, self.known, is_draft=self.is_draft)
        return blurb

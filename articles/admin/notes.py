"""The desk's notes on a text, on a page of their own and in the panel beside the text."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import publishing
from articles.models.notes import MOST_OF_A_NOTE
from articles.publishing import notes
from core.validators import validate_printable

# In the panel and on the page; what is older and resolved is told no more.
MOST_SHOWN = 100
MOST_OF_A_LABEL = 90


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=MOST_OF_A_NOTE,
        validators=[validate_printable],
        help_text=gettext_lazy("For editors and writers alone. @name tells a colleague by mail."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "dir": "auto"}),
    )
    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    def __init__(self, *args, paragraphs, **kwargs):
        super().__init__(*args, **kwargs)
        self.paragraphs = paragraphs
        labels = (
            (key, Truncator(" ".join(words.split())).chars(MOST_OF_A_LABEL))
            for key, words in paragraphs.items()
        )
        self.fields["about"].choices = [("", _("the whole article")), *labels]
        self.fields["about"].error_messages["invalid_choice"] = _(
            "This paragraph has changed meanwhile: choose it again."
        )

    @property
    def quote(self) -> str:
        return self.paragraphs.get(self.cleaned_data["about"], "")


def shown(article, content) -> list:
    """The open ones first, in the order in which they were written."""
    rows = list(article.notes.with_people().order_by("-pk")[:MOST_SHOWN])[::-1]
    for note in rows:
        note.is_lost = bool(note.quote) and not notes.stands_in(content, note)
    return sorted(rows, key=lambda note: note.resolved_at is not None)


class NoteViews:
    def get_urls(self):
        def url(route, view, name):
            guarded = never_cache(self.admin_site.admin_view(view))
            return path(route, guarded, name=f"articles_article_{name}")

        return [
            url("<int:pk>/notes/", self.notes_view, "notes"),
            url("<int:pk>/notes/<int:number>/", require_POST(self.settle_view), "note"),
            *super().get_urls(),
        ]

    def notes_view(self, request, pk):
        article = self._article(request, pk)
        content = publishing.newest_content(article)
        paragraphs = notes.paragraphs_of(content)
        form = NoteForm(request.POST or None, paragraphs=paragraphs)
        if request.method == "POST" and form.is_valid():
            try:
                text = form.cleaned_data["text"]
                notes.add_note(article, text, by=request.user, quote=form.quote)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                return HttpResponseRedirect(reverse("admin:articles_article_notes", args=[pk]))
        context = {"form": form, "notes": shown(article, content), "media": self.media}
        return self._page(request, "notes", article, _("Notes"), original=article, **context)

    def settle_view(self, request, pk, number):
        """Resolve an open note; open a resolved one again."""
        article = self._article(request, pk)
        note = get_object_or_404(article.notes, pk=number)
        if "_reopen" in request.POST:
            notes.reopen_note(note)
            told = _("The note is open again.")
        else:
            notes.resolve_note(note, by=request.user)
            told = _("The note is resolved.")
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_notes", args=[pk]))

    def keep_note(self, request, article, text):
        """What was said of a text that is as it was, so that no revision bears it."""
        if text:
            notes.add_note(article, text, by=request.user)
            self.message_user(request, _("Your note is kept among the notes."), messages.INFO)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk:
            context["notes"] = shown(obj, context["adminform"].form.newest)
        return super().render_change_form(request, context, add, change, form_url, obj)

"""The desk's queue of texts that wait for an editor, and the page on which one decides."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import checks, publishing
from articles.models import Review
from articles.models.reviews import MOST_OF_A_NOTE
from articles.publishing import comparison, snapshots
from articles.publishing.changes import MOST_OF_A_NOTE as MOST_FOR_READERS
from articles.publishing.changes import Change, Kind
from articles.publishing.describing import described
from core.db.counting import BoundedPaginator
from core.validators import validate_printable

PER_PAGE = 25
KINDS = [Kind.UPDATE, Kind.CORRECTION, Kind.CLARIFICATION, Kind.MINOR]


class DecisionForm(forms.Form):
    # The revision that was read, so that another is not decided on unseen.
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    note = forms.CharField(
        label=gettext_lazy("Note to the writer"),
        max_length=MOST_OF_A_NOTE,
        required=False,
        validators=[validate_printable],
        help_text=gettext_lazy("Needed where you return it: what is to be done."),
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70, "dir": "auto", "autofocus": True}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        choices=[("", gettext_lazy("no sentence changes")), *((one, one.label) for one in KINDS)],
        required=False,
    )
    for_readers = forms.CharField(
        label=gettext_lazy("Note to readers"),
        max_length=MOST_FOR_READERS,
        required=False,
        validators=[validate_printable],
        help_text=gettext_lazy("One sentence: what has changed. A slip of the pen needs none."),
        widget=forms.TextInput(attrs={"size": 70, "dir": "auto"}),
    )

    def __init__(self, *args, is_live, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_live:
            del self.fields["kind"], self.fields["for_readers"]

    def change(self) -> Change | None:
        kind = self.cleaned_data.get("kind")
        return Change(kind, self.cleaned_data["for_readers"].strip()) if kind else None


class ReviewViews:
    def get_urls(self):
        def url(route, view, name):
            guarded = never_cache(self.admin_site.admin_view(view))
            return path(route, guarded, name=f"articles_article_{name}")

        return [
            url("reviews/", require_safe(self.review_list), "reviews"),
            url("<int:pk>/review/", self.review_view, "review"),
            *super().get_urls(),
        ]

    def review_list(self, request):
        if not self.has_publish_permission(request):
            raise PermissionDenied
        waiting = Review.objects.waiting_for(request.user).with_texts().with_newest_number()
        page = BoundedPaginator(waiting, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sent for review"),
            "page": page,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/articles/article/reviews.html", context)

    def review_view(self, request, pk):
        """What was sent beside what readers see; a POST decides on it."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        article = self._article(request, pk)
        review = article.reviews.select_related("revision", "submitted_by", "decided_by").first()
        if review is None:
            raise Http404("It was never sent for review.")
        # What a decision locks and reads anew is the article itself.
        review.article = article
        form = self._decision_form(request, review)
        if request.method == "POST" and form.is_valid() and self._decide(request, review, form):
            return HttpResponseRedirect(reverse("admin:articles_article_reviews"))
        content = review.revision.content
        return self._page(
            request,
            "review",
            article,
            _("Review"),
            review=review,
            form=form,
            newest_number=publishing.newest_number(article),
            changes=self._changes(review),
            media=self.media,
            **self._looked_at(request, checks.Manuscript.of(article, content)),
        )

    def _decision_form(self, request, review):
        initial = {"number": review.revision.number}
        return DecisionForm(
            request.POST or None, initial=initial, is_live=review.article.is_published
        )

    def _changes(self, review):
        """Of what readers see already, the fields that differ."""
        if not review.article.was_public:
            return []
        texts = snapshots.of(review.article), review.revision.content
        rows = comparison.compare(*described(*texts))
        return [row for row in rows if row.is_changed]

    def _decide(self, request, review, form) -> bool:
        told = {name: form.cleaned_data[name] for name in ("number", "note")}
        try:
            text = self._verdict(request, review, form, {"by": request.user, **told})
        except ValidationError as error:
            form.data = form.data.copy()
            form.data["number"] = review.revision.number
            form.add_error(
                "note" if "note" in getattr(error, "error_dict", ()) else None, error.messages
            )
            return False
        self.message_user(request, text % {"article": review.article}, messages.SUCCESS)
        return True

    def _verdict(self, request, review, form, told):
        if "_return" in request.POST:
            publishing.return_with_note(review, **told)
            return _("“%(article)s” is returned with your note.")
        if "_approve" in request.POST:
            publishing.approve(review, **told)
            return _("“%(article)s” is approved.")
        if "_publish" not in request.POST:
            raise ValidationError(_("Say whether you approve or return it."))
        let_stand = request.POST.get("let_stand", "")
        checks.refuse_doubts(review.article, review.revision.content, let_stand)
        publishing.approve_and_publish(review, **told, change=form.change())
        review.article.refresh_from_db()
        if review.article.planned or review.article.is_scheduled:
            return _("“%(article)s” is approved and scheduled.")
        return _("“%(article)s” is approved and published.")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk:
            reviews = obj.reviews.select_related("revision", "submitted_by", "decided_by")
            review = reviews.defer("revision__content").first()
            if review:
                review.article = obj
            context["review"] = review if review and not review.is_behind else None
        return super().render_change_form(request, context, add, change, form_url, obj)

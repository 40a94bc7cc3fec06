"""Corrections in the admin: the inbox, publishing with a note, and the log."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles import publishing as texts
from articles.models import Article, Version
from articles.publishing import snapshots
from comments.models import Comment
from comments.writing import moderation
from core.db.counting import BoundedPaginator
from core.desk import LongListAdmin, year_filter
from corrections.admin.figures import corrected_facts
from corrections.admin.forms import AnswerForm, PublishForm, RedactForm
from corrections.admin.withdrawal import WithdrawalView
from corrections.differences import changes_of, trimmed
from corrections.models import Correction
from corrections.proposals import inbox, matters
from corrections.publishing import OF_THE_WHOLE, kinds_for, owe, publish_correction, redact

PER_PAGE = 20


def hour_asked(request, newest):
    """At which hour the newest text is to take over: as the article's form said, or its date."""
    try:
        at = parse_datetime(request.GET.get("at", ""))
        # The clock here may not reach that far.
        at = at and timezone.localtime(at)
    except (ValueError, OverflowError):
        at = None
    if at is None and newest:
        at = snapshots.date_of(newest.content)
    return at if at and at > timezone.now() else None


@admin.register(Correction)
class CorrectionAdmin(WithdrawalView, LongListAdmin):
    """Published corrections are read-only; words can be redacted, visibly."""

    list_display = ["kind", "note", "page", "credit", "fixed_in", "by", "published_at"]
    list_display_links = ["note"]
    list_filter = ["kind", year_filter("published_at")]
    list_select_related = ["article", "company", "by"]
    list_per_page = 50
    search_fields = ["note", "article__title", "company__name", "credit"]
    change_form_template = "admin/corrections/correction/change_form.html"
    change_list_template = "admin/corrections/correction/change_list.html"
    fields = [
        *("kind", "note", "page", "before_number", "after_number", "fact_before", "fact_after"),
        *("comment", "credit", "fixed_in", "published_at", "by"),
    ]

    class Media:
        css = {"all": [f"admin-ext/{name}.css" for name in ("review", "article", "corrections")]}

    # Who may do what

    def has_add_permission(self, request):
        """Corrections are added by publishing: see `publish_view`."""
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_publish_permission(self, request):
        may = request.user.has_perm
        return may("corrections.add_correction") and may("articles.publish_article")

    def has_redact_permission(self, request):
        return request.user.has_perm("corrections.redact_correction")

    def has_answer_permission(self, request):
        return request.user.has_perm("comments.moderate_comment")

    def get_urls(self):
        def url(route, view, name, guard=lambda view: view):
            guarded = never_cache(self.admin_site.admin_view(guard(view)))
            return path(route, guarded, name=f"corrections_correction_{name}")

        inbox_view = never_cache(self.admin_site.admin_view(self.inbox_view))
        return [
            path("inbox/", inbox_view, name="corrections_inbox"),
            url("publish/<int:pk>/", self.publish_view, "publish"),
            url("withdraw/<int:pk>/", self.withdraw_view, "withdraw"),
            url("<int:pk>/redact/", self.redact_view, "redact", require_POST),
            url("<int:pk>/uncredit/", self.uncredit_view, "uncredit", require_POST),
            *super().get_urls(),
        ]

    # The list and one correction

    @admin.display(description=_("page"), ordering="article__title")
    def page(self, correction):
        name = "articles_article" if correction.article_id else "companies_company"
        url = reverse(f"admin:{name}_change", args=[correction.subject.pk])
        return format_html('<a href="{}">{}</a>', url, correction.subject)

    @admin.display(description=_("time taken"))
    def fixed_in(self, correction):
        return correction.fixed_in or "–"

    def get_queryset(self, request):
        return super().get_queryset(request).with_page().select_related("by")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_redact"] = self.has_redact_permission(request)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def redact_view(self, request, pk):
        if not self.has_redact_permission(request):
            raise PermissionDenied
        correction = get_object_or_404(Correction, pk=pk)
        form = RedactForm(request.POST)
        try:
            if not form.is_valid():
                raise ValidationError(_("Say which words, and why: readers see it."))
            redact(correction, **form.cleaned_data, by=request.user)
            messages.success(request, _("Blacked out."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return self._to_correction(pk)

    def uncredit_view(self, request, pk):
        if not self.has_redact_permission(request):
            raise PermissionDenied
        correction = get_object_or_404(Correction, pk=pk)
        correction.drop_credit()
        self.log_change(request, correction, str(_("Credit taken away.")))
        return self._to_correction(pk)

    def _to_correction(self, pk):
        return HttpResponseRedirect(reverse("admin:corrections_correction_change", args=[pk]))

    # Publishing with a note

    def publish_view(self, request, pk):
        """Compare the live text with the newest and publish it with a note."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        comment = inbox.requested_comment(request, article)
        if comment is None and request.GET.get("comment"):
            raise Http404("No such correction.")
        newest = texts.newest_revision(article)
        is_newer = newest is not None and newest.number != article.live_number
        changes = changes_of(article, newest.content) if is_newer else []
        form = self._publish_form(request, article, comment, newest, changes)
        if request.method == "POST" and form.is_valid():
            done = self._published(request, article, comment, newest, form)
            if done:
                return done
        shown = Correction(changes=trimmed(changes), change_count=len(changes))
        title = _("Reinstate with a note") if article.is_withdrawn else _("Publish with a note")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "article": article,
            "may_publish": article.was_public,
            "asked": matters.matter_of(comment) if comment else None,
            "correction": shown,
            "form": form,
            "media": self.media,
            "article_url": reverse("admin:articles_article_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/corrections/correction/publish.html", context)

    def _publish_form(self, request, article, comment, newest, changes):
        pairs = corrected_facts(article)
        initial = {
            "credit": comment.name if comment and comment.state in inbox.SHOWN else "",
            "revision": newest.number if newest else 0,
            "at": hour_asked(request, newest),
        }
        # What a reader is waiting for is not put off.
        may_wait = article.is_published and comment is None and bool(changes)
        kinds = kinds_for(article)
        if not changes:
            # A slip of the pen is one of the text; without any change the article itself is meant.
            of_figures = set(kinds) - {Version.Change.MINOR} if pairs else set()
            kinds = [kind for kind in kinds if kind in OF_THE_WHOLE | of_figures]
        asked = {"kinds": kinds, "pairs": pairs, "may_wait": may_wait}
        return PublishForm(request.POST or None, initial=initial, **asked)

    def _published(self, request, article, comment, newest, form):
        if form.cleaned_data["revision"] != (newest.number if newest else 0):
            words = _("Somebody saved the article meanwhile: look at the changes again.")
            form.data = form.data.copy()
            form.data["revision"] = newest.number
            form.add_error(None, words)
            return None
        names = ("kind", "note", "credit")
        said = {name: form.cleaned_data[name] for name in names} | form.facts()
        if at := form.cleaned_data.get("at"):
            return self._planned(request, article, newest, form, at)
        try:
            read = comment and moderation.version_read(request.POST, comment)
            with transaction.atomic():
                publish_correction(
                    article, by=request.user, comment=comment, version_read=read, **said
                )
                self._answer_also(request, comment)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return None
        url = f"{article.get_absolute_url()}#corrections"
        link = format_html('<a href="{}">{}</a>', url, _("View on site"))
        messages.success(request, format_html("{} {}", _("Published with its note."), link))
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _planned(self, request, article, newest, form, at):
        kind, note, credit = (form.cleaned_data[name] for name in ("kind", "note", "credit"))
        change = texts.Change(kind, note, **form.facts(), said={"credit": credit.strip()})
        try:
            planned = texts.plan(article, at=at, by=request.user, revision=newest, change=change)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return None
        messages.success(request, texts.told(planned))
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _answer_also(self, request, comment):
        if comment:
            course, outcome = comment.course, comment.outcome
            matters.answer_also(request.POST, comment, course, outcome=outcome, by=request.user)

    # The inbox

    def inbox_view(self, request):
        if not self.has_answer_permission(request):
            raise PermissionDenied
        form = AnswerForm(request.POST or None)
        if request.method == "POST":
            if form.is_valid() and self._answered(request, form):
                return HttpResponseRedirect(request.get_full_path())
            words = [error for errors in form.errors.values() for error in errors]
            if words:
                messages.error(request, " ".join(words))
        comments = inbox.unanswered().with_page()
        page = BoundedPaginator(comments, PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Corrections proposed by readers"),
            "page": page,
            "asked": inbox.with_corrections(matters.matters_of(page.object_list)),
            "typed": form.data if form.is_bound else {},
            "may_edit": request.user.has_perm("articles.change_article"),
            "may_publish_facts": request.user.has_perm("facts.publish_fact"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/corrections/correction/inbox.html", context)

    @transaction.atomic
    def _answered(self, request, form) -> bool:
        asked, reason = form.cleaned_data["answer"], form.cleaned_data["reason"]
        comment = (
            inbox.unanswered()
            .select_for_update(of=("self",))
            .filter(pk=form.cleaned_data["comment"])
            .first()
        )
        if comment is None:
            messages.warning(request, _("It has an answer already."))
            return True
        said = {"by": request.user, "version": moderation.version_read(request.POST, comment)}
        try:
            with transaction.atomic():
                if asked == Comment.Course.ACCEPTED:
                    self._accept(comment, form.cleaned_data, **said)
                else:
                    outcome = reason if asked == Comment.Course.UNCHANGED else comment.outcome
                    moderation.set_course(comment, asked, outcome=outcome, **said)
                self._answer_also(request, comment)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return False
        messages.success(request, _("Done: %s") % comment.get_course_display())
        return True

    def _accept(self, comment, data, *, by, version):
        """Only with what was changed: readers are told that it is put right."""
        answer = inbox.corrections_for([comment]).filter(pk=data["corrected"]).first()
        if answer is None:
            words = _("Nothing is accepted that is not put right: name here what was changed.")
            raise ValidationError(words)
        owe(answer, comment, reason=data["reason"], by=by, version_read=version)

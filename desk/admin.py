import datetime

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Section
from articles.querysets import HEAVY_FIELDS
from core.desk import LongListAdmin
from core.web.http import parse_pk
from desk import actions, presentation, queued_tasks  # noqa: F401 - registers its pages
from desk.forms import AnswerForm
from desk.models import ReviewTask

Kind = ReviewTask.Kind
# Further permissions that an answer requires.
NEEDED = {
    "refresh": "articles.publish_article",
    "verify": "facts.publish_fact",
    "not_same": "facts.publish_fact",
}
ANSWERS = {
    "refresh": lambda task, form, by: actions.refresh(task, words=form.words(), by=by),
    "keep": lambda task, form, by: actions.keep(task, note=form.cleaned_data["note"], by=by),
    "snooze": lambda task, form, by: actions.snooze(
        task, until=form.required_value("until"), note=form.cleaned_data["note"], by=by
    ),
    "verify": lambda task, form, by: actions.verify(task, by=by),
    "not_same": lambda task, form, by: actions.not_same(
        task, reason=form.required_value("note"), by=by
    ),
}
MONTH = datetime.timedelta(days=30)
SHOWN_OF_ARTICLES = [f"article__{name}" for name in HEAVY_FIELDS if name != "naked_figures"]


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("snoozed", _("snoozed")), ("done", _("done"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("waiting")}, *others]

    def queryset(self, request, queryset):
        match self.value():
            case "snoozed":
                return queryset.snoozed()
            case "done":
                return queryset.filter(state=ReviewTask.State.DONE)
        return queryset.waiting()


class SectionFilter(admin.SimpleListFilter):
    title = _("section")
    parameter_name = "section"

    def lookups(self, request, model_admin):
        return [(str(pk), name) for pk, name in Section.objects.values_list("pk", "name")]

    def queryset(self, request, queryset):
        pk = parse_pk(self.value() or "")
        return queryset if pk is None else queryset.filter(article__section=pk)


class ReviewList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = presentation.with_uses(self.result_list)
        kept = self.model_admin.get_preserved_filters(request)
        filters = {"preserved_filters": kept, "opts": self.opts}
        for task in self.result_list:
            task.answers = self.model_admin.answers(request, task)
            url = reverse("admin:desk_reviewtask_change", args=[task.pk])
            task.url = add_preserved_filters(filters, url)


@admin.register(ReviewTask)
class ReviewTaskAdmin(LongListAdmin):
    """Review tasks are derived from the data; in the admin they are only answered."""

    list_filter = [StateFilter, "kind", SectionFilter]
    list_display_links = None
    list_per_page = 50
    list_select_related = [
        *("article", "fact__company", "fact__metric", "other__metric", "decided_by"),
        *("source", "metric", "company"),
    ]
    search_fields = [
        *("article__title", "fact__company__name", "fact__metric__label"),
        *("source__title", "metric__label", "company__name"),
    ]
    search_help_text = _("Searches articles' titles, companies and metrics.")
    actions = ["keep_selected", "snooze_selected", "verify_selected"]

    class Media:
        css = {"all": ["admin-ext/review.css"]}

    # Who may do what

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_verify_permission(self, request):
        return self.has_change_permission(request) and request.user.has_perm(NEEDED["verify"])

    def answers(self, request, task) -> list[str]:
        """The answers that this user may give to this task."""
        if task.state == ReviewTask.State.DONE or not self.has_change_permission(request, task):
            return []
        fitting = {
            "refresh": task.kind in actions.ABOUT_WORDS and task.other_id,
            "verify": task.kind == Kind.STALE,
            "not_same": task.kind == Kind.CONTRADICTION,
            "keep": True,
            "snooze": True,
        }
        return [
            name
            for name, fits in fitting.items()
            if fits and (name not in NEEDED or request.user.has_perm(NEEDED[name]))
        ]

    # The list

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*SHOWN_OF_ARTICLES)

    def get_changelist(self, request, **kwargs):
        return ReviewList

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("What asks for review"), **(extra_context or {})}
        return super().changelist_view(request, title)

    def is_log(self, request):
        return request.GET.get("state") == "done"

    def get_actions(self, request):
        return {} if self.is_log(request) else super().get_actions(request)

    def get_ordering(self, request):
        return ["-decided_at", "-pk"] if self.is_log(request) else ["-score", "-pk"]

    def get_list_display(self, request):
        if self.is_log(request):
            return ["what", "figure", "resolution", "decided_by", "decided_at", "note"]
        return ["what", "figure", "urgency", "raised"]

    @admin.display(description=_("question"))
    def what(self, task):
        places = presentation.places_of(task)
        return format_html(
            '<div class="review-what"><a href="{}">{}</a>'
            '<q dir="auto">{}</q><span>{}</span>{}</div>',
            task.url,
            task.get_kind_display(),
            places[0].marked if places else presentation.subject_of(task),
            task.article if places else "",
            # In the first column, which narrow screens never cut off.
            presentation.buttons(task.url, task.answers),
        )

    @admin.display(description=_("figure"))
    def figure(self, task):
        if task.named and not task.fact:
            return ""
        if task.fact is None:
            return presentation.naked_figures_label(task.article)
        signs = ("", "≠" if task.kind == Kind.CONTRADICTION else "→")
        facts = zip((task.fact, task.other), signs, strict=True)
        figures = ((presentation.figure_with_date(fact, sign),) for fact, sign in facts if fact)
        return format_html_join(" ", "{}", figures)

    @admin.display(description=_("urgency"), ordering="score")
    def urgency(self, task):
        return number_format(round(task.score), force_grouping=True)

    @admin.display(description=_("raised"), ordering="created_at")
    def raised(self, task):
        if task.snoozed_until and task.snoozed_until > timezone.localdate():
            return _("snoozed until %(day)s") % {"day": presentation.day(task.snoozed_until)}
        return presentation.day(timezone.localdate(task.created_at))

    @admin.action(description=_("Keep as it is"), permissions=["change"])
    def keep_selected(self, request, queryset):
        self._each(request, queryset, actions.keep)

    @admin.action(description=_("Snooze for a month"), permissions=["change"])
    def snooze_selected(self, request, queryset):
        until = timezone.localdate() + MONTH
        self._each(request, queryset, lambda task, by: actions.snooze(task, until=until, by=by))

    @admin.action(description=_("Verify today (stale figures)"), permissions=["verify"])
    def verify_selected(self, request, queryset):
        self._each(request, queryset, actions.verify)

    def _each(self, request, queryset, verb):
        done, refused = 0, {}
        # In one transaction, so that tasks are updated once.
        with transaction.atomic():
            for task in queryset:
                try:
                    verb(task, by=request.user)
                    done += 1
                except ValidationError as error:
                    text = " ".join(error.messages)
                    refused[text] = refused.get(text, 0) + 1
        if done:
            told = ngettext("%(n)d question answered.", "%(n)d questions answered.", done)
            messages.success(request, told % {"n": done})
        for text, count in refused.items():
            told = ngettext("%(n)d not answered: %(why)s", "%(n)d not answered: %(why)s", count)
            messages.error(request, told % {"n": count, "why": text})

    # One question

    def change_view(self, request, object_id, form_url="", extra_context=None):
        task = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, task):
            raise PermissionDenied
        if task is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        presentation.with_uses([task])
        answers = self.answers(request, task)
        places = presentation.places_of(task)
        form = AnswerForm(
            request.POST or None,
            places=places if "refresh" in answers else (),
            initial={"until": timezone.localdate() + MONTH},
        )
        asked = next((name for name in ANSWERS if f"_{name}" in request.POST), None)
        if request.method == "POST" and asked and self._answered(request, task, form, asked):
            return HttpResponseRedirect(self._list_url(request))
        context = {
            **self.admin_site.each_context(request),
            **presentation.task_context(task, places),
            "opts": self.opts,
            "title": task.get_kind_display(),
            "media": self.media,
            "form": form,
            "answers": answers,
            "list_url": self._list_url(request),
        }
        return TemplateResponse(request, "admin/desk/reviewtask/task.html", context)

    def _answered(self, request, task, form, name) -> bool:
        if task.state == ReviewTask.State.OPEN and name not in self.answers(request, task):
            raise PermissionDenied
        if not form.is_valid():
            return False
        try:
            answered = ANSWERS[name](task, form, request.user)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return False
        told = answered.get_resolution_display() or _("snoozed")
        messages.success(request, _("Done: %s") % told)
        return True

    def _list_url(self, request):
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(filters, reverse("admin:desk_reviewtask_changelist"))

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import checks, publishing
from articles.admin import room, scheduling, states
from articles.admin.autosaves import AutosaveViews
from articles.admin.coverage import FigureViews
from articles.admin.forms import (
    BLANK,
    ArticleForm,
    BylineForm,
    BylineFormSet,
    ListEntryForm,
    ListEntryFormSet,
    opened,
)
from articles.admin.history import HistoryViews
from articles.admin.lists import ListViews
from articles.admin.notes import NoteViews
from articles.admin.picking import FigurePicker
from articles.admin.previews import PreviewViews
from articles.admin.reviews import ReviewViews
from articles.admin.sharing import ShareViews
from articles.admin.states import StateFilter
from articles.admin.trash import TrashViews
from articles.models import Article, Byline, ListEntry
from articles.publishing import autosaving, bulk, comparison, rights, snapshots
from articles.publishing.describing import described
from core.db.counting import values_in_use
from core.desk import DeskInline, KeepsRows, LongListAdmin, warn_of_former_address, year_filter
from core.text.languages import written_in

MOST_LANGUAGES = 50


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        languages = values_in_use(Article.objects, "language", MOST_LANGUAGES)
        return [(language, language) for language in languages]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


class SnapshotInline(DeskInline, admin.TabularInline):
    """Rows of the newest revision. Who may edit the article may edit them; nobody else."""

    # All of a list is shown: what is not would be lost with the next save.
    max_num = 1000

    can_delete = False

    def has_add_permission(self, request, obj):
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        may = request.user.has_perm
        return may("articles.add_article") or may("articles.change_article")

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def get_extra(self, request, obj=None, **kwargs):
        return len(self.initial(request, obj)) + 1

    def initial(self, request, obj):
        content = opened(obj)[1] if obj and obj.pk else self.preset(request)
        return self.formset.initial_of(content)

    def preset(self, request) -> dict:
        """What a new article begins with."""
        return BLANK


class BylineInline(SnapshotInline):
    model = Byline
    form, formset = BylineForm, BylineFormSet
    autocomplete_fields = ["author"]
    verbose_name_plural = _("authors, in order")

    def preset(self, request):
        author = getattr(request.user, "author", None)
        return BLANK | {"authors": [author.pk] if author else []}


class ListEntryInline(SnapshotInline):
    model = ListEntry
    form, formset = ListEntryForm, ListEntryFormSet
    autocomplete_fields = ["company"]
    verbose_name_plural = _("list entries, in order (for lists only)")


@admin.register(Article)
class ArticleAdmin(
    *(NoteViews, ReviewViews, ListViews, FigureViews, FigurePicker, PreviewViews, HistoryViews),
    *(TrashViews, ShareViews, AutosaveViews, KeepsRows, LongListAdmin),
):
    form = ArticleForm
    formfield_overrides = room.DAY_AND_HOUR
    inlines = [BylineInline, ListEntryInline]
    list_display = ["headline", "state", "section", "bylines", "published_at", "word_count", "page"]
    list_filter = [StateFilter, "section", year_filter("published_at"), "kind", LanguageFilter]
    list_per_page = 50
    search_fields = ["title", "waiting_title", "slug", "standfirst", "bylines__author__name"]
    autocomplete_fields = ["topics", "companies", "cover", "share_picture"]
    actions = ["publish_selected", "archive_selected", "trash_selected", "put_back_selected"]
    fieldsets = room.FIELDSETS

    class Media:
        css = {
            "all": [
                *("admin-ext/article.css", "admin-ext/autosave.css", "admin-ext/coverage.css"),
                *("admin-ext/history.css", "admin-ext/reviews.css"),
                "admin-ext/pictures.css",
            ]
        }
        js = [
            *("admin-ext/article.js", "admin-ext/picker.js", "admin-ext/coverage.js"),
            *("vendor/turndown/turndown.js", "admin-ext/paste.js", "admin-ext/share.js"),
            "admin-ext/preview.js",
            "admin-ext/pictures.js",
        ]

    # Who may do what

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if not may or obj is None:
            return may
        return self._is_within_reach(request, obj) and self._may_write_in(request, obj)

    def has_view_permission(self, request, obj=None):
        may = super().has_view_permission(request, obj)
        return may and (obj is None or self._is_within_reach(request, obj))

    def _is_within_reach(self, request, obj):
        # Django asks for each part of a form; the answer is that of the request.
        if not hasattr(request, "articles_within_reach"):
            request.articles_within_reach = {}
        known = request.articles_within_reach
        if obj.pk not in known:
            known[obj.pk] = self._reach(request, Article.objects.filter(pk=obj.pk)).exists()
        return known[obj.pk]

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or self._may_write_in(request, obj))

    def _may_write_in(self, request, obj):
        if not hasattr(request, "sections_written_in"):
            request.sections_written_in = {}
        known, section = request.sections_written_in, obj.section_id
        if section not in known:
            known[section] = rights.may_write(request.user, section)
        return known[section]

    def _reach(self, request, articles):
        # Who may change articles but not publish them is a writer, and sees their own.
        if super().has_change_permission(request):
            return articles.editable_by(request.user)
        return articles

    def get_queryset(self, request):
        articles = super().get_queryset(request).with_newest_revision()
        articles = articles.with_planned_change().with_newest_review()
        if getattr(request, "is_of_one_article", False):
            articles = articles.with_last_save_of(request.user)
        else:
            articles = articles.with_bylines()
        return self._reach(request, articles)

    def get_object(self, request, object_id, from_field=None):
        # Django's list and its form ask `get_queryset` alike: each shows what the other does not.
        request.is_of_one_article = True
        return super().get_object(request, object_id, from_field)

    def get_readonly_fields(self, request, obj=None):
        return [] if self.has_publish_permission(request) else ["published_at"]

    # The list

    @admin.display(description=_("title"), ordering="title")
    def headline(self, article):
        written = written_in(article.language)
        title = format_html("<span{}>{}</span>", written, article.title)
        if not article.waiting_title:
            return title
        waiting = format_html("<span{}>{}</span>", written, article.waiting_title)
        return format_html("{}<br><small>{} {}</small>", title, _("next:"), waiting)

    @admin.display(description=_("state"), ordering="status")
    def state(self, article):
        return states.words_for(article)

    @admin.display(description=_("authors"))
    def bylines(self, article):
        return ", ".join(str(byline) for byline in article.bylines.all()) or "–"

    @admin.display(description=_("page"))
    def page(self, article):
        url = self.get_view_on_site_url(article)
        return format_html('<a href="{}">{}</a>', url, _("view")) if url else "–"

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.is_published else None

    @admin.action(description=_("Publish the newest text"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        title = _("Publish the newest text of articles")
        return self._start(request, title, queryset, bulk.publish_each)

    @admin.action(description=_("Archive"), permissions=["publish"])
    def archive_selected(self, request, queryset):
        return self._start(request, _("Archive articles"), queryset, bulk.archive_each)

    def _start(self, request, title, articles, verb_task):
        """Leads to the progress, which names what failed and why."""
        batch = bulk.start(str(title), articles, verb_task, by=request.user)
        return HttpResponseRedirect(batch.get_absolute_url())

    # The form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method != "POST":
            kwargs["initial"] = inline.initial(request, obj)
        return kwargs

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.is_torn, form.user = getattr(request, "is_torn", False), request.user
        return form

    def save_model(self, request, obj, form, change):
        """Nothing yet: the inlines belong to the same revision."""

    def save_related(self, request, form, formsets, change):
        article, content = form.instance, form.content(formsets)
        if form.torn and form.brought_together_with:
            # The view is tried once more, and shows both.
            request.is_torn = True
            raise ValidationError(publishing.Conflict.message)
        note = form.cleaned_data.get("note", "").strip()
        revision = publishing.save_revision(
            article,
            content,
            by=request.user,
            note=note,
            base_number=(form.cleaned_data.get("base_number") or 0) if change else None,
        )
        if revision.note != note:
            self.keep_note(request, article, note)
        autosaving.finish(request.user, article, autosaving.as_copy(request.POST.get("copy")))
        warn_of_former_address(request, article, content["slug"])
        article.planned_for, article.is_at_once = form.planned_for, form.is_at_once
        try:
            text = self._act(request, article)
        except ValidationError as error:
            article.is_unnamed = isinstance(error, publishing.Unnamed)
            if form.planned_for and not article.is_unnamed:
                # The hour that was typed stays in the form.
                hour = {"published_at": snapshots.write_time(form.planned_for)}
                publishing.save_revision(article, content | hour, by=request.user)
            is_publishing = "_publish" in request.POST
            told = _("Saved, but not published: %s") if is_publishing else _("Saved. But: %s")
            level = messages.WARNING if article.is_unnamed else messages.ERROR
            self.message_user(request, told % " ".join(error.messages), level)
        else:
            self.message_user(request, text, messages.SUCCESS)
        if form.brought_together_with:
            self._tell_of_theirs(request, article, form.brought_together_with)
        self._warn_of_oddities(request, article)

    def _tell_of_theirs(self, request, article, number):
        by = article.revisions.select_related("author").get(number=number).author
        words = {"name": by.desk_name if by else _("somebody")}
        text = _("It holds what %(name)s has saved meanwhile, in revision %(number)d, as well.")
        self.message_user(request, text % (words | {"number": number}), messages.INFO)

    def _act(self, request, article):
        """Do what the button says beyond saving, and tell it in words."""
        pressed = {"_publish", "_archive", "_unpublish", "_unplan"} & request.POST.keys()
        if pressed and not self.has_publish_permission(request):
            raise PermissionDenied
        if "_unplan" in pressed:
            publishing.cancel_plan(article, by=request.user)
            return _("Saved. The change is scheduled no more; its text is among the revisions.")
        if "_publish" in pressed:
            return self._publish(request, article)
        if "_archive" in pressed:
            publishing.archive(article, by=request.user)
            return _("Saved and archived.")
        if "_unpublish" in pressed:
            publishing.unpublish(article, by=request.user)
            return _("Taken back to draft.")
        if "_submit" in request.POST:
            publishing.submit_for_review(article, by=request.user)
            return _("Submitted for review.")
        if article.is_scheduled or article.planned:
            return _("Saved. %s") % scheduling.what_goes_out(
                article, publishing.newest_number(article)
            )
        if article.has_been_live:
            return _("Saved. Readers see the change once it is published.")
        return _("Draft saved.")

    def _publish(self, request, article):
        content = publishing.newest_content(article)
        checks.refuse_doubts(article, content, request.POST.get("let_stand", ""))
        if article.planned_for:
            planned = publishing.plan(article, at=article.planned_for, by=request.user)
            return publishing.told(planned)
        at = timezone.now() if article.is_at_once else None
        publishing.publish(article, by=request.user, at=at)
        if article.published_at > timezone.now():
            return _("Scheduled.")
        return format_html('{} <a href="{}">{}</a>', _("Published."), *self._link(article))

    def _link(self, article):
        return article.get_absolute_url(), _("View on site")

    def log_addition(self, request, obj, message):
        """The verbs of `publishing` write the log."""

    log_change = log_addition

    def construct_change_message(self, request, form, formsets, add=False):
        return ""

    def response_add(self, request, obj, post_url_continue=None):
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._back_to_form(request, obj)

    def response_change(self, request, obj):
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        may_name = request.user.has_perm("corrections.add_correction")
        if "_correct" in request.POST or (getattr(obj, "is_unnamed", False) and may_name):
            return self._redirect(request, "admin:corrections_correction_publish", obj, "comment")
        return self._back_to_form(request, obj)

    def _back_to_form(self, request, obj):
        return self._redirect(request, "admin:articles_article_change", obj, "correction")

    def _redirect(self, request, name, obj, called):
        """The reader's correction that the form was opened for stays in the address."""
        asked = request.GET.get("correction", "")
        query = {called: asked} if asked.isascii() and asked.isdecimal() else {}
        if obj.planned_for and called == "comment":
            query["at"] = obj.planned_for.isoformat()
        return HttpResponseRedirect(reverse(name, args=[obj.pk], query=query))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        conflict = getattr(form, "conflict", None)
        if conflict:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            mine = form.content(formsets)
            context["old_language"], context["new_language"] = (
                conflict["language"],
                mine["language"],
            )
            changes = comparison.compare(*described(conflict, mine))
            context["conflict"] = [change for change in changes if change.is_changed]
        if obj and obj.pk:
            # The form has what was typed; what waits, and the buttons, go by what stands.
            obj.published_at = form.stored_date
            number = form.initial["base_number"]
            context["going_out"] = scheduling.what_goes_out(obj, number)
            context["planned"] = obj.planned
            context["is_planned"] = obj.planned and obj.planned.revision.number == number
            context |= self._looked_at(request, checks.Manuscript.of(obj, form.newest))
            context["recent_revisions"] = room.recent_revisions(obj)
        context["state"] = self.state(obj) if obj and obj.pk else _("new")
        context["can_publish"] = self._may_publish_what_stands(request, obj, form)
        context["has_publishing"] = context["can_publish"] and self._may_act(request, obj)
        context["desk_urls"] = {
            "preview": reverse("admin:articles_article_preview", args=[obj.pk])
            if obj and obj.pk
            else reverse("admin:articles_article_preview_new"),
            "frame": reverse("admin:articles_article_preview_frame"),
            "coverage": reverse("admin:articles_article_live_coverage"),
            "pick": reverse("admin:articles_article_pick"),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _may_publish_what_stands(self, request, obj, form):
        sections = (obj.section_id, form.newest["section"]) if obj and obj.pk else ()
        may = self.has_publish_permission(request)
        return may and rights.may_publish(request.user, *sections)

    def _may_act(self, request, obj):
        is_at_hand = obj is None or not obj.trashed_at
        return is_at_hand and (obj is None or self.has_change_permission(request, obj))

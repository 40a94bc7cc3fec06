from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import ModelForm, Textarea
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import truncatechars
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import moderation
from comments.forms import ReplyForm
from comments.models import Comment, Discussion
from core.desk import LongListAdmin, year_filter

VERBS = {
    "approve": moderation.approve,
    "reject": moderation.reject,
    "spam": moderation.mark_spam,
    "remove": moderation.remove,
}


class CourseForm(ModelForm):
    class Meta:
        widgets = {"outcome": Textarea(attrs={"rows": 3, "cols": 60})}

    def clean(self):
        data = super().clean()
        if data.get("course") in moderation.RESOLVED and not data.get("outcome", "").strip():
            raise ValidationError({"outcome": _("Say to everyone what came of it, and why.")})
        if "course" in data and not data["course"]:
            raise ValidationError({"course": _("A correction always has a course.")})
        return data


@admin.register(Comment)
class CommentAdmin(LongListAdmin):
    """The one moderation list. What people wrote is read here and never rewritten."""

    form = CourseForm
    list_display = ["name", "excerpt", "kind", "state", "why", "page", "created_at"]
    list_filter = ["state", year_filter("created_at"), "kind", "reason", "course"]
    search_fields = ["name", "email", "body", "quote", "public_id"]
    search_help_text = _("Searches names, e-mail addresses and texts.")
    ordering = ["-created_at", "-pk"]
    list_select_related = ["discussion__article", "discussion__company"]
    list_per_page = 50
    save_on_top = True
    actions = ["approve_all", "reject_all", "mark_all_spam", "remove_all"]
    change_form_template = "admin/comments/comment/change_form.html"
    fields = [
        *("name", "email", "kind", "quote", "body", "page", "thread_link", "state", "reason"),
        *("course", "outcome", "resolved_at", "created_at", "published_at", "moderated_by"),
    ]

    @admin.display(description=_("text"))
    def excerpt(self, comment):
        return truncatechars(comment.body, 90)

    @admin.display(description=_("held"), ordering="reason")
    def why(self, comment):
        return format_html(
            '<span title="{}">{}</span>', comment.get_reason_display(), comment.reason
        )

    @admin.display(description=_("page"))
    def page(self, comment):
        link = (
            comment.get_absolute_url
            if comment.is_published
            else comment.discussion.get_absolute_url
        )
        return format_html('<a href="{}">{}</a>', link(), comment.discussion.subject)

    @admin.display(description=_("in reply to"))
    def thread_link(self, comment):
        if not comment.in_reply_to:
            return "—"
        url = reverse("admin:comments_comment_change", args=[comment.in_reply_to_id])
        return format_html('<a href="{}">{}</a>', url, comment.in_reply_to)

    def has_moderate_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or self.has_moderate_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_moderate_permission(request)

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        is_correction = obj is not None and obj.kind == Comment.Kind.CORRECTION
        editable = {"course", "outcome"} if is_correction else set()
        return [name for name in self.fields if name not in editable]

    def save_model(self, request, obj, form, change):
        if form.changed_data:
            moderation.set_course(obj, obj.course, outcome=obj.outcome, by=request.user)

    def log_change(self, request, obj, message):
        """The verbs write their own entries, in words."""

    def response_change(self, request, obj):
        for name, verb in VERBS.items():
            if f"_{name}" in request.POST:
                verb(obj, by=request.user)
                self.message_user(request, _("Done: %s") % obj.get_state_display())
                return redirect("admin:comments_comment_changelist")
        return super().response_change(request, obj)

    def get_urls(self):
        view = self.admin_site.admin_view(self.reply_view)
        return [
            path("<path:object_id>/reply/", view, name="comments_comment_reply"),
            *super().get_urls(),
        ]

    def reply_view(self, request, object_id):
        """A staff reply, written with the thread in sight."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        pk = self.model._meta.pk.to_python(unquote(object_id)) if object_id.isdecimal() else None
        comment = get_object_or_404(self.get_queryset(request).with_page(), pk=pk)
        form = ReplyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            moderation.reply(comment, form.cleaned_data["text"], by=request.user)
            self.message_user(request, _("The reply is on the page."), messages.SUCCESS)
            return redirect("admin:comments_comment_changelist")
        root = comment.thread or comment
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reply to %s") % comment.name,
            "comment": comment,
            "thread": [root, *root.replies.standing().order_by("created_at", "pk")[:100]],
            "form": form,
        }
        return render(request, "admin/comments/comment/reply.html", context)

    def apply(self, request, queryset, verb):
        # One row after the other, each with its own log entry; only rows this list may show.
        comments = list(self.get_queryset(request).filter(pk__in=queryset.values("pk")))
        for comment in comments:
            verb(comment, by=request.user)
        text = ngettext("%d comment changed.", "%d comments changed.", len(comments))
        self.message_user(request, text % len(comments), messages.SUCCESS)

    @admin.action(description=_("Approve: publish"), permissions=["moderate"])
    def approve_all(self, request, queryset):
        self.apply(request, queryset, moderation.approve)

    @admin.action(description=_("Reject: never publish"), permissions=["moderate"])
    def reject_all(self, request, queryset):
        self.apply(request, queryset, moderation.reject)

    @admin.action(description=_("Mark as spam"), permissions=["moderate"])
    def mark_all_spam(self, request, queryset):
        self.apply(request, queryset, moderation.mark_spam)

    @admin.action(description=_("Remove from the page"), permissions=["moderate"])
    def remove_all(self, request, queryset):
        self.apply(request, queryset, moderation.remove)


@admin.register(Discussion)
class DiscussionAdmin(LongListAdmin):
    list_display = ["__str__", "is_open", "comment_count", "waiting_count"]
    list_filter = ["is_open"]
    search_fields = ["article__title", "company__name"]
    autocomplete_fields = ["article", "company"]
    list_select_related = ["article", "company"]
    ordering = ["-pk"]
    actions = ["close_all", "open_all"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description=_("comments"), ordering="comment_count")
    def comment_count(self, discussion):
        return discussion.comment_count

    @admin.display(description=_("waiting"), ordering="waiting_count")
    def waiting_count(self, discussion):
        return discussion.waiting_count

    def get_readonly_fields(self, request, obj=None):
        return ["article", "company"] if obj else []

    @admin.action(description=_("Close"), permissions=["change"])
    def close_all(self, request, queryset):
        self.set_open(request, queryset, False)

    @admin.action(description=_("Open"), permissions=["change"])
    def open_all(self, request, queryset):
        self.set_open(request, queryset, True)

    def set_open(self, request, queryset, is_open):
        for discussion in queryset.exclude(is_open=is_open):
            discussion.is_open = is_open
            discussion.save(update_fields=["is_open"])
            self.log_change(request, discussion, [{"changed": {"fields": [str(_("open"))]}}])
